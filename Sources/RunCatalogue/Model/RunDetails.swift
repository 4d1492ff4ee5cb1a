import RunModel

/// What stands beside a run, and many lists tell with it.
public struct RunDetails: Sendable, Hashable {
    /// What is read: each costs a question of its own.
    public struct Parts: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }

        public static let values = Parts(rawValue: 1)
        public static let times = Parts(rawValue: 2)
        public static let all: Parts = [.values, .times]
    }

    /// Sorted by key.
    public var values: [MetadataValue] = []
    /// When the catalogue got to know of the run.
    public var createdAt: Timestamp?
    /// When its history got its last link.
    public var changedAt: Timestamp?

    public init() {}
}
