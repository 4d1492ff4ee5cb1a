/// A day's checkpoint as it was signed: the statement word for word, its digest, and who signed it.
public struct SignedCheckpoint: Sendable, Hashable {
    /// Of the facility, ISO 8601.
    public let day: String
    /// The last change number that it covers.
    public let change: Int64
    public let statement: String
    /// SHA-256 of the statement, 32 bytes.
    public let digest: [UInt8]
    /// Names the key.
    public let key: String
    public let signature: [UInt8]

    public init(day: String, change: Int64, statement: String, digest: [UInt8], key: String, signature: [UInt8]) {
        self.day = day
        self.change = change
        self.statement = statement
        self.digest = digest
        self.key = key
        self.signature = signature
    }
}

/// Links of histories and decisions of clocks, one a line: `KIND RECORD NUMBER DIGEST PID`, the PID of runs and `-` of the others. In the order of
/// their writing, histories first.
public struct LinkList: Sendable {
    /// The change number up to which it goes.
    public let through: Int64
    public let count: Int
    /// SHA-256 of the lines, 32 bytes.
    public let digest: [UInt8]
    /// Empty where the digest alone was asked for.
    public let lines: [UInt8]
}

/// The part of the store that says what was written up to an instant, so that it can be signed and proved years later.
///
/// Every link has the change number of the transaction that wrote it; numbers are in the order of commits. So "what was there then" is "what has
/// a number up to that one", and a day costs what was written on it, however large the catalogue is.
public protocol CheckpointStore: Sendable {
    /// What was written after one change and up to another, or up to now.
    func links(after change: Int64, through: Int64?, withLines: Bool) async throws(CatalogueError) -> LinkList

    /// All checkpoints, the oldest first.
    func checkpoints() async throws(CatalogueError) -> [SignedCheckpoint]

    /// Keeps a checkpoint that follows the one of this digest; nil for the first.
    /// - Throws: `exists` for a day that has one, `changedMeanwhile` where another one came between.
    func keep(_ checkpoint: SignedCheckpoint, after previous: [UInt8]?) async throws(CatalogueError)
}
