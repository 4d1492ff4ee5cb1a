import Identifiers

/// The part of the store that changes what was described by hand.
public protocol AmendmentStore: Sendable {
    /// Changes a run that began as `RunAmendment.action`, with an event in its history. What it is already changes nothing.
    /// - Returns: whether something changed.
    /// - Throws: `notFound`, `forbidden` as for the run; `forbidden` for a sealed one and for one whose bytes are gone; `badRequest` for a file that
    ///   is listed twice, or labels that cannot be.
    func amend(
        _ pid: RunIdentifier, _ amendment: RunAmendment, scope: ReaderScope, by: Deed
    ) async throws(CatalogueError) -> Bool

    /// The teams whose runs lie in this folder, below it, or above it; nil for runs of nobody's team. Absolute, without a slash at its end.
    func teams(withRunsAround folder: String, tenant: String) async throws(CatalogueError) -> Set<String?>

    /// Whose the innermost folder of a run is in which a file lies, by its absolute path; none where it lies in no run's. Several where runs of
    /// several teams have that one folder.
    func teams(ofInnermostRunAround path: String, tenant: String) async throws(CatalogueError) -> Set<String?>
}
