import Diagnostics
import Foundation
import Frames
import Glibc
import ScatteringGeometry

/// Reduces a run while it is recorded, in a process of its own: it reads what the ledger acknowledges, so that whatever becomes of it the
/// recording does not notice.
///
/// A little behind is caught up with; what has waited too long is skipped and counted, so that what is shown is always new.
public struct LiveReduction: Sendable {
    public let folder: String
    public let configuration: AzimuthalConfiguration
    /// Seconds that a frame may wait; then the oldest are skipped until none has waited for more than two thirds of it. Not all that wait: a
    /// recording that holds everybody up for a moment would cost all frames of three seconds.
    public var longestWait_s = 3.0
    /// Threads that reduce.
    public var workers = Self.standardWorkers
    /// Between two looks at ledgers in which nothing was new.
    public var pause: Duration = .milliseconds(20)
    /// Between two times that `publish` is called.
    public var interval: Duration = .milliseconds(500)
    public var cache = PixelReductionCache()

    public init(folder: String, configuration: AzimuthalConfiguration) {
        self.folder = folder
        self.configuration = configuration
    }

    /// Two where there are two processors, a quarter of many: the others are for the recording and for whoever looks.
    public static var standardWorkers: Int {
        let processors = ProcessInfo.processInfo.activeProcessorCount
        return max(min(2, processors), processors / 4)
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
        try configuration.requireLive()
        var follower = LedgerFollower(folder: folder, channel: configuration.frames.channel)
        var (waiting, pace) = (WaitingFrames<LedgerFollower.Frame>(), LivePace())
        while waiting.isEmpty, !isCancelled() {
            let isLast = follower.isFinished()
            try Self.poll(&follower, &waiting, &pace)
            if waiting.isEmpty {
                if isLast { return nil }
                Self.sleep(Self.seconds(pause))
            }
        }
        guard let format = follower.format else { return nil }
        let input = try InputRun(path: folder)
        let plan = try AzimuthalPlan(configuration, format: format, input: input.file, frameCount: nil, cache: cache)
        let workers = try LiveWorkers(plan, threads: workers)
        defer { workers.stop() }
        var progress = Progress(plan: plan, sum: BinSums(binCount: plan.binCount))
        var clock = (shown: ContinuousClock.now, reduced: 0)
        while !isCancelled() {
            // Asked before the ledgers are read: what was acknowledged until then is taken below.
            let isLast = follower.isFinished()
            let now_s = try Self.poll(&follower, &waiting, &pace)
            waiting.skip(
                before: now_s - longestWait_s, to: now_s - longestWait_s * 2 / 3, keeping: workers.framesTogether)
            progress.skipped = waiting.skipped
            var rest_s = 0.0
            if waiting.isEmpty {
                if isLast { break }
                rest_s = Self.seconds(pause)
            } else {
                let frames = waiting.take(pace.hasBegun ? workers.framesTogether : workers.count)
                let (outcomes, cost) = try workers.reduce(frames)
                try Self.take(outcomes, frames, &progress)
                pace.reduced(frames.count, busy_s: cost.busy_s, processor_s: cost.processor_s)
                // At the end nobody is held up any more.
                if !isLast { rest_s = pace.rest_s(after: cost.seconds) }
            }
            let passed = ContinuousClock.now - clock.shown
            if passed >= interval, progress.tally.total > clock.reduced || waiting.isEmpty {
                progress.rate = Double(progress.tally.total - clock.reduced) / Self.seconds(passed)
                clock = (.now, progress.tally.total)
                try publish(progress)
            }
            Self.sleep(rest_s)
        }
        progress.isFinished = true
        try publish(progress)
        return progress
    }

    /// - Returns: the time at which it was looked.
    @discardableResult
    private static func poll(
        _ follower: inout LedgerFollower, _ waiting: inout WaitingFrames<LedgerFollower.Frame>, _ pace: inout LivePace
    ) throws(ReductionError) -> Double {
        let new = try follower.poll()
        let now_s = ProcessorTimes.seconds(CLOCK_MONOTONIC)
        pace.arrived(new.count, at: now_s, look: ProcessorTimes.look)
        waiting.append(new, at: now_s)
        return now_s
    }

    private static func take(_ outcomes: [FrameOutcome], _ frames: [LedgerFollower.Frame], _ progress: inout Progress) throws {
        for (frame, outcome) in zip(frames.map(\.frame), outcomes) {
            progress.tally.count(outcome)
            guard case .reduced(let sums, _) = outcome else { continue }
            // Sums without any frame do not know where variances come from.
            if progress.newest == nil { progress.sum = sums } else { try progress.sum.merge(sums) }
            progress.newest = (frame, sums)
        }
    }

    private static func sleep(_ seconds: Double) {
        if seconds > 0 { Thread.sleep(forTimeInterval: seconds) }
    }

    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
