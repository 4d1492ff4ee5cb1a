/// Which frames of a series have come, and what was strange about each: a value without sockets or files. Frames count from 0.
public struct SeriesTracker: Sendable {
    /// What an image message is to the series that is being recorded.
    public enum Arrival: Equatable, Sendable {
        /// The next one, or one after a gap.
        case inOrder
        /// One that fills a gap left earlier.
        case reordered
        /// One that was there already.
        case duplicate
        /// Its series is not the one being recorded.
        case stray
        /// Its number cannot be: negative, or far beyond the end.
        case outOfRange
    }

    /// How far beyond the announced end, or beyond the highest frame so far, a number is believed; farther it is taken for a wrong
    /// one: every number skipped costs a masked frame in the file.
    public static let largestSurplus = 10_000
    /// How many announced frames in a row may be missing: at 10 kHz more silence than any series is kept open for. A detector may be armed
    /// for 10¹² frames, and every number that is skipped costs memory.
    public static let largestGap = 10_000_000

    public let seriesID: Int64
    /// What the start message promised; nil when it did not say.
    public let expected: Int?
    public private(set) var received: FrameSet
    public private(set) var duplicates = 0
    public private(set) var reordered = 0
    public private(set) var strays = 0
    public private(set) var outOfRange = 0
    /// The first number may be any: of frames that come after their series was closed.
    private let startsAnywhere: Bool
    /// The last number, if it was too far ahead to be believed.
    private var unlikely: Int64?

    public init(seriesID: Int64, expected: Int?, startsAnywhere: Bool = false) {
        self.startsAnywhere = startsAnywhere
        self.seriesID = seriesID
        self.expected = expected
        received = FrameSet(expectedFrames: expected ?? 0)
    }

    /// Counts one image message and says what it is. Amortised constant time.
    public mutating func arrive(seriesID: Int64, frame: Int64) -> Arrival {
        guard seriesID == self.seriesID else {
            strays += 1
            return .stray
        }
        let next = received.highest + 1
        let believed = startsAnywhere && received.count == 0 ? Self.largestGap : expected ?? 0
        let end = max(min(believed, next + Self.largestGap), next) + Self.largestSurplus
        guard frame >= 0, frame < Int64(end) || isConfirmed(frame, after: next) else {
            outOfRange += 1
            return .outOfRange
        }
        unlikely = nil
        let isLate = Int(frame) < received.highest
        guard received.insert(Int(frame)) else {
            duplicates += 1
            return .duplicate
        }
        guard isLate else { return .inOrder }
        reordered += 1
        return .reordered
    }

    /// Whether a number that is too far ahead goes on from the last one that was: then it was no wrong number but a long gap.
    private mutating func isConfirmed(_ frame: Int64, after next: Int) -> Bool {
        defer { unlikely = frame }
        guard let unlikely, frame > unlikely, frame - unlikely <= Self.largestSurplus else { return false }
        return frame < Int64(next + Self.largestGap)
    }

    /// Counts a frame of another series that is recorded nowhere.
    public mutating func countStray() { strays += 1 }

    /// Counts a frame that a ledger vouches for (recovery): it came, whatever its number.
    public mutating func adopt(frame: Int) {
        let isLate = frame < received.highest
        if received.insert(frame), isLate { reordered += 1 }
    }

    /// Frames announced and never heard of, gaps among them. What came beyond the announcement does not make up for a gap.
    public var missing: Int { max(expected ?? 0, received.highest + 1) - received.count }

    /// Whether every frame that was promised has come.
    public var isComplete: Bool { expected.map { received.count >= $0 } ?? false }
}
