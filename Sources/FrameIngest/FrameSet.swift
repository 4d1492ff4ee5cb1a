/// A set of frame numbers as a bit a frame: a hundred million frames take 12 MB.
public struct FrameSet: Sendable {
    private var words: [UInt64] = []
    public private(set) var count = 0
    /// -1 when empty.
    public private(set) var highest = -1

    public init(expectedFrames: Int = 0) {
        words.reserveCapacity(min(max(expectedFrames, 0), 100_000_000) / 64 + 1)
    }

    public func contains(_ frame: Int) -> Bool {
        guard frame >= 0, frame <= highest else { return false }
        return words[frame / 64] & (1 << UInt64(frame % 64)) != 0
    }

    /// Puts a number in; false when it was there. Amortised constant time.
    @discardableResult
    public mutating func insert(_ frame: Int) -> Bool {
        let word = frame / 64
        let bit = UInt64(1) << UInt64(frame % 64)
        if word >= words.count { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
        guard words[word] & bit == 0 else { return false }
        words[word] |= bit
        count += 1
        highest = max(highest, frame)
        return true
    }
}
