import Foundation
import FrameImages
import RunModel
import Synchronization

/// The pictures of the run that is being recorded, for whoever looks: the follower puts reduced frames in, and they become PNG files when
/// they are asked for, on the thread that asks. As long as nobody has asked for a while, the follower does nothing for them.
public final class LivePictures: LiveImages {
    private struct Picture: Sendable {
        /// Becomes the file at the first question after it changed.
        var make: (@Sendable () -> Data?)?
        var file: Data?
    }

    private let newest = Mutex(Picture())
    private let summed = Mutex(Picture())
    private let asked_ns = Atomic<Int64>(.min)
    /// Where the process that reduces live puts what it has (``LiveReductionStatus``); nil when there is none.
    private let reductionFolder: String?

    public init(reductionFolder: String? = nil) { self.reductionFolder = reductionFolder }

    public func liveReduction() -> LiveReductionStatus? {
        live(LiveReductionStatus.fileName).flatMap { try? LiveReductionStatus(json: $0) }
    }

    public func curveSVG() -> Data? { live(LiveReductionStatus.curveName) }

    private func live(_ name: String) -> Data? {
        guard let reductionFolder, let handle = FileHandle(forReadingAtPath: reductionFolder + "/" + name) else { return nil }
        // A curve has some hundred kilobytes at most; what is larger is not one.
        return try? handle.read(upToCount: 8 << 20)
    }

    public func newestPNG() -> Data? { file(of: newest) }

    public func summedPNG() -> Data? { file(of: summed) }

    /// Somebody asked within the last ten seconds.
    var isWatched: Bool { Self.now_ns() < asked_ns.load(ordering: .relaxed).addingReportingOverflow(10_000_000_000).partialValue }

    func show(newest frame: ReducedFrame) {
        newest.withLock { $0.make = { Self.png { try frame.picture() } } }
    }

    func show(mean sums: FrameSums) {
        summed.withLock { $0.make = { Self.png { try sums.picture(.mean) } } }
    }

    private func file(of picture: borrowing Mutex<Picture>) -> Data? {
        asked_ns.store(Self.now_ns(), ordering: .relaxed)
        // Encoded outside the lock: the follower must not wait for it.
        guard let make = picture.withLock({ $0.make.take() }) else { return picture.withLock { $0.file } }
        let file = make()
        picture.withLock { $0.file = file }
        return file
    }

    private static func png(_ picture: () throws -> PNGImage) -> Data? {
        // A picture that cannot be made is no picture; frames do not depend on it.
        (try? picture().encoded(level: 3)).map { Data($0) }
    }

    private static func now_ns() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
