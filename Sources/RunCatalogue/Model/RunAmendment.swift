import RunModel

/// What is changed of a run that was described by hand, by a program that catalogues: its labels, and files that are added. What a run of our own
/// says of itself is sealed. When and of whom a run is changes by a `RunCorrection` alone: its clocks rest on it.
public struct RunAmendment: Sendable, Hashable {
    /// The first event of such a run.
    public static let action = "described"

    public var name: String?
    public var keywords: [String]?
    /// Of the run's own team.
    public var sample: String?
    public var technique: String?
    /// In place of all that it has; at most one a key.
    public var values: [MetadataValue]?
    /// Behind those that it has.
    public var addedFiles: [RunFile] = []
    public var correction: RunCorrection?
    /// Each in place of what the run has of its field.
    public var persons = DescribedPersons()

    public init(_ correction: RunCorrection? = nil) { self.correction = correction }

    public var isEmpty: Bool {
        name == nil && keywords == nil && sample == nil && technique == nil && values == nil && addedFiles.isEmpty
            && correction == nil
            && persons.isEmpty
    }
}

/// What a curator puts right of a described run, with a reason: that on which its clocks and the rights to it rest. Nil is left as it is.
public struct RunCorrection: Sendable, Hashable {
    public var kind: RunKind?
    public var team: String?
    public var proposal: String?
    /// The run's number was drawn from the start that it was entered with (`RunPosition`): its place in lists, and among the runs of a range of
    /// time, stays.
    public var startedAt: Timestamp?
    public var endedAt: Timestamp?
    /// Where the metadata values are corrected along with it: `RunAmendment.values` has them, and this says that the reason is theirs, too.
    public var correctsValues = false
    public var reason: String

    public init(reason: String) { self.reason = reason }

    public var isEmpty: Bool {
        kind == nil && team == nil && proposal == nil && startedAt == nil && endedAt == nil && !correctsValues
    }
}
