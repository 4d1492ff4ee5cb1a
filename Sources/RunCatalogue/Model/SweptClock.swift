import EmbargoClock

/// A chain of decisions as the store gave it, each entry with its digest. What is decided on it is written if it still ends where it did, and
/// nobody needs to write all of it again to know.
public struct ReadChain: Sendable, Hashable {
    public let owner: ClockOwner
    public let record: EmbargoRecord
    let end: ChainEnd
}

/// Where a chain ended.
struct ChainEnd: Sendable, Hashable {
    /// The number under which the store has the clocks.
    let clock: Int64
    /// Of the last entry, and so of all.
    let digest: RecordDigest
}

/// Clocks that a sweep looks at, with all that it asks of them.
public struct SweptClock: Sendable {
    public let owner: ClockOwner
    /// The session's or the run's identifier; nil for a session that has none.
    public let pid: String?
    public let proposal: String?
    /// Each for itself, so that a damaged one leaves the others alone: `historyBroken`.
    public let chain: Result<ReadChain, CatalogueError>
    /// What was told already.
    public let told: Set<String>
    /// Whether somebody asked for the identifier of the run, or of a selection that it is part of; or whether results follow it, of which
    /// somebody may have asked.
    public let isRegistered: Bool
}
