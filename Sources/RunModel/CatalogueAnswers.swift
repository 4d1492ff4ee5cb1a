import Identifiers

/// An identifier that was given out before its run.
public struct ReservedIdentifier: Sendable, Hashable {
    public let pid: RunIdentifier
    public let holder: String
    public let lapses: Timestamp

    public init(pid: RunIdentifier, holder: String, lapses: Timestamp) {
        self.pid = pid
        self.holder = holder
        self.lapses = lapses
    }
}

/// A lease on the bytes of a run.
public struct RunLease: Sendable, Hashable {
    public let pid: RunIdentifier
    /// Absolute, on the shared store.
    public let folder: String
    public let holder: String
    public let until: Timestamp

    public init(pid: RunIdentifier, folder: String, holder: String, until: Timestamp) {
        self.pid = pid
        self.folder = folder
        self.holder = holder
        self.until = until
    }
}

/// One page of an answer to a question, newest first.
public struct FoundRuns: Sendable, Hashable {
    public let runs: [FoundRun]
    /// Where the next page begins; nil after the last one.
    public let next: String?
    /// How many there are, as far as it was counted; more, when it is not exact.
    public let count: Int
    public let isExact: Bool
    /// The facility's, by its IANA name: in which days are counted.
    public let zone: String

    public init(runs: [FoundRun], next: String?, count: Int, isExact: Bool, zone: String) {
        self.runs = runs
        self.next = next
        self.count = count
        self.isExact = isExact
        self.zone = zone
    }
}

/// A run as an answer shows it, as far as the asker may see it.
public struct FoundRun: Sendable, Hashable {
    public let pid: RunIdentifier
    /// `raw` or `derived`.
    public let kind: String
    public let name: String
    public let title: String?
    public let verdict: Verdict
    public let team: String?
    public let beamline: String?
    public let proposal: String?
    public let session: String?
    public let sample: String?
    public let technique: String?
    public let started: Timestamp
    public let ended: Timestamp?
    /// Of the team and the facility.
    public let folder: String?
    public let files: Int64
    public let bytes: Int64
    public let state: String
    /// The first open day by the rule, ISO.
    public let opens: String?
    public let keywords: [String]
    /// Grows with every change of the catalogue.
    public let change: Int64

    public init(
        pid: RunIdentifier, kind: String, name: String, title: String?, verdict: Verdict, team: String?, beamline: String?,
        proposal: String?, session: String?, sample: String?, technique: String?, started: Timestamp, ended: Timestamp?,
        folder: String?, files: Int64, bytes: Int64, state: String, opens: String?, keywords: [String], change: Int64
    ) {
        self.pid = pid
        self.kind = kind
        self.name = name
        self.title = title
        self.verdict = verdict
        self.team = team
        self.beamline = beamline
        self.proposal = proposal
        self.session = session
        self.sample = sample
        self.technique = technique
        self.started = started
        self.ended = ended
        self.folder = folder
        self.files = files
        self.bytes = bytes
        self.state = state
        self.opens = opens
        self.keywords = keywords
        self.change = change
    }
}

/// With whom something is shared.
public enum ShareWith: Sendable, Hashable {
    /// Somebody who has an account.
    case account(String)
    /// Whoever holds the link.
    case link
}

public struct ShareReceipt: Sendable, Hashable {
    /// The run or the session that is shared, in words.
    public let record: String
    public let until: Timestamp
    /// Of a link: told here once, and stored nowhere.
    public let secret: String?

    public init(record: String, until: Timestamp, secret: String?) {
        self.record = record
        self.until = until
        self.secret = secret
    }
}

/// Why data are held.
public enum HoldGround: String, Sendable, Hashable, CaseIterable {
    case legal, safety, ethics
}

/// Where the clocks stand after a decision.
public struct ClockReceipt: Sendable, Hashable {
    /// The run or the session, in words.
    public let record: String
    public let state: String
    /// The first open day, ISO; nil where there is none.
    public let opens: String?

    public init(record: String, state: String, opens: String?) {
        self.record = record
        self.state = state
        self.opens = opens
    }
}
