import EmbargoClock
import Identifiers
import RunModel

/// A session (beam time): one allocation of a proposal's time on a beamline.
public struct SessionRecord: Sendable, Hashable {
    public var name: SessionName
    public var instrument: String?
    public var begins: Timestamp?
    public var plannedEnd: Timestamp
    public var pid: PersistentIdentifier?
    /// Runs that were handed over.
    public var runs: Int

    public init(
        name: SessionName, instrument: String? = nil, begins: Timestamp? = nil, plannedEnd: Timestamp, pid: PersistentIdentifier?,
        runs: Int = 0
    ) {
        self.name = name
        self.instrument = instrument
        self.begins = begins
        self.plannedEnd = plannedEnd
        self.pid = pid
        self.runs = runs
    }
}
