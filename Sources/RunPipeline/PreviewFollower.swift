import ChunkFile
import Diagnostics
import Foundation
import FrameImages
import FrameIngest
import Frames
import Synchronization

/// Looks at a sample of the frames while they are written: for the run's pictures, for those who watch it, and for a pixel mask where the
/// stream has none.
///
/// It follows the file, not the stream: it reads a chunk back from the page cache after it was acknowledged and decodes it on a thread
/// of lower priority, so the writer neither waits for it nor copies for it. The sample is thinned as the series grows: every
/// `stride`-th frame, the stride doubling whenever the sample is full, so that it stays evenly spread without knowing the end.
final class PreviewFollower: @unchecked Sendable {
    // @unchecked: what is found and drawn belongs to the follower's thread, then to the drawing one, then to the sealer; each begins when a
    // semaphore says that the one before has ended. Everything else is behind the mutex.

    /// Frames in the sample at the most.
    static let sampleSize = 64
    /// What looking at the rest of the sample after the series may cost, and with it all the drawing, seconds of one core: the processor's
    /// time and not the clock's, so that a run on a busy machine has its pictures, too.
    static let lookingBudget_s = 0.1
    static let pictureBudget_s = 0.3
    /// Of one core, while frames come: with twenty frames of 4 million pixels a second it had a sixth, and the series came a tenth slower.
    static let shareWhileRecording = 0.05
    /// Whether a pixel had a valid value in the frames looked at.
    enum Validity {
        /// Which pixels never had one, and in how many frames that was seen.
        case seen(format: FrameFormat, neverValid: [Bool], frames: Int)
        /// The stream sent a mask, or there was no frame.
        case nothing
        /// The frames could not be looked at in time: the machine is busy, or a file system hangs.
        case tooLate
    }

    private struct Placed: Sendable {
        let frame: Int
        let file: String
        let offset: Int
        let size: Int
        let format: FrameFormat
        let encoding: ChunkEncoding
    }

    private struct State: Sendable {
        var sample: [Placed] = []
        var stride = 1
        var examined: Set<Int> = []
        /// The last frame that was stored, while somebody watches.
        var newest: Placed?
        var failures = 0
        var isFinishing = false
    }

    /// What the follower made by the end: PNG files.
    struct Pictures: Sendable {
        let thumbnail: Data
        let mean: Data
        let maximum: Data
        let thumbnailFrame: Int
        let framesExamined: Int
        let failures: Int
    }

    private let folder: RunFolder
    private let mask: PixelMask?
    private let fileSystem: any FileSystem
    private let live: LivePictures?
    /// By the clock: what a file system that hangs may cost a seal.
    private let patience_s: Double
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let hurry = DispatchSemaphore(value: 0)
    private let stopped = DispatchSemaphore(value: 0)
    private let looked = DispatchSemaphore(value: 0)
    private let drawn = DispatchSemaphore(value: 0)

    // What is found and drawn.
    private var sums: FrameSums?
    /// Only where the stream sent no mask.
    private var valid: ValidPixels?
    private var latest: (frame: Int, pixels: ReducedFrame)?
    /// Twice a second is enough for those who watch.
    private var lookedAt = ContinuousClock.now
    private var shown: (frame: Int, since: ContinuousClock.Instant)?
    private var pictures: Pictures?

    init(folder: RunFolder, mask: PixelMask?, fileSystem: any FileSystem, live: LivePictures? = nil, patience_s: Double) {
        self.folder = folder
        self.mask = mask
        self.fileSystem = fileSystem
        self.live = live
        self.patience_s = patience_s
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "preview"
        thread.qualityOfService = .background
        thread.start()
    }

    /// Called by the writer for each stored frame: a comparison for most, and never a wait.
    func offer(frame: Int, file: String, at place: StoredChunk, chunk: ReadyChunk) {
        let isWatched = live?.isWatched ?? false
        let wasTaken = state.withLockIfAvailable { state -> Bool in
            let isSampled = frame % state.stride == 0
            guard isSampled || isWatched else { return false }
            let placed = Placed(
                frame: frame, file: file, offset: place.offset, size: place.size, format: chunk.format, encoding: chunk.encoding)
            if isWatched { state.newest = placed }
            guard isSampled else { return false }
            state.sample.append(placed)
            if state.sample.count > Self.sampleSize {
                state.stride *= 2
                state.sample.removeAll { $0.frame % state.stride != 0 }
            }
            return true
        }
        if wasTaken == true { work.signal() }
    }

    /// The series has ended: the follower looks at what is left of the sample and draws, beside the rest of the seal.
    func finish() {
        state.withLock { $0.isFinishing = true }
        hurry.signal()
        work.signal()
        // Another thread than the follower's, which cannot give itself its priority back.
        let thread = Thread {
            self.stopped.wait()
            self.finishLooking()
        }
        thread.name = "pictures"
        thread.start()
    }

    /// Which pixels had no valid value in any frame looked at; waits until the sample has been looked at, but not for ever.
    func neverValid() -> Validity {
        guard looked.wait(timeout: .now() + patience_s) == .success else { return .tooLate }
        return valid.map { .seen(format: $0.format, neverValid: $0.neverValid(), frames: $0.frameCount) } ?? .nothing
    }

    /// The pictures; nil when they would have cost too much.
    func finishedPictures() -> Pictures? { drawn.wait(timeout: .now() + patience_s) == .success ? pictures : nil }

    /// Ends the follower without waiting for it: the run has no seal. Does nothing after `finish`.
    func cancel() {
        state.withLock { $0.isFinishing = true }
        hurry.signal()
        work.signal()
    }

    // MARK: the follower's thread

    private func run() {
        // Linux gives priority by thread: the frame path goes first, and leaves this one in a hundred of a core it needs.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
        while true {
            // Who watches sees a new frame five times a second also when the sample is thin.
            _ = work.wait(timeout: .now() + 0.2)
            let (next, newest, isFinishing) = state.withLock { state in
                (state.sample.last { !state.examined.contains($0.frame) }, state.newest, state.isFinishing)
            }
            if isFinishing { break }
            let before_s = Self.spent_s()
            if let next { examine(next) }
            if let newest, newest.frame != latest?.frame, ContinuousClock.now - lookedAt > .seconds(0.5) { look(at: newest) }
            showSums()
            // At the most twenty frames a second while frames still come, and of one core what the ingest does not miss.
            let spent_s = Self.spent_s() - before_s
            _ = hurry.wait(timeout: .now() + max(0.05, spent_s * (1 / Self.shareWhileRecording - 1)))
        }
        stopped.signal()
    }

    // MARK: after the series

    /// Seconds of a core that the calling thread has had.
    private static func spent_s() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func finishLooking() {
        // One frame at least.
        while sums == nil || Self.spent_s() < Self.lookingBudget_s,
            let next = state.withLock({ state in state.sample.last { !state.examined.contains($0.frame) } })
        { examine(next) }
        looked.signal()
        draw()
        if let sums { live?.show(mean: sums) }
        drawn.signal()
    }

    // MARK: looking

    /// A frame of the sample.
    private func examine(_ placed: Placed) {
        do {
            let pixels = try decode(placed)
            let frame = try reduce(pixels, placed)
            if mask == nil {
                if valid == nil { valid = ValidPixels(format: placed.format) }
                try pixels.withUnsafeBytes { try valid?.add($0) }
            }
            if sums == nil { sums = FrameSums(frame) } else { try sums?.add(frame) }
            keep(frame, placed.frame)
        } catch {
            state.withLock { $0.failures += 1 }
        }
        state.withLock { _ = $0.examined.insert(placed.frame) }
    }

    /// A frame that is only looked at.
    private func look(at placed: Placed) {
        lookedAt = .now
        guard let frame = try? reduce(decode(placed), placed) else { return }
        keep(frame, placed.frame)
    }

    private func keep(_ frame: ReducedFrame, _ number: Int) {
        if number >= latest?.frame ?? 0 { latest = (number, frame) }
        live?.show(newest: frame)
    }

    /// Once a second: the sums are copied when they change after they were shown.
    private func showSums() {
        guard let live, live.isWatched, let sums, shown?.frame != sums.frameCount else { return }
        if let shown, ContinuousClock.now - shown.since < .seconds(1) { return }
        live.show(mean: sums)
        shown = (sums.frameCount, .now)
    }

    private func draw() {
        guard let sums, let latest else { return }
        guard let thumbnail = file({ try latest.pixels.picture() }), let mean = file({ try sums.picture(.mean) }),
            let maximum = file({ try sums.picture(.maximum) })
        else { return }
        pictures = Pictures(
            thumbnail: thumbnail, mean: mean, maximum: maximum, thumbnailFrame: latest.frame, framesExamined: sums.frameCount,
            failures: state.withLock { $0.failures })
    }

    /// nil when the budget is spent, or there is nothing to be drawn.
    private func file(_ picture: () throws -> PNGImage) -> Data? {
        guard Self.spent_s() < Self.pictureBudget_s else { return nil }
        return (try? picture().encoded(level: 3)).map { Data($0) }
    }

    private func reduce(_ pixels: [UInt8], _ placed: Placed) throws -> ReducedFrame {
        // A mask of another shape than the frames is no mask.
        let fitting = mask.flatMap { $0.shape == placed.format.shape ? $0 : nil }
        return try pixels.withUnsafeBytes { try ReducedFrame($0, format: placed.format, mask: fitting) }
    }

    private func decode(_ placed: Placed) throws -> [UInt8] {
        let file = try fileSystem.open(folder.path + "/" + placed.file, .readOnly)
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
