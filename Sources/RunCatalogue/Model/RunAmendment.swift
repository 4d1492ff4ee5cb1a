/// What is changed of a run that was described by hand, by a program that catalogues: its labels, and files that are added. What a run of our own
/// says of itself is sealed, and when and of whom a run is never changes here: its clocks rest on it.
public struct RunAmendment: Sendable, Hashable {
    /// The first event of such a run.
    public static let action = "described"

    public var name: String?
    public var keywords: [String]?
    /// In place of all that it has; at most one a key.
    public var values: [MetadataValue]?
    /// Behind those that it has.
    public var addedFiles: [RunFile] = []

    public init() {}

    public var isEmpty: Bool { name == nil && keywords == nil && values == nil && addedFiles.isEmpty }
}
