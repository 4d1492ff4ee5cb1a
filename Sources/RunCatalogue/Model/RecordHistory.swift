import Identifiers
import RunModel

/// What has a history of its own, one chain a record.
///
/// The words are stored: they never change their meaning, and a new kind takes a new one.
public enum RecordKind: String, Sendable, Hashable, CaseIterable {
    case run
    case proposal
    /// A session (beam time) as it was entered; what is decided on it stands in the chain of its clock.
    case session
    case account
    /// A share: with a person, or by a link.
    case share
    /// A person apart from all that names them: so that one can be erased, and an edit of an address, by which right holders are recognised, is found.
    case person
    case instrument
    case sample
    /// A data management plan.
    case plan
    case collection
}

/// Who does something, and when: what a history says of every change.
public struct Deed: Sendable, Hashable {
    public var at: Timestamp
    /// By number: the name may be erased one day. Nil for the custodian and for the program itself.
    public var person: Int64?

    public init(at: Timestamp, person: Int64? = nil) {
        self.at = at
        self.person = person
    }
}

/// A record by the names that people use for it; a share and a person by the number that the catalogue gave them.
public enum HistorySubject: Sendable, Hashable, CustomStringConvertible {
    case proposal(String)
    case session(SessionName)
    case account(String)
    case share(Int64)
    case person(Int64)
    case instrument(String)
    case sample(igsn: String)
    /// By its identifier.
    case plan(String)
    /// By its persistent identifier.
    case collection(String)

    public var kind: RecordKind {
        switch self {
        case .proposal: .proposal
        case .session: .session
        case .account: .account
        case .share: .share
        case .person: .person
        case .instrument: .instrument
        case .sample: .sample
        case .plan: .plan
        case .collection: .collection
        }
    }

    public var description: String {
        switch self {
        case .proposal(let name): "proposal \(quoted(name))"
        case .session(let name): "\(name)"
        case .account(let name): "account \(quoted(name))"
        case .share(let number): "share \(number)"
        case .person(let number): "person \(number)"
        case .instrument(let name): "instrument \(quoted(name))"
        case .sample(let igsn): "sample \(quoted(igsn))"
        case .plan(let identifier): "plan \(quoted(identifier))"
        case .collection(let pid): "collection \(quoted(pid))"
        }
    }
}

/// What is shared, with whom and until when.
public struct Share: Sendable, Hashable {
    /// The catalogue's own.
    public let number: Int64
    public let holder: ShareHolder
    /// UTC seconds.
    public let expires: Int64
    /// UTC seconds: when it was revoked, or found to have expired. Nil while it is good.
    public let endedAt: Int64?

    public init(number: Int64, holder: ShareHolder, expires: Int64, endedAt: Int64?) {
        self.number = number
        self.holder = holder
        self.expires = expires
        self.endedAt = endedAt
    }
}

/// One part of a check of all records of one kind.
public struct RecordCheckPart: Sendable {
    public let checked: Int
    /// What does not fit, each named by its record.
    public let problems: [CatalogueError]
    /// Where the next part begins; nil after the last one.
    public let next: Int64?
}
