import DetectorWire
import Frames

extension StreamReceiver {
    public struct Options: Sendable {
        /// nil: told from the messages.
        public var version: StreamVersion?
        /// How frames that come unpacked are stored.
        public var compression: ChunkEncoding = .bitshuffleLZ4
        public var packingThreads = 2
        /// Memory for messages received and not yet written (`--pool`).
        public var poolBytes = 2 << 30
        /// How much of the pool is used while the writer keeps up; see `MessagePool` for why it is less than all.
        public var workingSetBytes = 32 << 20
        /// How long the writer may take for a working set before the whole pool is used.
        public var patience: Duration = .milliseconds(100)
        /// What happens to images when the pool, and the spill file if there is one, is full (`--drop`).
        public var whenFull = WhenFull.holdBack
        /// A file that takes what the pool cannot (`--spill`); nil for none.
        public var spill: SpillOptions?
        public var limits: WireLimits = .standard
        public init() {}
    }

    /// What happens to images when there is no room left for them.
    public enum WhenFull: Sendable {
        /// Receiving stops. TCP then stops the detector, which buffers and, when its own memory is full, counts what it drops.
        case holdBack
        /// They are received and thrown away; each is counted and named as lost here. Start and end messages still wait.
        case drop
    }
}

/// Where messages go while the pool is full: a ring in one file, which no other process sees and which is gone with this one.
public struct SpillOptions: Sendable, Equatable {
    /// An existing folder, best on another disk than the runs.
    public var folder: String
    /// Size of the file, allocated at the start.
    public var bytes: Int

    public init(folder: String, bytes: Int = 64 << 30) {
        self.folder = folder
        self.bytes = bytes
    }
}
