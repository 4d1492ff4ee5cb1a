/// What the output flags of a command add up to.
public struct OutputFormat: Sendable, Hashable {
    /// One final JSON object on standard output.
    public var json: Bool
    /// How events and messages look on standard error.
    public var events: EventFormat
    /// The lowest level that is shown.
    public var level: EventLevel
    /// Only warnings and errors, no progress.
    public var quiet: Bool

    public init(json: Bool = false, events: EventFormat = .text, level: EventLevel = .info, quiet: Bool = false) {
        self.json = json
        self.events = events
        self.level = level
        self.quiet = quiet
    }
}

public enum EventFormat: String, Sendable, CaseIterable {
    case text, json
}
