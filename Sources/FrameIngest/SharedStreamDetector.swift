/// Tells from the numbers of a series' frames, in the order in which they come, whether somebody else takes every second one (or all
/// but every third, …): what a PUSH socket does to two clients. A value without sockets or clock.
///
/// The sign is the same step of 2 to 16 many times running. One lost block is one odd step, reordering changes direction, and a loss at
/// random with any probability p makes `repeats` equal steps of k with at most (p^(k-1) (1-p))^repeats, below one in a million.
public struct SharedStreamDetector: Sendable {
    private var series: Int64?
    private var previous: Int64 = 0
    /// The step that repeats, how often it came running, and the frame before the first.
    private var step: Int64 = 0
    private var repeats = 0
    private var runBegin: Int64 = 0
    private var runBeganSeries = false
    private var hasSpoken = false

    public init() {}

    /// Takes the next image in the order of receipt.
    ///
    /// - Returns: the suspicion, once a series: after 20 frame numbers with two clients, at most 30 with up to five.
    public mutating func observe(series: Int64, frame: Int64) -> SharedStream? {
        guard series == self.series else {
            self = SharedStreamDetector()
            self.series = series
            previous = frame
            return nil
        }
        let (difference, overflow) = frame.subtractingReportingOverflow(previous)
        defer { previous = frame }
        guard !overflow, !hasSpoken else { return nil }
        if difference == step {
            repeats += 1
        } else {
            runBeganSeries = repeats == 0
            (step, repeats, runBegin) = (difference, 1, previous)
        }
        guard (2...Self.mostPullers).contains(step), repeats >= Self.repeats(of: step) else { return nil }
        hasSpoken = true
        return SharedStream(series: series, pullers: Int(step), missing: firstMissing())
    }

    /// When the pattern began with the first frame that came, the frames before that one belong to it too.
    private func firstMissing() -> [Int64] {
        let begin = runBeganSeries ? max(0, runBegin - step + 1) : runBegin + 1
        return Array((begin..<(begin + 3 * step)).filter { ($0 - runBegin) % step != 0 }.prefix(3))
    }

    private static let mostPullers: Int64 = 16

    private static func repeats(of step: Int64) -> Int {
        switch step {
        case 2: 10
        case 3: 8
        case 4: 7
        default: 6
        }
    }
}
