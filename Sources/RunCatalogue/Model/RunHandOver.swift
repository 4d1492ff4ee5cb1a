import Identifiers
import RunModel

/// What a sealed run brings to the catalogue: the record, its files, its metadata values, and where its clocks stand.
///
/// Everything but `inputs`, `access`, `clock`, `event`, `outbox` and `persons` is the run's content. It is digested; handing the same content
/// over again changes nothing, and another content under the same identifier is refused.
public struct RunHandOver: Sendable, Hashable {
    /// The institution whose catalogue this is a part of.
    public var tenant: String
    public var pid: RunIdentifier
    public var kind: RunKind
    public var name: String
    public var title: String?
    public var verdict: Verdict
    public var origin: RunOrigin
    /// The first frame, or when the run was armed. Lists are in the order of its seconds.
    public var startedAt: Timestamp
    public var endedAt: Timestamp?
    /// Absolute, on the host that stores the run.
    public var folder: String?
    public var keywords: [String]
    /// Kept in this order, which is the order of its pages.
    public var files: [RunFile]
    /// At most one a key.
    public var values: [MetadataValue]
    /// Of a result: the runs from which it was made, whether the catalogue has them or not. Sealed by the first link of its history.
    public var inputs: [RunIdentifier] = []
    /// Where the clocks stand of a run whose clocks are kept elsewhere; else they are in `clock`, and say it.
    package var access: RunAccess?
    public var clock: HandOverClock?
    public var event: EventDraft
    public var outbox: [OutboxDraft]
    /// No part of the content.
    public var persons = DescribedPersons()

    package init(
        tenant: String, pid: RunIdentifier, kind: RunKind, name: String, title: String? = nil, verdict: Verdict,
        origin: RunOrigin = RunOrigin(), startedAt: Timestamp, endedAt: Timestamp? = nil, folder: String? = nil,
        keywords: [String] = [], files: [RunFile] = [], values: [MetadataValue] = [], access: RunAccess?,
        clock: HandOverClock? = nil, event: EventDraft,
        outbox: [OutboxDraft] = []
    ) {
        self.tenant = tenant
        self.pid = pid
        self.kind = kind
        self.name = name
        self.title = title
        self.verdict = verdict
        self.origin = origin
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.folder = folder
        self.keywords = keywords
        self.files = files
        self.values = values
        self.access = access
        self.clock = clock
        self.event = event
        self.outbox = outbox
    }

    public init(
        tenant: String, pid: RunIdentifier, kind: RunKind, name: String, title: String? = nil, verdict: Verdict,
        origin: RunOrigin = RunOrigin(), startedAt: Timestamp, endedAt: Timestamp? = nil, folder: String? = nil,
        keywords: [String] = [], files: [RunFile] = [], values: [MetadataValue] = [], clock: HandOverClock, event: EventDraft,
        outbox: [OutboxDraft] = []
    ) {
        self.init(
            tenant: tenant, pid: pid, kind: kind, name: name, title: title, verdict: verdict, origin: origin,
            startedAt: startedAt,
            endedAt: endedAt, folder: folder, keywords: keywords, files: files, values: values, access: nil, clock: clock,
            event: event, outbox: outbox)
    }
}

/// To whom and to what a run belongs, by the facility's own names. A name that the catalogue has not met gets a record of its own.
public struct RunOrigin: Sendable, Hashable {
    /// The team that owns the run; nobody's when it is not known, and then only staff and curators read it before it opens.
    public var team: String?
    public var instrument: String?
    public var proposal: String?
    /// The session (beam time); it belongs to the proposal.
    public var session: String?
    public var sample: String?
    public var technique: String?

    public init(
        team: String? = nil, instrument: String? = nil, proposal: String? = nil, session: String? = nil, sample: String? = nil,
        technique: String? = nil
    ) {
        self.team = team
        self.instrument = instrument
        self.proposal = proposal
        self.session = session
        self.sample = sample
        self.technique = technique
    }
}

/// What came of a hand-over.
public struct HandOverOutcome: Sendable, Hashable {
    public let pid: RunIdentifier
    /// False: the catalogue had this very content already.
    public let isNew: Bool
    /// The change number under which the run stands since it last changed.
    public let change: Int64

    public init(pid: RunIdentifier, isNew: Bool, change: Int64) {
        self.pid = pid
        self.isNew = isNew
        self.change = change
    }
}
