/// Something the outside world is to be told, written in the transaction of the change it tells of.
public struct OutboxDraft: Sendable, Hashable {
    /// What kind of message: `datacite`, `mail`, `file-access`.
    public var topic: String
    /// For who delivers it; opaque here.
    public var payload: String

    public init(topic: String, payload: String) {
        self.topic = topic
        self.payload = payload
    }
}
