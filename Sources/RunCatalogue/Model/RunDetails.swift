import Identifiers
import RunModel

/// What stands beside a run, and many lists tell with it.
public struct RunDetails: Sendable, Hashable {
    /// What is read: each costs a question of its own.
    public struct Parts: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }

        public static let values = Parts(rawValue: 1)
        public static let times = Parts(rawValue: 2)
        public static let inputs = Parts(rawValue: 4)
        public static let persons = Parts(rawValue: 8)
        public static let all: Parts = [.values, .times, .inputs, .persons]
    }

    /// Sorted by key.
    public var values: [MetadataValue] = []
    /// When the catalogue got to know of the run.
    public var createdAt: Timestamp?
    /// When its history got its last link.
    public var changedAt: Timestamp?
    /// From which it was made, as far as the reader may know of them; in the order of their identifiers.
    public var inputs: [RunIdentifier] = []
    /// As this reader is told of them.
    public var persons = DescribedPersons()
    /// Whether the reader is of the team or the facility, where the run has such texts.
    public var readsAsInsider = false

    public init() {}
}
