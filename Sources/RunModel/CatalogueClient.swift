import Identifiers

/// What the pipeline asks of the catalogue, wherever that is: a file whose owner we are, or (later) a server that takes our token. So neither the
/// pipeline nor batch needs the catalogue's code.
public protocol CatalogueClient: Sendable {
    /// Hands a sealed run over. The same run again changes nothing.
    ///
    /// - Parameter folder: absolute.
    /// - Throws: an error that is `Diagnosed` and `isRetryable` where a later call may succeed with nothing changed.
    func handOver(runAt folder: String) async throws -> CatalogueReceipt
}

/// What the catalogue answers.
public struct CatalogueReceipt: Sendable, Hashable {
    public let pid: RunIdentifier
    /// False: the catalogue had this very run already.
    public let isNew: Bool
    /// In words: `collecting`, `embargoed`, …
    public let state: String
    /// The first open day by the rule, ISO; nil where there is none yet.
    public let opens: String?
    public let notes: [String]

    public init(pid: RunIdentifier, isNew: Bool, state: String, opens: String?, notes: [String]) {
        self.pid = pid
        self.isNew = isNew
        self.state = state
        self.opens = opens
        self.notes = notes
    }
}
