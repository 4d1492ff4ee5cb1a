import ChunkFile
import Diagnostics
import Foundation
import FrameImages
import FrameIngest
import Frames
import Synchronization

/// Looks at a sample of the frames while they are written, for the thumbnail and the mean and maximum images.
///
/// It follows the file, not the stream: it reads a chunk back from the page cache after it was acknowledged and decodes it on a thread
/// of lower priority, so the writer neither waits for it nor copies for it. The sample is thinned as the series grows: every
/// `stride`-th frame, the stride doubling whenever the sample is full, so that it stays evenly spread without knowing the end.
final class PreviewFollower: @unchecked Sendable {
    // @unchecked: `images` and `latest` belong to the follower's thread until `finished` is signalled, to the sealer after it;
    // everything else is behind the mutex.

    /// Frames in the sample at the most.
    static let sampleSize = 64

    private struct Placed: Sendable {
        let frame: Int
        let path: String
        let offset: Int
        let size: Int
        let format: FrameFormat
        let encoding: ChunkEncoding
    }

    private struct State: Sendable {
        var sample: [Placed] = []
        var stride = 1
        var examined: Set<Int> = []
        var failures = 0
        var isFinishing = false
    }

    /// A decoded frame kept for the thumbnail.
    struct SampledFrame {
        let frame: Int
        let format: FrameFormat
        let pixels: [UInt8]
    }

    /// What the follower saw by the end.
    struct Result {
        let images: MeanMaxImage
        let last: SampledFrame
        let framesExamined: Int
        let failures: Int
    }

    private let folder: RunFolder
    private let mask: PixelMask?
    private let state = Mutex(State())
    private var images: MeanMaxImage?
    private var latest: SampledFrame?
    private let work = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)
    private let fileSystem: any FileSystem

    init(folder: RunFolder, mask: PixelMask?, fileSystem: any FileSystem) {
        self.folder = folder
        self.mask = mask
        self.fileSystem = fileSystem
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "preview"
        thread.qualityOfService = .background
        thread.start()
    }

    /// Called by the writer for each stored frame: a comparison for most, and never a wait.
    func offer(frame: Int, file: String, at place: StoredChunk, chunk: ReadyChunk) {
        let wasTaken = state.withLockIfAvailable { state -> Bool in
            guard frame % state.stride == 0 else { return false }
            state.sample.append(
                Placed(
                    frame: frame, path: folder.path + "/" + file, offset: place.offset, size: place.size,
                    format: chunk.format, encoding: chunk.encoding))
            if state.sample.count > Self.sampleSize {
                state.stride *= 2
                state.sample.removeAll { $0.frame % state.stride != 0 }
            }
            return true
        }
        if wasTaken == true { work.signal() }
    }

    /// Lets the follower look at what is left of the sample, for `budget_s` seconds at the most.
    func finish(budget_s: Double) -> Result? {
        state.withLock { $0.isFinishing = true }
        work.signal()
        // A file system that hangs must not hold the seal: then there are no pictures.
        guard finished.wait(timeout: .now() + budget_s + 5) == .success, let images, let latest else { return nil }
        let failures = state.withLock { $0.failures }
        return Result(images: images, last: latest, framesExamined: images.frameCount, failures: failures)
    }

    // MARK: the follower's thread

    private func run() {
        // Linux gives priority by thread: the frame path goes first.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        var finishing = false
        var deadline = Double.infinity
        while true {
            if !finishing { work.wait() }
            let (next, isFinishing) = state.withLock { state in
                (state.sample.last { !state.examined.contains($0.frame) }, state.isFinishing)
            }
            if isFinishing, !finishing {
                finishing = true
                deadline = Date.timeIntervalSinceReferenceDate + 0.4
            }
            if let next { examine(next) }
            let isLate = Date.timeIntervalSinceReferenceDate > deadline
            if finishing, next == nil || isLate { break }
            // At the most twenty frames a second while frames still come.
            if !finishing { Thread.sleep(forTimeInterval: 0.05) }
        }
        finished.signal()
    }

    private func examine(_ placed: Placed) {
        do {
            let pixels = try decode(placed)
            // A mask of another shape than the frames is no mask.
            let fitting = mask.flatMap { $0.shape == placed.format.shape ? $0 : nil }
            if images == nil { images = try MeanMaxImage(format: placed.format, mask: fitting) }
            try pixels.withUnsafeBytes { try images?.add($0) }
            latest = SampledFrame(frame: placed.frame, format: placed.format, pixels: pixels)
        } catch {
            state.withLock { $0.failures += 1 }
        }
        state.withLock { _ = $0.examined.insert(placed.frame) }
    }

    private func decode(_ placed: Placed) throws -> [UInt8] {
        let file = try fileSystem.open(placed.path, .readOnly)
        defer { fileSystem.closeFile(file) }
        var chunk = [UInt8](repeating: 0, count: placed.size)
        _ = try chunk.withUnsafeMutableBytes { try fileSystem.read(file, into: $0, at: placed.offset) }
        var pixels = [UInt8](repeating: 0, count: placed.format.byteCount)
        var decoder = try ChunkDecoder(format: placed.format, encoding: placed.encoding)
        try pixels.withUnsafeMutableBytes { target in
            try chunk.withUnsafeBytes { try decoder.decode($0, into: target) }
        }
        return pixels
    }
}
