import Identifiers
import RunModel

/// A message that waits to be delivered.
public struct OutboxMessage: Sendable, Hashable {
    /// Never used twice: a receiver can tell a repetition.
    public let number: Int64
    public let topic: String
    public let payload: String
    public let attempts: Int
    public let lastError: String?
    /// When it is tried next, UTC seconds; nil: not before a person has looked at it.
    public let due: Int64?
}

/// The part of the store that keeps what is to be told outside, and who does what alone.
public protocol OutboxStore: Sendable {
    /// Messages that are due at `now`, UTC seconds: oldest first.
    func dueMessages(now: Int64, limit: Int) async throws(CatalogueError) -> [OutboxMessage]
    /// What is not delivered, of one topic or of all, due or not: the oldest first.
    func undeliveredMessages(topic: String?, tenant: String, limit: Int) async throws(CatalogueError) -> [OutboxMessage]
    func delivered(_ number: Int64, at now: Int64) async throws(CatalogueError)
    /// - Parameter next: when it is tried again, UTC seconds; nil: not before a person looks at it.
    func failed(_ number: Int64, saying: String, next: Int64?) async throws(CatalogueError)
    /// How many wait, and how many wait for a person.
    func waitingMessages() async throws(CatalogueError) -> (waiting: Int, stuck: Int)
    /// Makes messages due that wait for a person.
    func retryStuckMessages(now: Int64) async throws(CatalogueError) -> Int
    func post(_ messages: [OutboxDraft], tenant: String, at now: Int64) async throws(CatalogueError)

    /// Takes a lease that nobody holds at `now`, or one's own again. Nil when somebody else has it.
    /// - Returns: a number that grows with each holder.
    func takeLease(_ name: String, holder: String, now: Int64, until: Int64) async throws(CatalogueError) -> Int64?
    func releaseLease(_ name: String, holder: String) async throws(CatalogueError)

    /// Takes a lease on a run's bytes, beside those of others: while it lasts they are not purged, and none of their copies is forgotten. That is
    /// looked at in the transactions that would write these, as this one looks at whether they are purged.
    /// - Throws: `notFound`; `gone` for bytes that were purged.
    func takeLease(on run: RunIdentifier, holder: String, now: Int64, until: Int64, tenant: String) async throws(CatalogueError)
    func releaseLease(on run: RunIdentifier, holder: String) async throws(CatalogueError)
    /// How many hold a run's bytes at `now`.
    func leases(on run: RunIdentifier, now: Int64) async throws(CatalogueError) -> Int
}
