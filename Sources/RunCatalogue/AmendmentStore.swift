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

    /// The teams whose runs lie in this folder, below it, or above it; nil for runs of nobody's team. Absolute, without a slash at its end.
    func teams(withRunsAround folder: String, tenant: String) async throws(CatalogueError) -> Set<String?>

    /// Whose the innermost folder of a run is in which a file lies, by its absolute path; none where it lies in no run's. Several where runs of
    /// several teams have that one folder.
    func teams(ofInnermostRunAround path: String, tenant: String) async throws(CatalogueError) -> Set<String?>
}
