import Identifiers

/// The part of the store that changes what was described by hand.
public protocol AmendmentStore: Sendable {
    /// Changes a run that began as `RunAmendment.action`, with an event in its history. What it is already changes nothing.
    /// - Parameters:
    ///   - move: of the run's own clocks, which follows from it: both are written, or neither.
    ///   - outbox: what the outside world is told then.
    /// - Returns: whether something changed.
    /// - Throws: `notFound`, `forbidden` as for the run; `forbidden` for a sealed one and for one whose bytes are gone; `badRequest` for a file that
    ///   is listed twice, or labels that cannot be; `changedMeanwhile` as for a decision.
    func amend(
        _ pid: RunIdentifier, _ amendment: RunAmendment, moving move: ClockMove?, outbox: [OutboxDraft], scope: ReaderScope,
        by: Deed
    ) async throws(CatalogueError) -> Bool

    /// Whether a run began as `RunAmendment.action`: what it says of itself is not sealed.
    /// - Throws: `notFound`.
    func isDescribed(_ pid: RunIdentifier, tenant: String) async throws(CatalogueError) -> Bool

    /// Described runs of a team that name a proposal and are not of it: those of none; and with `others` those that became another's by their inputs,
    /// which they do not name. In the order of their positions.
    func runs(
        naming proposal: String, team: String, others: Bool, tenant: String, after position: Int64?, limit: Int
    ) async throws(CatalogueError) -> [NamingRun]

    /// How many of a team's runs, of which everyone may know, are of no proposal and do not name this one.
    func countRuns(ofNoProposal team: String, notNaming proposal: String, tenant: String) async throws(CatalogueError) -> Int

    /// Makes a described run a proposal's that it named before the catalogue had it, with an event in its history; nil: it keeps its own, as a sealed
    /// one does.
    /// - Throws: `notFound`; `changedMeanwhile` as for a decision.
    func bring(
        _ pid: RunIdentifier, under proposal: String?, clock: BroughtClock, reason: String, outbox: [OutboxDraft], tenant: String,
        by: Deed
    ) async throws(CatalogueError)

    /// The teams whose runs lie in this folder, below it, or above it; nil for runs of nobody's team. Absolute, without a slash at its end.
    func teams(withRunsAround folder: String, tenant: String) async throws(CatalogueError) -> Set<String?>

    /// Whose the innermost folder of a run is in which a file lies, by its absolute path; none where it lies in no run's. Several where runs of
    /// several teams have that one folder.
    func teams(ofInnermostRunAround path: String, tenant: String) async throws(CatalogueError) -> Set<String?>
}
