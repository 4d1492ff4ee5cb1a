import Identifiers
import RunModel

/// The part of the store that keeps other names of runs, and identifiers that were given out before their runs came.
public protocol IdentifierStore: Sendable {
    /// Enters a run that has another name elsewhere, by which it is found again: what was entered under that name before is compared, and
    /// keeps its identifier.
    ///
    /// Whole or not at all, its files one by one.
    /// - Throws: `contentDiffers` for another content under the same name, `changedMeanwhile` when somebody enters it at the same time, and
    ///   what `handOver` throws.
    func enter(_ run: ForeignHandOver) async throws(CatalogueError) -> HandOverOutcome

    /// What `enter` would answer: nil for what it would enter. Changes nothing.
    func known(_ run: ForeignHandOver) async throws(CatalogueError) -> HandOverOutcome?

    /// Of what kinds the records are, besides runs, that have an identifier, whoever may know of them: so that a page asks for one kind and not
    /// for all in turn.
    /// - Parameter spellings: in which it may be stored, as each kind prints it.
    func kinds(of spellings: Set<String>, tenant: String) async throws(CatalogueError) -> Set<RecordKind>

    /// The run that this text names elsewhere. Nil for a name that nobody gave, and for a run of which this reader may not know.
    func run(named text: String, scope: ReaderScope) async throws(CatalogueError) -> RunIdentifier?

    /// The other names of a run.
    /// - Throws: `notFound`, `forbidden` as for the run.
    func alternates(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [AlternateIdentifier]

    /// Remembers an identifier that is given out.
    /// - Parameter person: who asked for it.
    /// - Throws: `exists` when something has it, or it was given out before.
    func reserve(_ reservation: Reservation, by person: Int64?, tenant: String) async throws(CatalogueError)

    /// Identifiers that wait for their runs at `now`: the earliest first.
    /// - Parameter person: who asked for them; nil: everybody's.
    func reservations(by person: Int64?, tenant: String, now: Timestamp, limit: Int) async throws(CatalogueError) -> [Reservation]
}
