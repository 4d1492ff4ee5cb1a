import EmbargoClock
import Identifiers
import RunModel

/// The part of the store that keeps sessions and clocks. It computes no date: chains of decisions come from the embargo's state machine, and
/// are read back through it.
public protocol ClockStore: Sendable {
    /// Enters a session with its clocks; the proposal is known.
    /// - Parameter person: who enters it, by number; nil for the custodian and for the program itself.
    /// - Throws: `exists` for a session of that name, `notFound` for the proposal.
    func enter(
        _ session: SessionRecord, clock: EmbargoRecord, by person: Int64?, tenant: String, outbox: [OutboxDraft]
    ) async throws(CatalogueError)

    /// Brings the beginning and the planned end of a session to what is said now, with what that moves in its clocks; none of one without.
    /// - Throws: `notFound`; `changedMeanwhile` as `move`.
    func plan(
        _ name: SessionName, begins: Timestamp?, plannedEnd: Timestamp, moving move: ClockMove?, by deed: Deed, tenant: String
    ) async throws(CatalogueError)

    /// - Throws: `notFound`.
    func session(_ name: SessionName, tenant: String) async throws(CatalogueError) -> SessionRecord
    /// - Throws: `notFound`.
    func session(pid: PersistentIdentifier, tenant: String) async throws(CatalogueError) -> SessionRecord
    /// All sessions, those of a proposal, or those that still collect; the latest planned end first.
    func sessions(tenant: String, proposal: String?, onlyCollecting: Bool, limit: Int) async throws(CatalogueError)
        -> [SessionRecord]

    /// Whose clocks a run goes by: its session's, or its own. Those of a result that follows others count as its own, and are only read.
    /// - Throws: `notFound`.
    func clockOwner(of pid: RunIdentifier, tenant: String) async throws(CatalogueError) -> ClockOwner
    /// Which clocks a result follows that has none of its own, in the order in which they were entered; none of any other run.
    /// - Throws: `notFound`.
    func followedClocks(of pid: RunIdentifier, tenant: String) async throws(CatalogueError) -> [ClockOwner]
    /// The chain, replayed: of a result that follows several, the one that rules it now.
    /// - Throws: `notFound`, `historyBroken`.
    func clock(of owner: ClockOwner, tenant: String) async throws(CatalogueError) -> EmbargoRecord
    /// Writes what was decided, with what follows for every run, all of it or none.
    /// - Throws: `changedMeanwhile` when a chain is longer than its writer saw it.
    func move(_ moves: [ClockMove], tenant: String) async throws(CatalogueError)

    /// Whose closing ended at or before `trustedNow`, UTC seconds, and whose opening is not in the chain: the earliest first.
    func dueClocks(tenant: String, trustedNow: Int64, limit: Int) async throws(CatalogueError) -> [SweptClock]
    /// Sessions that still collect, of which a run has ended, and whose planned end, UTC seconds, is at or before this.
    func sessionsToClose(tenant: String, plannedEndBefore: Int64, limit: Int) async throws(CatalogueError) -> [SessionName]
    /// All clocks in parts; the next part begins after the returned number, nil after the last one.
    func clockOwners(tenant: String, after number: Int64?, limit: Int) async throws(CatalogueError) -> (
        owners: [ClockOwner], next: Int64?
    )
    /// Runs with clocks of their own that have not opened them, of those that the reader reads while they are closed: the earliest opening first,
    /// those without a day last.
    func runsWithClocks(scope: ReaderScope, limit: Int) async throws(CatalogueError) -> [RunIdentifier]
    /// Whether a chain, its copy in the columns, and the runs under it are what was written through this protocol.
    /// - Throws: `historyBroken`.
    func verifyClock(of owner: ClockOwner, tenant: String) async throws(CatalogueError)

    /// What was told already of these clocks.
    func told(of owner: ClockOwner, tenant: String) async throws(CatalogueError) -> Set<String>
    /// Clocks of which something may be to tell at `now`, UTC seconds: the earliest first.
    func clocksToTell(tenant: String, now: Int64, limit: Int) async throws(CatalogueError) -> [SweptClock]
    /// Remembers what is told, with the messages that tell it, in one transaction; what was told before is left out, and so is all of a clock
    /// whose chain has grown since it was looked at.
    func tell(_ tellings: [Telling], at: Int64, tenant: String) async throws(CatalogueError)

    /// A small text of the catalogue itself, such as the last time that was trusted.
    func setting(_ name: String) async throws(CatalogueError) -> String?
    func set(_ name: String, to text: String) async throws(CatalogueError)
}
