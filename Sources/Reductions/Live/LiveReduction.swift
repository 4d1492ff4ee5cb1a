import Diagnostics
import Foundation
import Frames
import ScatteringGeometry

/// Reduces a run while it is recorded, in a process of its own: it reads what the ledger acknowledges, so that whatever becomes of it the
/// recording does not notice.
///
/// A little behind is caught up with; far behind, the oldest frames are skipped and counted, so that what is shown is always new.
public struct LiveReduction: Sendable {
    public let folder: String
    public let configuration: AzimuthalConfiguration
    /// Frames that may wait before the oldest are skipped.
    public var backlog = 512
    /// Between two looks at ledgers in which nothing was new.
    public var pause: Duration = .milliseconds(20)
    /// Between two times that `publish` is called.
    public var interval: Duration = .milliseconds(500)

    public init(folder: String, configuration: AzimuthalConfiguration) {
        self.folder = folder
        self.configuration = configuration
    }

    /// What has been reduced so far.
    public struct Progress: Sendable {
        public let plan: AzimuthalPlan
        /// The newest frame, and its sums.
        public var newest: (frame: Int, sums: BinSums)?
        /// All frames together.
        public var sum: BinSums
        public var tally = FrameTally()
        /// Left out because frames came faster than they were reduced.
        public var skipped = 0
        /// Frames a second over the last interval.
        public var rate = 0.0
        public var isFinished = false
    }

    /// Follows the run until it is sealed, its writer has gone, or `isCancelled` says so.
    /// - Parameter publish: called every ``interval`` in which something was new, and at the end.
    /// - Returns: nil when no frame came.
    /// - Throws: `inputInvalid`, `geometryInvalid`, `notSupported`, `systemResource`, and what `publish` throws.
    public func follow(isCancelled: () -> Bool = { false }, publish: (Progress) throws -> Void) throws -> Progress? {
        var follower = LedgerFollower(folder: folder, channel: configuration.frames.channel)
        var waiting: [LedgerFollower.Frame] = []
        while waiting.isEmpty, !isCancelled() {
            let isLast = follower.isFinished()
            waiting = try follower.poll()
            if waiting.isEmpty {
                if isLast { return nil }
                Self.sleep(pause)
            }
        }
        guard let format = follower.format else { return nil }
        let input = try InputRun(path: folder)
        let plan = try AzimuthalPlan(configuration, format: format, input: input.file, frameCount: nil)
        let reducer = try FrameReducer(plan)
        var buffer = FrameBuffer(format)
        var progress = Progress(plan: plan, sum: BinSums(binCount: plan.binCount))
        var clock = (shown: ContinuousClock.now, reduced: 0)
        while !isCancelled() {
            // Asked before the ledgers are read: what was acknowledged until then is taken below.
            let isLast = follower.isFinished()
            waiting += try follower.poll()
            if waiting.count > backlog {
                let left = waiting.count - AzimuthalReduction.framesTogether
                progress.skipped += left
                waiting.removeFirst(left)
            }
            if waiting.isEmpty {
                if isLast { break }
                Self.sleep(pause)
            } else {
                let now = Array(waiting.prefix(AzimuthalReduction.framesTogether))
                waiting.removeFirst(now.count)
                let numbers = now.map(\.frame)
                try Self.take(reducer.reduce(buffer.read(now), frames: numbers), numbers, &progress)
            }
            let passed = ContinuousClock.now - clock.shown
            if passed >= interval, progress.tally.total > clock.reduced || waiting.isEmpty {
                progress.rate = Double(progress.tally.total - clock.reduced) / Self.seconds(passed)
                clock = (.now, progress.tally.total)
                try publish(progress)
            }
        }
        progress.isFinished = true
        try publish(progress)
        return progress
    }

    private static func take(_ outcomes: [FrameOutcome], _ frames: [Int], _ progress: inout Progress) throws {
        for (frame, outcome) in zip(frames, outcomes) {
            progress.tally.count(outcome)
            guard case .reduced(let sums) = outcome else { continue }
            try progress.sum.merge(sums)
            progress.newest = (frame, sums)
        }
    }

    private static func sleep(_ duration: Duration) { Thread.sleep(forTimeInterval: seconds(duration)) }

    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
