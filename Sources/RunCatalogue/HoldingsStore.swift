import Identifiers
import RunModel

/// The part of the store that keeps what stands beside runs: marks, relations, attachments, copies, downloads; and what runs refer to: instruments,
/// samples, management plans; and selections of them.
///
/// Every call takes the scope of who asks, which is applied inside the database. A change of a run's surroundings leaves a link in the run's
/// history, in the same transaction. Whether somebody may change what they may read is asked by the caller.
public protocol HoldingsStore: MarkStore, RelationStore, AttachmentStore, ReplicaStore, InstrumentStore, SampleStore, PlanStore,
    CollectionStore,
    DownloadStore
{
}

public protocol MarkStore: Sendable {
    /// Marks frames of a run to be kept or dropped.
    /// - Throws: `notFound`, `forbidden` as for the run; `badRequest` for frames that the run has not, or of which the contrary was said.
    func mark(_ pid: RunIdentifier, _ draft: MarkDraft, scope: ReaderScope, by: Deed) async throws(CatalogueError) -> FrameMark
    /// The marks of a run, by their first frame.
    func marks(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [FrameMark]
    /// Takes a mark back. Its number is not used again.
    /// - Throws: `notFound` for a number that is no mark of this run.
    func removeMark(_ number: Int64, of pid: RunIdentifier, scope: ReaderScope, by: Deed) async throws(CatalogueError)
}

public protocol RelationStore: Sendable {
    /// Says how a run stands to another, or to a thing elsewhere. The same again changes nothing.
    /// - Throws: `notFound`, `forbidden` as for the run, and for the other one; `badRequest` for a run that would replace itself, over however
    ///   many steps, for a sample that is the run's own, and when the run has as many relations as it may.
    func relate(
        _ pid: RunIdentifier, _ draft: RelationDraft, scope: ReaderScope, by: Deed, outbox: [OutboxDraft]
    ) async throws(CatalogueError) -> StatedRelation
    /// What was said of a run, the first first; and what follows from what was said of others: of runs and samples that the
    /// reader may know of.
    func statedRelations(
        of pid: RunIdentifier, scope: ReaderScope
    ) async throws(CatalogueError) -> (own: [StatedRelation], ofOthers: [RunRelations.Stated])
    /// Takes a relation back. Its number is not used again.
    /// - Throws: `notFound` for a number that is no relation of this run.
    func removeRelation(
        _ number: Int64, of pid: RunIdentifier, scope: ReaderScope, by: Deed, outbox: [OutboxDraft]
    ) async throws(CatalogueError)
}

public protocol AttachmentStore: Sendable {
    /// Puts a document beside a run. The same one again changes nothing.
    /// - Throws: `exists` for another document of this name; `badRequest` when the run has as many as it may.
    func attach(
        _ attachment: Attachment, to pid: RunIdentifier, scope: ReaderScope, by: Deed
    ) async throws(CatalogueError) -> ListedAttachment
    func attachments(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [ListedAttachment]
    /// - Throws: `notFound`, also for a name that the run has not.
    func attachment(_ name: String, of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> Attachment
    /// - Throws: `notFound`, also for a name that the run has not.
    func removeAttachment(_ name: String, of pid: RunIdentifier, scope: ReaderScope, by: Deed) async throws(CatalogueError)
}

public protocol ReplicaStore: Sendable {
    /// Registers copies of a run's files in a store: all files below one folder, or one file. A copy that is known already gets this path and
    /// state, and counts as not verified.
    /// - Returns: how many.
    /// - Throws: `badRequest` for a run whose bytes are gone; `notFound` for a file that the run has not.
    func addReplicas(_ draft: ReplicaDraft, of pid: RunIdentifier, scope: ReaderScope, by: Deed) async throws(CatalogueError)
        -> Int
    /// How the copies of a run divide, by store.
    func replicaShares(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [ReplicaShare]
    /// One page of a run's copies, by file and store, after a place in the list. Where they lie is told to the team and the facility only.
    func replicas(
        of pid: RunIdentifier, in store: String?, scope: ReaderScope, after: ReplicaCursor?, limit: Int
    ) async throws(CatalogueError) -> ReplicaPage
    /// Writes what a verification found, at `by.at`.
    func verified(
        _ findings: [ReplicaFinding], of pid: RunIdentifier, in store: String, scope: ReaderScope, by: Deed
    ) async throws(CatalogueError)
    /// Forgets copies: those of one file, or all of a store.
    /// - Returns: how many.
    /// - Throws: `clockRefuses` while a job holds a lease on the run at `by.at`: what it reads is not moved under it.
    func forgetReplicas(
        of pid: RunIdentifier, in store: String, file: String?, scope: ReaderScope, by: Deed
    ) async throws(CatalogueError) -> Int
}

public protocol InstrumentStore: Sendable {
    /// Enters an instrument, or brings it to what is said now; its identifier stays.
    func put(_ instrument: InstrumentRecord, tenant: String, by: Deed) async throws(CatalogueError) -> ImportOutcome
    /// By the name by which runs call it, or by its identifier. - Throws: `notFound`.
    func instrument(_ text: String, tenant: String) async throws(CatalogueError) -> InstrumentRecord
    func instruments(tenant: String) async throws(CatalogueError) -> [InstrumentRecord]
}

public protocol SampleStore: Sendable {
    /// Enters a sample, or brings it to what is said now; its IGSN stays.
    /// - Throws: `exists` for an IGSN of another sample.
    func put(_ sample: SampleRecord, tenant: String, by: Deed) async throws(CatalogueError) -> ImportOutcome
    /// By its IGSN, or by its name for who may know it.
    ///
    /// Read by its team; by others when they may read all of its runs. Where everyone may know of one of its runs, what is left is that it
    /// exists.
    /// - Throws: `notFound`, in the same words for one that is not there.
    func sample(_ text: String, scope: ReaderScope) async throws(CatalogueError) -> SampleView
    /// A team's own, by its name: for who has just written it. - Throws: `notFound`.
    func sample(named: String, team: String, tenant: String) async throws(CatalogueError) -> SampleRecord
    /// Those of which the reader may know everything.
    func samples(scope: ReaderScope, limit: Int) async throws(CatalogueError) -> [SampleRecord]
    /// The IGSN of a run's sample, if it has one: for the run's own record.
    func sampleIdentifier(of pid: RunIdentifier, tenant: String) async throws(CatalogueError) -> IGSN?
}

public protocol PlanStore: Sendable {
    /// Enters a data management plan of a proposal, or a later version of it.
    /// - Throws: `badRequest` for a version that is older than what is there, or a plan of another proposal; `notFound` for the proposal, and
    ///   where the reader has no part in it.
    func put(
        _ plan: ManagementPlan, scope: ReaderScope, by: Deed, outbox: [OutboxDraft]
    ) async throws(CatalogueError) -> ImportOutcome
    /// By its identifier. - Throws: `notFound`, in the same words whether there is none or it is not this reader's.
    func plan(_ identifier: String, scope: ReaderScope) async throws(CatalogueError) -> ManagementPlan
    /// Those of a proposal, or all; the latest first.
    func plans(ofProposal: String?, scope: ReaderScope, limit: Int) async throws(CatalogueError) -> [ManagementPlan]
}

public protocol CollectionStore: Sendable {
    /// Enters a selection of runs.
    /// - Throws: `notFound` for a run that the reader may not know of, `forbidden` for one that they may not read, `badRequest` for one that
    ///   nobody else may know of: nothing is left out in silence.
    func put(_ collection: RunCollection, scope: ReaderScope, by: Deed) async throws(CatalogueError)
    /// Takes runs in and out, with an event in the history of each and of the collection; where somebody has asked for its identifier, with the
    /// messages.
    /// - Throws: as `put`; `exists` for a run that is part of it, `notFound` for one that is not.
    func change(
        collection pid: PersistentIdentifier, adding: [RunIdentifier], removing: [RunIdentifier], scope: ReaderScope, by: Deed,
        outbox: [OutboxDraft]
    ) async throws(CatalogueError) -> RunCollection
    /// With its title for who may read all of its runs; without, where everyone may know of them.
    /// - Throws: `notFound`, in the same words for one that is not there.
    func collection(_ pid: PersistentIdentifier, scope: ReaderScope) async throws(CatalogueError) -> RunCollection
    /// Those that the reader may know of, the latest first.
    func collections(scope: ReaderScope, limit: Int) async throws(CatalogueError) -> [RunCollection]
}

public protocol DownloadStore: Sendable {
    /// Adds to the counts of days, all of them or none. A run that is not there is an error: nothing of it can have been read.
    func count(_ downloads: [DownloadCount], tenant: String) async throws(CatalogueError)
    /// The counts of a run by day, for its team and the facility; nil for other readers.
    /// - Throws: `notFound`, `forbidden` as for the run.
    func downloads(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [DownloadCount]?
}
