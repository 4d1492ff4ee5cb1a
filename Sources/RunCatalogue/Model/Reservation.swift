import Identifiers
import RunModel

/// An identifier that was given out for a run about to be armed. Nobody else is given it, also after it has lapsed: what was written into a file
/// once names that file for ever.
public struct Reservation: Sendable, Hashable {
    public let pid: RunIdentifier
    /// Whom it was given to: a host, an instrument.
    public let holder: String
    public let at: Timestamp
    /// From then on nobody waits for the run any more. A run that comes later is taken all the same.
    public let lapses: Timestamp

    public init(pid: RunIdentifier, holder: String, at: Timestamp, lapses: Timestamp) {
        self.pid = pid
        self.holder = holder
        self.at = at
        self.lapses = lapses
    }
}
