import Diagnostics

/// Settings from three places; the first that speaks is heard: flag, then environment (`FAISCEAU_…`), then configuration file, then
/// the built-in value. Each answer tells where it came from, so that `--log-level debug` and run notes can say it.
///
/// One name serves all three: the setting `frames-per-file` is the flag `--frames-per-file`, the variable `FAISCEAU_FRAMES_PER_FILE` and
/// the file's key `frames_per_file`.
public struct LayeredConfiguration: Sendable {
    private let environment: [String: String]
    private let file: ConfigurationFile?

    public init(environment: [String: String] = ProcessEnvironment.variables, file: ConfigurationFile? = nil) {
        self.environment = environment
        self.file = file
    }

    /// The setting's value and origin.
    ///
    /// - Throws: `environmentValueInvalid` (exit 1) or `fileValueInvalid` (exit 2): a text that is there but is not such a value is never
    ///   passed over. An empty variable counts as not set.
    public func value<Value: ConfigurationValue>(
        _ name: String, flag: Value?, default builtIn: Value
    ) throws(CommandLineError) -> Configured<Value> {
        try value(name, flag: flag) ?? Configured(value: builtIn, origin: .builtIn)
    }

    /// The same for a setting without a built-in value: nil when nobody speaks.
    public func value<Value: ConfigurationValue>(_ name: String, flag: Value?) throws(CommandLineError) -> Configured<Value>? {
        if let flag { return Configured(value: flag, origin: .flag("--" + name)) }
        let variable = Self.variable(name)
        if let text = environment[variable], !text.isEmpty {
            guard let value = Value(configurationText: text) else {
                throw CommandLineError(
                    .environmentValueInvalid, "an environment variable has a value that cannot be used", at: variable, got: text,
                    expected: Value.configurationForm, remedy: "Correct the variable, unset it, or give --\(name)")
            }
            return Configured(value: value, origin: .environment(variable))
        }
        let key = Self.key(name)
        if let file, let text = file.values[key] {
            guard let value = Value(configurationText: text) else {
                throw CommandLineError(
                    .fileValueInvalid, "a configuration file has a value that cannot be used", at: "\(file.path): \(key)",
                    got: text,
                    expected: Value.configurationForm, remedy: "Correct the file, or give --\(name)")
            }
            return Configured(value: value, origin: .file(path: file.path, key: key))
        }
        return nil
    }

    /// Refuses a file with a key that no setting reads: a misspelt key would otherwise be a setting silently not made.
    public func checkKeys(_ settings: [String]) throws(CommandLineError) {
        guard let file else { return }
        let known = Set(settings.map(Self.key))
        guard let stranger = file.values.keys.filter({ !known.contains($0) }).min() else { return }
        throw CommandLineError(
            .fileKeyUnknown, "a configuration file has a key that nothing reads", at: file.path, got: stranger,
            expected: known.sorted().joined(separator: ", "), remedy: "Correct or remove the key")
    }

    /// `frames-per-file` to `FAISCEAU_FRAMES_PER_FILE`.
    public static func variable(_ name: String) -> String { "FAISCEAU_" + key(name).uppercased().replacing(".", with: "_") }

    private static func key(_ name: String) -> String { name.replacing("-", with: "_") }
}

/// The scalars of a configuration file as text, by key; keys of inner mappings are joined with dots (`run.mode`).
public struct ConfigurationFile: Sendable {
    public let path: String
    public let values: [String: String]

    public init(path: String, values: [String: String]) {
        self.path = path
        self.values = values
    }
}

/// A setting's value, and who said so.
public struct Configured<Value: Sendable>: Sendable {
    public let value: Value
    public let origin: ConfigurationOrigin

    public init(value: Value, origin: ConfigurationOrigin) {
        self.value = value
        self.origin = origin
    }
}

extension Configured: Equatable where Value: Equatable {}

public enum ConfigurationOrigin: Sendable, Hashable, CustomStringConvertible {
    case flag(String)
    case environment(String)
    case file(path: String, key: String)
    case builtIn

    public var description: String {
        switch self {
        case .flag(let name): name
        case .environment(let name): name
        case .file(let path, let key): "\(path): \(key)"
        case .builtIn: "built in"
        }
    }
}
