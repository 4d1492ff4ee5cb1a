import JSON
import Logging

/// Takes the log of the libraries (swift-log) to the console: the message becomes the event's name, the metadata its fields.
///
/// Metadata are flattened: `["run": ["name": "a"]]` becomes `run.name`. Numbers and Booleans given as `stringConvertible` stay
/// numbers and Booleans in JSON.
public struct EventLogHandler: LogHandler {
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    public var logLevel: Logger.Level
    private let label: String
    private let console: Console

    public init(label: String, console: Console) {
        self.label = label
        self.console = console
        logLevel = Logger.Level(console.format.level)
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let given = event.metadata { all.merge(given) { _, new in new } }
        var fields = JSONObject()
        if !label.isEmpty { fields["logger"] = .string(label) }
        for key in all.keys.sorted() {
            if let value = all[key] { Self.flatten(value, under: key, into: &fields) }
        }
        console.event(event.message.description, EventLevel(event.level), fields)
    }

    private static func flatten(_ value: Logger.MetadataValue, under key: String, into fields: inout JSONObject) {
        if case .dictionary(let inner) = value {
            for name in inner.keys.sorted() {
                if let value = inner[name] { flatten(value, under: key + "." + name, into: &fields) }
            }
        } else {
            fields[key] = json(value)
        }
    }

    private static func json(_ value: Logger.MetadataValue) -> JSONValue {
        switch value {
        case .string(let text): return .string(text)
        case .array(let elements): return .array(elements.map(json))
        case .dictionary:
            var fields = JSONObject()
            if case .dictionary(let inner) = value {
                for name in inner.keys.sorted() { if let value = inner[name] { fields[name] = json(value) } }
            }
            return .object(fields)
        case .stringConvertible(let thing):
            if let truth = thing as? Bool { return .bool(truth) }
            if let integer = thing as? any FixedWidthInteger {
                return Int64(exactly: integer).map { .integer($0) } ?? .string("\(thing)")
            }
            if let number = thing as? Double { return .number(number) }
            if let number = thing as? Float { return .number(Double(number)) }
            return .string("\(thing)")
        @unknown default: return .string("\(value)")
        }
    }
}

extension EventLevel {
    init(_ level: Logger.Level) { self = EventLevel(rawValue: level.rawValue) ?? .info }
}

extension Logger.Level {
    init(_ level: EventLevel) { self = Logger.Level(rawValue: level.rawValue) ?? .info }
}
