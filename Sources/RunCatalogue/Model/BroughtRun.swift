import EmbargoClock
import Identifiers

/// A run that was described before the catalogue had the proposal that it names.
public struct NamingRun: Sendable, Hashable {
    public let pid: RunIdentifier
    /// Where the next part of the list begins.
    public let position: Int64
}

/// What becomes of the clocks of a run that is brought under a proposal.
public enum BroughtClock: Sendable, Hashable {
    case stays
    /// Its own: what was paid for has no date.
    case moves(ClockMove)
    /// It follows its inputs no longer, and has clocks of its own from now on.
    case begins(EmbargoRecord)
}
