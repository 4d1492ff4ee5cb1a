/// A value that flags, environment variables and configuration files can carry as text, read in one way for all three.
public protocol ConfigurationValue: Sendable {
    init?(configurationText: String)
    /// What is accepted, for the message: `a whole number`.
    static var configurationForm: String { get }
}

extension String: ConfigurationValue {
    public init?(configurationText: String) { self = configurationText }
    public static var configurationForm: String { "text" }
}

extension Int: ConfigurationValue {
    public init?(configurationText: String) { self.init(configurationText.filter { $0 != "_" }) }
    public static var configurationForm: String { "a whole number" }
}

extension Double: ConfigurationValue {
    public init?(configurationText: String) {
        guard let number = Double(configurationText), number.isFinite else { return nil }
        self = number
    }
    public static var configurationForm: String { "a number" }
}

extension Bool: ConfigurationValue {
    public init?(configurationText: String) {
        switch configurationText.lowercased() {
        case "true", "yes", "on", "1": self = true
        case "false", "no", "off", "0": self = false
        default: return nil
        }
    }
    public static var configurationForm: String { "true or false" }
}

extension ConfigurationValue where Self: RawRepresentable<String> & CaseIterable {
    public init?(configurationText: String) { self.init(rawValue: configurationText) }
    public static var configurationForm: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
