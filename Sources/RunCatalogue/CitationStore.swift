import Identifiers

/// What may be cited beside a run.
public enum CitedThing: Sendable, Hashable, CustomStringConvertible {
    case session(PersistentIdentifier)
    /// A selection of runs.
    case collection(PersistentIdentifier)

    public var pid: PersistentIdentifier {
        switch self {
        case .session(let pid), .collection(let pid): pid
        }
    }

    public var description: String { pid.description }

    /// A record that names more would be larger than answers that are read.
    public static let mostWorks = 1000
}

/// The part of the store that knows which works cite sessions and selections, as a registry has found them. Those that cite a run are relations
/// of the run (`RelationStore`).
public protocol CitationStore: Sendable {
    /// Enters works that cite it, with an event in its history and the messages where one is new.
    /// - Returns: those that were not known, in their order; none beyond `CitedThing.mostWorks`.
    /// - Throws: `notFound`.
    func enter(
        citations: [DOI], of thing: CitedThing, by deed: Deed, outbox: [OutboxDraft], tenant: String
    ) async throws(CatalogueError) -> [DOI]

    /// Works that are known to cite it, in their order.
    /// - Throws: `notFound`.
    func citations(of thing: CitedThing, tenant: String) async throws(CatalogueError) -> [DOI]

    /// Works that cite any of these runs or were written with it, as far as it is stated or found, of the run itself, its session, or a selection
    /// that has it: DOIs, each once, in their order.
    func worksCiting(_ runs: [RunIdentifier], tenant: String) async throws(CatalogueError) -> [String]
}
