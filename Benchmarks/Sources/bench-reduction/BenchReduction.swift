import Foundation
import Frames
import ReductionKernels
import Synchronization

/// Times our reduction of a file in the page cache: the other half of `bench_reduction.py`, which makes the file and times the peers on it.
///
/// `bench-reduction JOB.json`: one JSON object on stdout with the seconds of every repeat. The job names the file, where its chunks lie, the
/// bins, and where the sums of the first repeat go, so that the other side can compare them with the peers'.
///
/// `bench-reduction JOB.json JOB.json …`: one JSON array with the seconds of every batch for each job, all of the same file (``TakingTurns``).
@main
struct BenchReduction {
    struct Job: Decodable {
        let file: String
        let type: PixelType
        let slow: Int
        let fast: Int
        let encoding: ChunkEncoding
        /// Offset and size of each frame's chunk.
        let chunks: [[Int]]
        /// `[slow, fast]` as uint16 or, with more than 65,535 bins, uint32, little-endian. With `weights` the bins of a matrix by pixels,
        /// uint32, whose entries of pixel p are `offsets[p]..<offsets[p + 1]`.
        let bins: String
        /// Pixels are split: float32.
        let weights: String?
        /// uint32, one more than there are pixels.
        let offsets: String?
        let binCount: Int
        let threads: Int
        let repeats: Int
        /// Frames are taken one by one.
        let isSingle: Bool
        /// Chunks are decoded and nothing is done with the pixels, but statistics where they are asked for.
        let decodesOnly: Bool?
        /// Frames are measured as well: of all pixels that have a bin.
        let statistics: Bool?
        /// What each pixel is divided by, float64: with it single frames are taken to their curves, which go to the path of the sums with
        /// `.curves` behind it: for each frame intensity and standard error of each bin, float64.
        let normalisation: String?
        /// For each frame signal and zeros of each bin, uint64, little-endian; of split pixels signal and variance, float64; of decoding alone
        /// nothing, or in the first two numbers the sum and the number of zeros.
        let sums: String
    }

    struct Report: Encodable {
        var level = ""
        var seconds: [Double] = []
        var processorSeconds: [Double] = []
        /// With one thread and single frames: of each frame, the chunk being in memory.
        var latencies: [Double] = []
    }

    static func main() {
        do {
            let jobs = try CommandLine.arguments.dropFirst().map {
                try JSONDecoder().decode(Job.self, from: Data(contentsOf: URL(fileURLWithPath: $0)))
            }
            let report =
                if jobs.count == 1 {
                    try JSONEncoder().encode(try FileReduction(jobs[0]).measure())
                } else {
                    try JSONEncoder().encode(try TakingTurns(jobs).measure())
                }
            print(String(decoding: report, as: UTF8.self))
        } catch {
            FileHandle.standardError.write(Data("bench-reduction: \(error)\n".utf8))
            exit(1)
        }
    }
}
