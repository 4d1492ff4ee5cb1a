import Diagnostics

/// What can be wrong with a configuration file.
public enum ConfigurationErrorCode: String, FaultCode {
    /// The file cannot be opened, is too large, or is not UTF-8.
    case unreadable
    /// The text is not YAML.
    case notYAML
    /// A key that nothing reads; a misspelt key would otherwise be a value silently not used.
    case unknownKey
    /// A list where a text belongs, a text where a section belongs.
    case wrongType
    /// The value has the right form and cannot be: a wrong unit, a vector without length, no such time zone.
    case badValue

    public var exitStatus: ExitStatus { .invalidInput }
}

public typealias ConfigurationError = Fault<ConfigurationErrorCode>
