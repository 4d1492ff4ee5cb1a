import RunModel

/// What is about to be written into a record's history.
public struct EventDraft: Sendable, Hashable {
    /// One word of what happened: `registered`, `opened`, `extension-granted`.
    public var action: String
    public var at: Timestamp
    /// Who did it, by number: the name may be erased one day, and the chain stays whole. Nil for the program itself.
    public var person: Int64?
    /// What else is to be known, a JSON text.
    public var detail: String?

    public init(action: String, at: Timestamp, person: Int64? = nil, detail: String? = nil) {
        self.action = action
        self.at = at
        self.person = person
        self.detail = detail
    }
}

/// One link of a record's history. Each holds the digest of the record as it stood after the event, and the digest of the link before it.
public struct HistoryEvent: Sendable, Hashable {
    /// From 1.
    public let number: Int64
    public let action: String
    public let at: Timestamp
    public let person: Int64?
    public let detail: String?
    /// SHA-256, 64 hexadecimal digits: of the record's state, of the link before ("" for the first), of this link.
    public let stateDigest: String
    public let previousDigest: String
    public let digest: String

    /// What happened and when; not who, nor why.
    var forOutsiders: HistoryEvent {
        HistoryEvent(
            number: number, action: action, at: at, person: nil, detail: nil, stateDigest: stateDigest,
            previousDigest: previousDigest, digest: digest)
    }
}
