import Diagnostics
import Identifiers
import RunModel

/// A run as lists show it.
public struct RunRecord: Sendable, Hashable {
    public let pid: RunIdentifier
    public let kind: RunKind
    public let name: String
    public let title: String?
    public let verdict: Verdict
    public let origin: RunOrigin
    public let startedAt: Timestamp
    public let endedAt: Timestamp?
    public let folder: String?
    public let keywords: [String]
    public let fileCount: Int64
    public let bytes: Int64
    /// As the clocks' last entry left it; what is due may not be swept yet.
    public let access: RunAccess
    /// The state to show: open as soon as the clock says so.
    public let state: AccessState
    /// SPDX identifier of the licence under which it opens, or opened; nil where no clocks rule it.
    public let licence: String?
    public let change: Int64

    /// For those who read it because it is open: not where it lies, nor who decided what.
    var forOutsiders: RunRecord {
        var access = access
        access.clock = nil
        return RunRecord(
            pid: pid, kind: kind, name: name, title: title, verdict: verdict, origin: origin, startedAt: startedAt,
            endedAt: endedAt,
            folder: nil, keywords: keywords, fileCount: fileCount, bytes: bytes, access: access, state: state,
            licence: licence, change: change)
    }
}

/// What everyone may know of a run that is not open: no name, no sample, no number of frames or files.
public struct ShortRunRecord: Sendable, Hashable {
    public let pid: RunIdentifier
    public let kind: RunKind
    public let instrument: String?
    public let technique: String?
    public let proposal: String?
    public let session: String?
    public let startedAt: Timestamp
    public let endedAt: Timestamp?
    public let state: AccessState
    /// When it opens by the rule, UTC seconds.
    public let opensAt: Int64?
    /// SPDX identifier of the licence under which it opens, or opened.
    public let licence: String?
    /// Why the data were taken back: what a tombstone says, to everyone. Nil in every other state.
    public let withdrawalReason: String?
    /// Where its proposal names nobody.
    public let creators: [DescribedCreator]
}

/// Where a list goes on: after this run. A text that is made and read here only.
public struct RunCursor: Sendable, Hashable, CustomStringConvertible {
    let position: Int64

    init(position: Int64) { self.position = position }

    /// - Throws: `badRequest` for a text that is no cursor of ours.
    public init(_ text: String) throws(CatalogueError) {
        guard text.hasPrefix("r"), let position = Int64(text.dropFirst(), radix: 36) else {
            throw CatalogueError(.badRequest, "Not a place in a list", got: quoted(text), remedy: "Begin the list again")
        }
        self.position = position
    }

    public var description: String { "r" + String(position, radix: 36) }
}

/// How many there are, as far as it was counted.
public enum BoundedCount: Sendable, Hashable {
    case exactly(Int)
    /// The counting stopped there.
    case atLeast(Int)
}

/// One page of a list, newest first.
public struct RunPage: Sendable, Hashable {
    public let runs: [RunRecord]
    /// Nil after the last page.
    public let next: RunCursor?
    /// Of the whole list, not of the page.
    public let count: BoundedCount
}

/// How the runs of a list divide. When there are more than the limit of the count, these are of the newest ones, and `count` says so.
public struct RunFacets: Sendable, Hashable {
    public struct Share: Sendable, Hashable {
        public let value: String
        public let runs: Int

        public init(value: String, runs: Int) {
            self.value = value
            self.runs = runs
        }
    }
    public let techniques: [Share]
    public let instruments: [Share]
    public let proposals: [Share]
    public let samples: [Share]
    public let states: [AccessState: Int]
    public let kinds: [RunKind: Int]
    public let count: BoundedCount
}
