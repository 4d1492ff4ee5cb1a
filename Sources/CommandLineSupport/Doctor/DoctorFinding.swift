import JSON

/// One thing that was looked at, and what it means for taking data.
public struct DoctorFinding: Sendable, Hashable {
    public enum Level: String, Sendable, CaseIterable {
        /// As it should be.
        case fine
        /// Works, but not at its best, or with a risk that is named.
        case advice
        /// Ingest cannot work like this.
        case impossible
    }

    /// A word for scripts: `rights`, `space`, `memory`, …
    public let subject: String
    public let level: Level
    /// What was found, in a sentence without its full stop.
    public let found: String
    /// What to do; always there unless the level is `fine`.
    public let remedy: String?
    /// The numbers behind the sentence, units in their names.
    public let values: JSONObject

    public init(_ subject: String, _ level: Level, _ found: String, remedy: String?, _ values: JSONObject = [:]) {
        self.subject = subject
        self.level = level
        self.found = found
        self.remedy = remedy
        self.values = values
    }

    /// A finding that is as it should be.
    public init(_ subject: String, _ found: String, _ values: JSONObject = [:]) {
        self.init(subject, .fine, found, remedy: nil, values)
    }
}
