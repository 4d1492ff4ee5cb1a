import Diagnostics
import RunModel

/// What is said of a part of a run.
public enum MarkWord: String, Sendable, Hashable, CaseIterable {
    case keep, drop
}

/// What is about to be said of frames, from first to last, both included, counted from 0.
public struct MarkDraft: Sendable, Hashable {
    public static let longestReason = 1000

    public let word: MarkWord
    public let frames: ClosedRange<Int64>
    public let reason: String

    /// - Throws: `badRequest` for frames below 0, and for a reason that is blank or longer than 1000 bytes.
    public init(_ word: MarkWord, frames: ClosedRange<Int64>, reason: String) throws(CatalogueError) {
        guard frames.lowerBound >= 0 else {
            throw CatalogueError(.badRequest, "Frames are counted from 0", at: "frames", got: "\(frames.lowerBound)")
        }
        guard !reason.allSatisfy(\.isWhitespace), reason.utf8.count <= Self.longestReason, !reason.utf8.contains(0) else {
            throw CatalogueError(
                .badRequest, "A mark needs a reason", at: "reason", got: quoted(reason),
                expected: "1 to \(Self.longestReason) bytes of text", remedy: "Say why these frames are to be kept or dropped")
        }
        self.word = word
        self.frames = frames
        self.reason = reason
    }
}

/// A mark on frames of a run. The run itself does not change: who reduces it asks for them.
public struct FrameMark: Sendable, Hashable {
    /// Among all marks of the catalogue; never used twice.
    public let number: Int64
    public let word: MarkWord
    public let frames: ClosedRange<Int64>
    public let reason: String?
    /// Told to the team and the facility only.
    public let person: Int64?
    public let at: Timestamp

    var forOutsiders: FrameMark {
        FrameMark(number: number, word: word, frames: frames, reason: reason, person: nil, at: at)
    }
}
