import RunCatalogue

/// What one pass over the outbox did.
public struct DeliveryReport: Sendable, Hashable {
    /// What was told: `10.5072/… findable`, `mail opened to 3`.
    public var sent: [String] = []
    /// Messages that were overtaken by what happened since, or of which nobody is to be told.
    public var overtaken = 0
    public var failures: [Failure] = []
    public var pauses: [TopicPause] = []
    /// Somebody else delivers.
    public var isHeldElsewhere = false
    /// There is no time that was ever trusted: nobody knows what is due.
    public var hasNoTime = false
    /// Afterwards.
    public var waiting = 0
    public var stuck = 0

    public init() {}

    public struct Failure: Sendable, Hashable {
        public let number: Int64
        public let topic: String
        public let saying: String
        /// When it is tried again, UTC seconds; nil: not before a person has looked at it.
        public let next: Int64?
    }

    mutating func add(_ other: DeliveryReport) {
        sent += other.sent
        overtaken += other.overtaken
        failures += other.failures
    }
}
