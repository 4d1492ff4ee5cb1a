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

    /// Where the oldest has waited since before `time_s`, all go that have waited since before `end_s`.
    /// - Parameter kept: of the newest, as many stay however long they have waited.
    package mutating func skip(before time_s: Double, to end_s: Double, keeping kept: Int) {
        guard count > kept, frames[first].since_s < time_s else { return }
        let end = frames[first..<frames.count - kept].firstIndex { $0.since_s >= end_s } ?? frames.count - kept
        skipped += end - first
        first = end
    }
}
