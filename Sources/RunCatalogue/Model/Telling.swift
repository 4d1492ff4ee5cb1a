/// Something to tell, once. Its word is remembered, so that nobody is told twice.
public struct NoticeDraft: Sendable, Hashable {
    public let word: String
    /// None: it was overtaken, and is only remembered.
    public let messages: [OutboxDraft]

    public init(_ word: String, _ messages: [OutboxDraft] = []) {
        self.word = word
        self.messages = messages
    }
}

/// What is told of one record.
public struct Telling: Sendable, Hashable {
    public let owner: ClockOwner
    /// How many entries the chain had when it was looked at.
    public let seen: Int
    public let notices: [NoticeDraft]
    /// When it is looked at again, UTC seconds; nil: not before something is decided.
    public let looksAgain: Int64?

    public init(_ owner: ClockOwner, seen: Int, notices: [NoticeDraft], looksAgain: Int64?) {
        self.owner = owner
        self.seen = seen
        self.notices = notices
        self.looksAgain = looksAgain
    }
}
