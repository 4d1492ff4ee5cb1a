import Diagnostics
import Foundation
import Frames
import ReductionKernels
import ScatteringGeometry
import Synchronization

/// Workers that read sixteen chunks at a time from the page cache and reduce them.
struct FileReduction {
    private let job: BenchReduction.Job
    private let format: FrameFormat
    private let bins: Bins
    private let longest: Int

    static let together = 16

    private enum Bins {
        case whole(BinTable)
        case split(SplitMatrix)
        case none(BinTable)
    }

    init(_ job: BenchReduction.Job) throws {
        self.job = job
        format = FrameFormat(shape: try FrameShape(slow: job.slow, fast: job.fast), pixelType: job.type)
        if job.decodesOnly == true {
            bins = .none(try BinTable(try Self.words(job.bins) as [UInt16], binCount: job.binCount))
        } else if let weights = job.weights, let offsets = job.offsets {
            bins = .split(
                try SplitMatrix(
                    shape: try DetectorShape(slow: job.slow, fast: job.fast), binCount: job.binCount,
                    offsets: try Self.words(offsets), bins: try Self.words(job.bins),
                    weights: try Self.words(weights).map { Float(bitPattern: $0) }))
        } else if job.binCount <= BinTable.mostNarrow {
            bins = .whole(try BinTable(try Self.words(job.bins) as [UInt16], binCount: job.binCount))
        } else {
            bins = .whole(try BinTable(try Self.words(job.bins) as [UInt32], binCount: job.binCount))
        }
        longest = job.chunks.map { $0[1] }.max() ?? 0
    }

    /// The little-endian numbers of a file.
    private static func words<Word: FixedWidthInteger & BitwiseCopyable>(_ path: String) throws -> [Word] {
        let size = MemoryLayout<Word>.size
        return try Data(contentsOf: URL(fileURLWithPath: path)).withUnsafeBytes { bytes in
            (0..<bytes.count / size).map { Word(littleEndian: bytes.loadUnaligned(fromByteOffset: size * $0, as: Word.self)) }
        }
    }

    private func normalisation() throws -> [Double]? {
        try job.normalisation.map { try (Self.words($0) as [UInt64]).map { Double(bitPattern: $0) } }
    }

    func reducer() throws -> Reducer {
        func request(_ valid: ValidityBits) -> StatisticsRequest? {
            job.statistics == true ? StatisticsRequest(valid: valid) : nil
        }
        switch bins {
        case .whole(let bins):
            let statics = try normalisation().map { try StaticSums(bins, normalisation: $0) }
            return Reducer(
                azimuthal: try AzimuthalKernel(
                    format: format, encoding: job.encoding, bins: statics?.table ?? bins, statistics: request(bins.valid)),
                statics)
        case .split(let matrix):
            let statics = try normalisation().map { try StaticSums(matrix, normalisation: $0) }
            return Reducer(
                split: try SplitKernel(
                    format: format, encoding: job.encoding, matrix: statics?.matrix ?? matrix, errors: .poisson), statics)
        case .none(let bins):
            if let request = request(bins.valid) {
                return Reducer(statistics: try StatisticsKernel(format: format, encoding: job.encoding, statistics: request))
            }
            return Reducer(decoder: try BlockDecoder(format: format, encoding: job.encoding, valid: bins.valid))
        }
    }

    func measure() throws -> BenchReduction.Report {
        var report = BenchReduction.Report()
        report.level = try InstructionLevel.chosen().rawValue
        let results = Results(frames: job.chunks.count, bins: job.binCount, hasCurves: job.normalisation != nil)
        for _ in 0..<job.repeats {
            let run = try run(into: results)
            report.seconds.append(run.seconds)
            report.processorSeconds.append(run.processorSeconds)
            if job.isSingle { report.latencies += run.latencies }
        }
        try results.write(to: job.sums)
        return report
    }

    private struct Run {
        var seconds = 0.0
        var processorSeconds = 0.0
        var latencies: [Double] = []
        var failure: (any Error)?
    }

    /// Kernels and their memory are made, and warmed by some frames, before the clock starts: a run of minutes does not see them.
    private func run(into results: Results) throws -> Run {
        let next = Atomic(0)
        let outcome = Mutex(Run())
        let (ready, start, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchGroup())
        for _ in 0..<job.threads {
            done.enter()
            Thread {
                do {
                    var reducer = try reducer()
                    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.together * longest, alignment: 4096)
                    defer { room.deallocate() }
                    _ = try work(Atomic(0), most: 1, &reducer, room, into: results)
                    ready.signal()
                    start.wait()
                    let latencies = try work(next, most: .max, &reducer, room, into: results)
                    outcome.withLock { $0.latencies += latencies }
                } catch {
                    outcome.withLock { $0.failure = error }
                    ready.signal()
                }
                done.leave()
            }.start()
        }
        for _ in 0..<job.threads { ready.wait() }
        let processor = processorSeconds()
        let begin = ContinuousClock.now
        for _ in 0..<job.threads { start.signal() }
        done.wait()
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        return try outcome.withLock { outcome in
            if let failure = outcome.failure { throw failure }
            outcome.seconds = seconds
            outcome.processorSeconds = processorSeconds() - processor
            return outcome
        }
    }

    /// - Parameter most: batches of sixteen frames.
    private func work(
        _ next: borrowing Atomic<Int>, most: Int, _ reducer: inout Reducer, _ room: UnsafeMutableRawBufferPointer,
        into results: Results
    ) throws -> [Double] {
        let file = try OpenFile(job.file)
        var latencies: [Double] = []
        for _ in 0..<most {
            let first = next.wrappingAdd(Self.together, ordering: .relaxed).oldValue
            guard first < job.chunks.count else { break }
            let places = job.chunks[first..<min(job.chunks.count, first + Self.together)]
            let stored = places.map { UnreadChunk(file: file, offset: $0[0], size: $0[1]) }
            if !job.isSingle, try reducer.reduce(stored: stored, first, into: results) { continue }
            let chunks = try places.enumerated().map { place, chunk in
                let target = UnsafeMutableRawBufferPointer(rebasing: room[(place * longest)..<(place * longest + chunk[1])])
                guard pread(file.descriptor, target.baseAddress, chunk[1], off_t(chunk[0])) == chunk[1] else {
                    throw CocoaError(.fileReadCorruptFile)
                }
                return UnsafeRawBufferPointer(target)
            }
            if job.isSingle {
                for (place, chunk) in chunks.enumerated() {
                    let begin = ContinuousClock.now
                    try reducer.reduce(chunk, first + place, into: results)
                    latencies.append((ContinuousClock.now - begin) / .seconds(1))
                }
            } else {
                try reducer.reduce(chunks, first, into: results)
            }
        }
        return latencies
    }

    private func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}

/// A file that is read from any place.
final class OpenFile: ChunkBytes {
    let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw CocoaError(.fileReadNoSuchFile) }
    }

    deinit { close(descriptor) }

    func readBytes(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FrameError) -> Int {
        let got = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        guard got >= 0 else {
            throw FrameError(.systemResource, "the file cannot be read", got: String(cString: strerror(errno)))
        }
        return got
    }
}

/// The sums of all frames; each frame is written by one worker.
final class Results: @unchecked Sendable {
    private let words: UnsafeMutableBufferPointer<UInt64>
    private let curves: UnsafeMutableBufferPointer<Double>
    private let bins: Int

    init(frames: Int, bins: Int, hasCurves: Bool) {
        self.bins = bins
        curves = .allocate(capacity: hasCurves ? frames * 2 * bins : 0)
        curves.initialize(repeating: 0)
        words = .allocate(capacity: frames * 2 * bins)
        words.initialize(repeating: 0)
    }

    deinit {
        words.deallocate()
        curves.deallocate()
    }

    /// Intensity and standard error of a frame.
    func setCurve(_ frame: Int, _ sums: BinSums) {
        let (intensity, error) = (sums.intensity(), sums.standardError())
        let start = frame * 2 * bins
        for bin in 0..<bins { (curves[start + bin], curves[start + bins + bin]) = (intensity[bin], error[bin]) }
    }

    func set(_ frame: Int, _ sums: AzimuthalSums) {
        let start = frame * 2 * bins
        for bin in 0..<bins { (words[start + bin], words[start + bins + bin]) = (sums.signal[bin], sums.zeros[bin]) }
    }

    func set(_ frame: Int, _ sums: SplitSums) {
        let start = frame * 2 * bins
        for bin in 0..<bins {
            (words[start + bin], words[start + bins + bin]) = (sums.signal[bin].bitPattern, sums.variance[bin].bitPattern)
        }
    }

    func set(_ frame: Int, _ statistics: FrameStatistics) {
        words[frame * 2 * bins] = UInt64(statistics.exactSum ?? 0)
        words[frame * 2 * bins + 1] = UInt64(statistics.zeroPixels)
    }

    func write(to path: String) throws {
        try Data(buffer: UnsafeBufferPointer(words)).write(to: URL(fileURLWithPath: path))
        if !curves.isEmpty { try Data(buffer: UnsafeBufferPointer(curves)).write(to: URL(fileURLWithPath: path + ".curves")) }
    }
}
