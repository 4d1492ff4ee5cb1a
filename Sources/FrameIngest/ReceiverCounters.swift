/// What the receiver has counted since it was started: a copy, taken from any thread at any time.
public struct ReceiverCounters: Sendable, Equatable {
    /// Memory for messages that were received and are not yet written.
    public struct Pool: Sendable, Equatable {
        public var usedBytes = 0
        public var limitBytes = 0
        /// The most that was ever used.
        public var highestBytes = 0
        /// Messages that wait for the writer or are being written.
        public var queuedMessages = 0
    }

    /// The disk ring; all zero without one.
    public struct Spill: Sendable, Equatable {
        public var usedBytes = 0
        public var limitBytes = 0
        public var highestBytes = 0
        public var waitingMessages = 0
        /// Messages that went through it.
        public var messages = 0
    }

    public var pool = Pool()
    public var spill = Spill()
    /// Whole messages taken from the socket, and their bytes.
    public var messages = 0
    public var bytes = 0
    /// Messages that could not be read as what they should be.
    public var refusedMessages = 0
    /// Images thrown away because there was no room (`WhenFull.drop`).
    public var droppedFrames = 0
    public var droppedBytes = 0
    /// Seconds for which receiving stood still because the writer was behind.
    public var heldBack_s = 0.0

    public init() {}
}
