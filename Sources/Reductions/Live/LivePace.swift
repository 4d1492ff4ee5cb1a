/// Whether a live reduction takes what it can, or rests between frames so that the recording beside it is not held up.
///
/// A thread of the idle class costs a recording more than the processor that nobody wanted: while it runs, Linux does not move a thread that
/// waits elsewhere to that processor (two processors, 2 MB frames at full rate: 36 % less by an endless loop in the idle class alone). So
/// where what the processors leave is not enough for all frames, a part of them is looked at and the rest is skipped: the less is left, the
/// smaller a part, down to a twentieth of the time. Until the processors were watched for a while it looks at a few frames, so that there is a
/// curve, and rests: a frame may wait, a recording may not. But where the threads have their processors for themselves, nothing is gained by
/// resting.
package struct LivePace {
    /// Rests last at most so many times as long as the work before them: where half of what is needed is left, or less.
    private static let restFactor = 19.0
    private static let longestRest_s = 1.0
    /// While nothing is known of the processors: as long as it takes to know.
    private static let firstRest_s = window_s
    /// The part of what is left that is still said to be enough.
    private static let fullUse = 0.9
    /// A thread that has less than this of its processor shares it with somebody.
    private static let freeShare = 0.9
    /// Arrivals and processors are looked at over one to two of these.
    private static let window_s = 0.5
    /// Between two looks at the processors.
    private static let lookInterval_s = 0.1
    /// Weight of the newest piece in an average.
    private static let newest = 0.3

    /// What has come to pass by some instant: counts that only grow.
    package struct Look {
        /// Of any steady clock.
        package var time_s: Double
        /// Added over all processors, what nobody used.
        package var idle_s: Double
        /// What this process used.
        package var own_s: Double
        package var frames = 0

        package init(time_s: Double, idle_s: Double, own_s: Double) {
            (self.time_s, self.idle_s, self.own_s) = (time_s, idle_s, own_s)
        }
    }

    private var before: Look?
    private var start: Look?
    private var last: Look?
    private var processorSecondsPerFrame: Double?
    private var processorShare: Double?
    private var isWarm = false
    /// Frames since the last look, and when that was.
    private var unseen = (frames: 0, since_s: -Double.infinity)

    package init() {}

    /// Frames that were acknowledged since the last call.
    /// - Parameters:
    ///   - time_s: of the clock of a look.
    ///   - look: asked ten times a second at most: a look costs more than a poll. Where it says nothing, nothing is ever rested.
    package mutating func arrived(_ frames: Int, at time_s: Double, look: () -> Look?) {
        unseen.frames += frames
        guard time_s - unseen.since_s >= Self.lookInterval_s else { return }
        unseen.since_s = time_s
        guard let look = look() else { return }
        arrived(unseen.frames, look)
        unseen.frames = 0
    }

    /// Frames that were acknowledged since the last call; the first call only starts the count.
    package mutating func arrived(_ frames: Int, _ look: Look) {
        var look = look
        guard let last, let start else {
            (before, start, self.last) = (look, look, look)
            return
        }
        look.frames = last.frames + frames
        self.last = look
        if look.time_s - start.time_s >= Self.window_s { (before, self.start) = (start, look) }
    }

    /// What reducing has cost, added over the threads. The first time is not counted: it made the kernels' memory too.
    /// - Parameters:
    ///   - busy_s: as the clock has it.
    ///   - processor_s: the processor's time in that.
    package mutating func reduced(_ frames: Int, busy_s: Double, processor_s: Double) {
        defer { isWarm = true }
        guard isWarm, frames > 0, busy_s > 0 else { return }
        func mean(_ old: Double?, _ new: Double) -> Double { old.map { $0 + Self.newest * (new - $0) } ?? new }
        processorSecondsPerFrame = mean(processorSecondsPerFrame, processor_s / Double(frames))
        processorShare = mean(processorShare, min(1, processor_s / busy_s))
    }

    /// Frames a second over the last windows; nil before anything can be said.
    package var arrivalRate: Double? {
        guard let before, let last, last.time_s > before.time_s else { return nil }
        return Double(last.frames - before.frames) / (last.time_s - before.time_s)
    }

    /// Processors that this process has or could have had over the last windows.
    private var processorsLeft: Double? {
        guard let before, let last, last.time_s > before.time_s else { return nil }
        return (last.idle_s - before.idle_s + last.own_s - before.own_s) / (last.time_s - before.time_s)
    }

    /// Whether a batch was reduced: before, a few frames are enough, for a first curve.
    package var hasBegun: Bool { isWarm }

    /// How long to rest after work of so many seconds; 0 where every frame can be had, or resting helps nobody.
    package func rest_s(after seconds: Double) -> Double {
        guard last != nil else { return 0 }
        guard let arrivalRate, let processorsLeft, let processorSecondsPerFrame, let processorShare else {
            return Self.firstRest_s
        }
        guard processorShare < Self.freeShare else { return 0 }
        let wanted = arrivalRate * processorSecondsPerFrame
        let had = Self.fullUse * processorsLeft
        guard wanted > had else { return 0 }
        // What is a little short is hardly rested for: a rest as long as the work would halve what there is.
        let shortness = wanted < 2 * had ? wanted / had - 1 : 1
        return min(Self.longestRest_s, Self.restFactor * shortness * shortness * shortness * seconds)
    }
}
