import Foundation
import Identifiers

/// Something that happened to a run, for whoever waits for it: published with `--events`, given to `--on-seal`, one line in the log
/// (schemas/event.schema.json). The words are those of the `--json` line.
public struct RunEvent: Hashable, Sendable, Codable {
    /// The schema's identifier and version; a breaking change takes a new one.
    public static let schemaName = "faisceau.event.1"

    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The run has its folder and identifier; no frame has come.
        case armed
        case firstFrame = "first_frame"
        /// Nothing has come for longer than the stall limit: an alarm, not an end.
        case stalled
        case resumed
        /// run.json exists: the run is final, and automatic processing may begin.
        case sealed
        /// manifest.sha256 exists too.
        case manifest
        /// A series got no run, a run could not be sealed, or a sealed run (then with its verdict) got no manifest; the ingest goes on where it
        /// can.
        case failed
    }

    public var schema = Self.schemaName
    public var event: Kind
    public var time: Timestamp
    /// Absolute paths of the run's folder and of its master file.
    public var run: String?
    public var master: String?
    public var pid: RunIdentifier?
    /// The detector's own number of the series, and its unique text where the stream has one.
    public var series: Int64?
    public var seriesUniqueID: String?
    /// Folder of the run whose late frames this one holds.
    public var lateOf: String?
    public var proposal: String?
    public var sample: String?
    /// The number of the frame that the event is about.
    public var frame: Int?
    public var verdict: Verdict?
    public var ending: RunSummary.Ending?
    public var frames: FrameCounts?
    public var bytes: Int?
    /// The part of the required metadata that is there, 0 to 1; nil when no profile was asked for.
    public var completeness: Double?
    /// Of silence (`stalled`), or from the end of the series to run.json (`sealed`).
    public var seconds: Double?
    /// What failed, as one sentence.
    public var reason: String?

    public init(_ event: Kind, at time: Timestamp) {
        self.event = event
        self.time = time
    }

    enum CodingKeys: String, CodingKey {
        case schema, event, time, run, master, pid, series
        case seriesUniqueID = "series_unique_id"
        case lateOf = "late_of"
        case proposal, sample, frame, verdict, ending, frames, bytes, completeness, seconds, reason
    }

    /// One line of JSON, keys sorted, without a line feed.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
