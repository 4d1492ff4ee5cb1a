import Identifiers

/// Where the catalogue is kept, in the catalogue's own words: neither a query language nor a library of one crosses it, so that another
/// database can stand beside SQLite and pass the same tests.
///
/// What returns is on disk. All calls may be made from anywhere at once.
public protocol CatalogueStore: RunStore, ClockStore, PeopleStore, OutboxStore, HoldingsStore, HistoryStore, CheckpointStore,
    CompletionStore, IdentifierStore, RegistrationStore, AmendmentStore, HarvestStore,
    TechniqueStore, CitationStore
{
    /// Whether the whole database is sound: pages, indexes, references, search.
    /// - Throws: `damaged`, with what was found.
    func checkIntegrity() async throws(CatalogueError)

    /// Writes a copy, whole and of one instant, while others read and write.
    /// - Throws: `storage`; a file of that name is not overwritten.
    func backUp(to path: String) async throws(CatalogueError)

    /// Opens such a copy as a catalogue is opened, checks it, and leaves it as it was.
    /// - Throws: `damaged`, and whatever stands against its opening.
    func examine(copy path: String) async throws(CatalogueError)

    /// Brings what was written into the form in which it is read the fastest, as far as no reader is in the way; changes nothing.
    func writeBack() async throws(CatalogueError)

    /// Writes back what waits to be written, and closes; whoever calls afterwards gets an error.
    func close() throws(CatalogueError)
}

/// The part of the store that keeps runs.
public protocol RunStore: Sendable {
    /// Writes a run with its files, values, event and messages, whole or not at all. Calls that wait at the same time share one commit.
    ///
    /// The same content under the same identifier changes nothing, and the outcome says so.
    /// - Throws: `contentDiffers` for another content under the same identifier, `badRequest`, `busy`, `storage`.
    func handOver(_ run: RunHandOver) async throws(CatalogueError) -> HandOverOutcome

    /// Writes several runs in one transaction: all of them, or none.
    /// - Throws: as for one run; the error names the run.
    func handOver(batch: [RunHandOver]) async throws(CatalogueError) -> [HandOverOutcome]

    /// One run.
    /// - Throws: `forbidden` where everyone may know of the run, and this reader may not read it; else `notFound`, in the same words for a run
    ///   that is not there and for one that nobody else may know of.
    func run(_ pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> RunRecord

    /// What everyone may know of a run, in every state but those in which nobody may know of it (collecting, proprietary).
    /// - Throws: `notFound`, in the words of `run`.
    func shortRecord(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> ShortRunRecord

    /// One page of the runs, newest first, after `cursor`. The count stops at `countLimit`.
    func page(
        _ filter: RunFilter, scope: ReaderScope, after cursor: RunCursor?, limit: Int, countLimit: Int
    ) async throws(CatalogueError) -> RunPage

    /// The first page, and how the newest `countLimit` runs of the list divide: both from one walk, as a search page shows them.
    func pageAndFacets(
        _ filter: RunFilter, scope: ReaderScope, limit: Int, countLimit: Int
    ) async throws(CatalogueError) -> (page: RunPage, facets: RunFacets)

    /// How the runs of a list divide, over the newest `limit` of them.
    func facets(_ filter: RunFilter, scope: ReaderScope, limit: Int) async throws(CatalogueError) -> RunFacets

    /// One page of a run's files, from a position on.
    /// - Throws: `notFound` as for the run.
    func files(of pid: RunIdentifier, scope: ReaderScope, from position: Int64, limit: Int) async throws(CatalogueError)
        -> FilePage

    /// The metadata values of a run, sorted by key.
    /// - Throws: `notFound` as for the run.
    func values(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [MetadataValue]

    /// What stands beside runs, in their order, all of it in one snapshot: of a list.
    /// - Returns: nil for each that this reader may not read, or not any more.
    func details(
        of runs: [RunIdentifier], _ parts: RunDetails.Parts, scope: ReaderScope
    ) async throws(CatalogueError) -> [RunDetails?]

    /// What everyone is told that an open run stands in relation to; whether it is open is not asked here.
    /// - Throws: `notFound` as for an unknown run.
    func relations(of pid: RunIdentifier, tenant: String) async throws(CatalogueError) -> RunRelations

    /// From which runs a run was made, and which ones were made from it, as far as this reader may know of them; in the order of their
    /// identifiers, and of results the first thousand.
    /// - Throws: `notFound`, `forbidden` as for the run.
    func derivations(
        of pid: RunIdentifier, scope: ReaderScope
    ) async throws(CatalogueError) -> (inputs: [RunIdentifier], results: [RunIdentifier])

    /// One file by its path, and how its copies stand in other stores.
    /// - Throws: as `run`; `notFound` for a run that has no such file, in words of its own: who asks may read the run.
    func file(
        _ path: String, of pid: RunIdentifier, scope: ReaderScope
    ) async throws(CatalogueError) -> (file: RunFile, copies: Set<ReplicaState>)

    /// What happened to a run, oldest first.
    /// - Throws: `notFound` as for the run.
    func history(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [HistoryEvent]

    /// Gives a run whose clocks are not kept here another access, with the event in its history and the messages, in one transaction.
    /// - Returns: the change number.
    /// - Throws: `notFound`; `badRequest` for an access that contradicts itself.
    func append(
        _ event: EventDraft, to pid: RunIdentifier, tenant: String, access: RunAccess, opened: Bool, outbox: [OutboxDraft]
    ) async throws(CatalogueError) -> Int64

    /// Whether a run and its history are what was written through this protocol.
    /// - Throws: `historyBroken`, naming the run and the link, or what of the record was edited; `notFound`.
    func verifyHistory(of pid: RunIdentifier, tenant: String) async throws(CatalogueError)

    /// Runs whose closing ended at or before `trustedNow`, UTC seconds, and that are not marked open: the earliest first.
    func dueRuns(tenant: String, trustedNow: Int64, limit: Int) async throws(CatalogueError) -> [RunIdentifier]
}
