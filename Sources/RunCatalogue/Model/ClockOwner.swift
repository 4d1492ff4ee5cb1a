import EmbargoClock
import Identifiers

/// A session (beam time) by the facility's own names: two proposals may use one name.
public struct SessionName: Sendable, Hashable, CustomStringConvertible {
    public let proposal: String
    public let name: String

    public init(proposal: String, name: String) {
        self.proposal = proposal
        self.name = name
    }

    public var description: String { "session \(name) of proposal \(proposal)" }
}

/// Whose clocks they are.
public enum ClockOwner: Sendable, Hashable, CustomStringConvertible {
    /// All runs of a session share its clocks: a session opens in one piece.
    case session(SessionName)
    /// A run that has no session has clocks of its own.
    case run(RunIdentifier)

    public var description: String {
        switch self {
        case .session(let session): "\(session)"
        case .run(let pid): "run \(pid)"
        }
    }
}

/// A chain of decisions, longer than the one that its writer saw by what was decided.
public struct ClockMove: Sendable, Hashable {
    public let owner: ClockOwner
    public let record: EmbargoRecord
    /// How many of the entries the writer read from the store.
    public let seen: Int
    /// Where they ended, if the writer has it from the store.
    let end: ChainEnd?
    /// What happened, in the history of each run that it moves.
    public let event: EventDraft
    public let outbox: [OutboxDraft]
    /// What is told of it, each once.
    public let notices: [NoticeDraft]
    /// When it is looked at for something to tell, UTC seconds; 0: at the next sweep; nil: not before something is decided.
    public let looksAgain: Int64?

    public init(
        _ owner: ClockOwner, _ record: EmbargoRecord, seen: Int, event: EventDraft, outbox: [OutboxDraft] = [],
        notices: [NoticeDraft] = [], looksAgain: Int64? = 0
    ) {
        self.init(owner, record, seen: seen, end: nil, event, outbox, notices, looksAgain)
    }

    /// - Parameter record: the chain's, with what was decided on it.
    public init(
        _ record: EmbargoRecord, on chain: ReadChain, event: EventDraft, outbox: [OutboxDraft] = [],
        notices: [NoticeDraft] = [], looksAgain: Int64? = 0
    ) {
        self.init(
            chain.owner, record, seen: chain.record.entries.count, end: chain.end, event, outbox, notices, looksAgain)
    }

    private init(
        _ owner: ClockOwner, _ record: EmbargoRecord, seen: Int, end: ChainEnd?, _ event: EventDraft, _ outbox: [OutboxDraft],
        _ notices: [NoticeDraft], _ looksAgain: Int64?
    ) {
        self.owner = owner
        self.record = record
        self.seen = seen
        self.end = end
        self.event = event
        self.outbox = outbox
        self.notices = notices
        self.looksAgain = looksAgain
    }
}

/// The clocks that a run is handed over with.
public enum HandOverClock: Sendable, Hashable {
    /// The run has no session; its clocks begin with it.
    case own(EmbargoRecord)
    /// Those of the session in its origin, as they stand when it is written.
    case session
    /// Those of the session in its origin, which this run's end moves.
    case moving(ClockMove)
    /// A result that has none of its own: it opens with the last of these, and moves with each of them.
    case following([ClockOwner])
}
