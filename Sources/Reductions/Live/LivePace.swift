/// Whether a live reduction takes what it can, or rests between frames so that the recording beside it is not held up.
///
/// A thread of the idle class costs a recording more than the processor that nobody wanted: while it runs, Linux does not move a thread that
/// waits elsewhere to that processor (two processors, 2 MB frames at full rate: 36 % less by an endless loop in the idle class alone). So
/// where frames come faster than they can be reduced *and* the processors are wanted by others, a part of the frames is looked at and the
/// rest is skipped. Where processors are free, nothing is gained by resting.
package struct LivePace {
    /// Rests last so many times as long as the work before them.
    private static let restFactor = 9.0
    private static let longestRest_s = 1.0
    /// The share of what frames need that is still said to be kept up with.
    private static let fullDemand = 0.9
    /// A thread that has less than this of its processor shares it with somebody.
    private static let freeShare = 0.9
    /// Arrivals are counted over one to two of these.
    private static let window_s = 0.5
    /// Weight of the newest pieces in an average.
    private static let newest = 0.3

    private var before: (start_s: Double, frames: Int)?
    private var now: (start_s: Double, frames: Int)?
    private var seen_s = 0.0
    private var secondsPerFrame: Double?
    private var processorShare: Double?
    private var isWarm = false

    package init() {}

    /// Frames that were acknowledged since the last call; the first call only starts the count.
    /// - Parameter time_s: of any steady clock.
    package mutating func arrived(_ frames: Int, at time_s: Double) {
        seen_s = time_s
        guard var current = now else {
            now = (time_s, 0)
            return
        }
        current.frames += frames
        now = current
        if time_s - current.start_s >= Self.window_s {
            before = current
            now = (time_s, 0)
        }
    }

    /// What reducing has cost. The first time is not counted: it made the kernels' memory too.
    /// - Parameters:
    ///   - seconds: for these frames.
    ///   - busy_s: added over the threads that worked, as the clock has it.
    ///   - processor_s: the processor's time in that.
    package mutating func reduced(_ frames: Int, seconds: Double, busy_s: Double, processor_s: Double) {
        defer { isWarm = true }
        guard isWarm, frames > 0, busy_s > 0 else { return }
        func mean(_ old: Double?, _ new: Double) -> Double { old.map { $0 + Self.newest * (new - $0) } ?? new }
        secondsPerFrame = mean(secondsPerFrame, seconds / Double(frames))
        processorShare = mean(processorShare, min(1, processor_s / busy_s))
    }

    /// Frames a second over the last windows; nil before anything can be said.
    package var arrivalRate: Double? {
        guard let now else { return nil }
        let start_s = before?.start_s ?? now.start_s
        let passed = seen_s - start_s
        return passed > 0 ? Double((before?.frames ?? 0) + now.frames) / passed : nil
    }

    /// How long to rest after work of so many seconds; 0 where every frame can be had, or resting helps nobody.
    package func rest_s(after seconds: Double) -> Double {
        guard let arrivalRate, let secondsPerFrame, let processorShare, arrivalRate * secondsPerFrame > Self.fullDemand,
            processorShare < Self.freeShare
        else { return 0 }
        return min(Self.longestRest_s, Self.restFactor * seconds)
    }
}
