import EmbargoClock
import Identifiers
import RunModel

/// How a record stands to those who look for data.
public enum HarvestStanding: Int, Sendable, Hashable, CaseIterable {
    /// Held, purged, or open to the registered only.
    case other = 0
    case embargoed = 1
    /// For everyone.
    case open = 2
}

/// A record that is offered. Numbers of clocks, proposals and places are those of the page.
public struct OfferedRecord: Sendable {
    public let pid: String
    /// UTC seconds.
    public let datestamp: Int64
    /// Of one that was taken back: how it stood before.
    public let standing: HarvestStanding
    public let isDeleted: Bool
    public let beamline: Int64?
    public let technique: Int64?
    /// nil where it was not asked for, or was taken back.
    public let content: Content?

    public enum Content: Sendable {
        case run(OfferedRun)
        case session(OfferedSession)
    }
}

public struct OfferedRun: Sendable {
    public let kind: RunKind
    public let startedAt: Timestamp
    public let endedAt: Timestamp?
    public let proposal: Int64?
    public let clock: Int64
    /// Of the session whose clocks it goes by.
    public let session: PersistentIdentifier?
    public let sample: IGSN?
    /// Where its proposal names nobody.
    public let creators: [DescribedCreator]
    /// nil while it is not open.
    public let opened: OpenedRun?
}

/// What is told of a run once it is open.
public struct OpenedRun: Sendable {
    public let title: String
    public let keywords: [String]
    public let bytes: Int64
    public let fileCount: Int64
    /// Media types of its files.
    public let formats: [String]
    public let relations: RunRelations
}

public struct OfferedSession: Sendable {
    public let begins: Timestamp?
    public let plannedEnd: Timestamp
    public let proposal: Int64?
    public let clock: Int64
    /// nil where it has no runs.
    public let span: SessionSpan?
    /// Those with a registered identifier of their own.
    public let runs: [RunIdentifier]
    /// Works that are known to cite it.
    public let citations: [DOI]
}

/// A page of what is offered.
public struct HarvestPage: Sendable {
    public struct Beamline: Sendable, Hashable {
        public let name: String
        public let pid: String?
    }

    public var records: [OfferedRecord] = []
    public var clocks: [Int64: EmbargoRecord] = [:]
    public var proposals: [Int64: ProposalDescription] = [:]
    public var beamlines: [Int64: Beamline] = [:]
    /// As sets name them.
    public var techniques: [Int64: String] = [:]
    /// Where the next page begins; nil: this is the last one.
    public var next: HarvestPosition?
    /// Of the whole list, where it was asked for.
    public var size: Int?
    /// The latest datestamp that was given, UTC seconds.
    public var latest: Int64 = 0
    /// The earliest of this institution's.
    public var earliest: Int64?
}
