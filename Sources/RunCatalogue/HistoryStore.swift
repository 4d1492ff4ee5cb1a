import Identifiers
import RunModel

/// The part of the store that keeps the histories of what is no run: who may read them is decided by whoever asks (Custody).
public protocol HistoryStore: Sendable {
    /// What happened to a record, oldest first.
    /// - Throws: `notFound`.
    func history(of subject: HistorySubject, tenant: String) async throws(CatalogueError) -> [HistoryEvent]

    /// Whether a record and its history are what was written through this protocol.
    /// - Throws: `historyBroken`, naming the record and the link, or that the record was edited; `notFound`.
    func verifyHistory(of subject: HistorySubject, tenant: String) async throws(CatalogueError)

    /// Checks the records of one kind in parts, those too that have no history and those of which only a history is left. Of runs it looks for
    /// the latter alone: they have a check of their own.
    func verifyRecords(
        of kind: RecordKind, tenant: String, after number: Int64?, limit: Int
    ) async throws(CatalogueError) -> RecordCheckPart

    /// Ends a share before its time.
    /// - Throws: `notFound` for one that is not of this owner, or has ended already.
    func endShare(_ number: Int64, of owner: ClockOwner, by deed: Deed, tenant: String) async throws(CatalogueError)

    /// Writes of the shares whose time is over, by `trustedNow` in UTC seconds, that they have expired. Reading goes by the time and does not wait for it.
    /// - Returns: how many.
    func endExpiredShares(trustedNow: Int64, tenant: String, limit: Int) async throws(CatalogueError) -> Int

    /// Remembers that a link was used: by whoever holds it, on this day of the facility.
    ///
    /// The history gets one event a share and day, and the uses of the day are counted beside it, up to `LinkUse.mostCounted`: a link that is
    /// asked for a hundred pages makes one link of a history and not a hundred, and what it costs to write stays bounded.
    func noteUse(ofLink digest: String, on day: String, at time: Timestamp, tenant: String) async throws(CatalogueError)

    /// The days on which a share was used, the latest first.
    func uses(ofShare number: Int64, tenant: String) async throws(CatalogueError) -> [LinkUse]

    /// Who is meant, by number; nobody for what is not known. Those who were erased are known no more.
    func persons(_ question: PersonQuestion, tenant: String) async throws(CatalogueError) -> [KnownPerson]

    /// Identifiers of the sessions and the registered runs and collections whose public records name one of these persons.
    func recordsNaming(persons: [Int64], tenant: String) async throws(CatalogueError) -> [String]

    /// Takes names, addresses and ORCIDs of persons away, for good, with those of their accounts: of all of them or of none. Histories name persons
    /// by number and hold.
    /// - Throws: `notFound`.
    func erase(persons: [Int64], by deed: Deed, outbox: [OutboxDraft], tenant: String) async throws(CatalogueError)
}

/// The uses of a link on one day.
public struct LinkUse: Sendable, Hashable {
    /// Beyond, a day's uses are not counted.
    public static let mostCounted = 200

    /// Of the facility, ISO 8601.
    public let day: String
    public let uses: Int
    public let first: Timestamp
    public let last: Timestamp
}
