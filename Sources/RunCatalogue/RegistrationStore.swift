import Identifiers

/// The part of the store that knows which identifiers a registry was told of. Sessions are told of by themselves, runs and selections of runs
/// when somebody asks.
public protocol RegistrationStore: Sendable {
    /// Enters that a run's identifier is to be known outside, with the event in its history and the messages, in one transaction.
    /// - Returns: false where it was asked for before; then nothing changes.
    /// - Throws: `notFound`.
    func askRegistration(
        of pid: RunIdentifier, event: EventDraft, outbox: [OutboxDraft], tenant: String
    ) async throws(CatalogueError) -> Bool

    /// What was told of a run, for who may read its short record; nil: nothing, and nobody has asked.
    /// - Throws: `notFound`, in the words of `run`.
    func registration(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> RegisteredIdentifier?
    /// What was told of a session.
    func registration(ofSession pid: PersistentIdentifier, tenant: String) async throws(CatalogueError) -> RegisteredIdentifier?

    /// When the data of a session were taken, as its runs say, and how; nil for one without runs.
    func span(of session: SessionName, tenant: String) async throws(CatalogueError) -> SessionSpan?

    /// Of which media types a run's files are; of a run with very many files, the first thousand.
    /// - Throws: `notFound`.
    func formats(of pid: RunIdentifier, tenant: String) async throws(CatalogueError) -> [String]

    /// Those of these identifiers, in lower case, that a registry resolves: it was told of them once, and never forgets one.
    func registered(among pids: Set<String>, tenant: String) async throws(CatalogueError) -> Set<String>

    /// Runs for which it was asked, that go by these clocks; nil: all. In the order of their identifiers.
    func registeredRuns(of owner: ClockOwner?, tenant: String, limit: Int) async throws(CatalogueError) -> [RunIdentifier]

    /// Runs for which it was asked and whose public records tell of this: in the order of their identifiers.
    func registeredRuns(telling: ToldThing, tenant: String, limit: Int) async throws(CatalogueError) -> [RunIdentifier]

    /// Results for which it was asked, that follow these clocks among others. In the order of their identifiers.
    func registeredFollowers(of owner: ClockOwner, tenant: String, limit: Int) async throws(CatalogueError) -> [RunIdentifier]

    /// The same for a selection of runs.
    func askRegistration(
        ofCollection pid: PersistentIdentifier, by deed: Deed, outbox: [OutboxDraft], tenant: String
    ) async throws(CatalogueError) -> Bool

    /// What was told of a selection, for who may know of it; nil: nothing, and nobody has asked.
    /// - Throws: `notFound`, in the words of `collection`.
    func registration(
        ofCollection pid: PersistentIdentifier, scope: ReaderScope
    ) async throws(CatalogueError) -> RegisteredIdentifier?

    /// Selections for which it was asked, that have this run or a run of this session, or a result that follows its clocks; nil: all. In the
    /// order of their identifiers.
    func registeredCollections(
        with owner: ClockOwner?, tenant: String, limit: Int
    ) async throws(CatalogueError) -> [PersistentIdentifier]

    /// Remembers what a registry has taken.
    func remember(_ pid: String, is state: RegistryWord, at now: Int64, tenant: String) async throws(CatalogueError)
}

/// Of which public records of runs tell beside what the runs are.
public enum ToldThing: Sendable, Hashable {
    /// Results and newer runs that open with these clocks: their inputs, and what they replace, tell of them.
    case results(of: ClockOwner)
    /// A result, or a newer run: so do its inputs, and what it replaces.
    case result(RunIdentifier)
    /// A selection: its runs.
    case collection(PersistentIdentifier)
    /// The plans of a proposal: its runs.
    case plans(ofProposal: String)
}
