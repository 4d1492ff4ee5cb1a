/// Frames that were acknowledged and wait to be reduced, oldest first; those that have waited too long are left out, and counted.
package struct WaitingFrames<Frame> {
    private var frames: [(frame: Frame, since_s: Double)] = []
    private var first = 0
    /// Left out so far.
    package private(set) var skipped = 0

    package init() {}

    package var count: Int { frames.count - first }
    package var isEmpty: Bool { count == 0 }

    package mutating func append(_ new: [Frame], at time_s: Double) {
        // What was taken is forgotten when it is the larger part: an array moves all that stays.
        if first > frames.count / 2 {
            frames.removeFirst(first)
            first = 0
        }
        frames += new.map { ($0, time_s) }
    }

    /// - Parameter count: frames, or fewer where fewer wait.
    package mutating func take(_ count: Int) -> [Frame] {
        let end = min(frames.count, first + count)
        defer { first = end }
        return frames[first..<end].map(\.frame)
    }

    /// Where the oldest has waited since before `time_s`, only the newest stay.
    /// - Parameter kept: frames that stay.
    package mutating func skip(before time_s: Double, keeping kept: Int) {
        guard count > kept, frames[first].since_s < time_s else { return }
        skipped += count - kept
        first = frames.count - kept
    }
}
