/// A JSON value (RFC 8259) whose objects keep the order in which they were written: what a person reads first stands first, and
/// the order is part of the promise to scripts that look at the text.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    public static func integer(_ number: Int64) -> JSONValue { .number(JSONNumber(number)) }

    /// Not finite values have no JSON form: they are `null`.
    public static func number(_ number: Double) -> JSONValue { JSONNumber(number).map { .number($0) } ?? .null }
}

extension JSONValue {
    /// A member of an object; nil where there is none, or where this is no object.
    public subscript(_ key: String) -> JSONValue? { object?[key] }

    public var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    public var list: [JSONValue]? {
        guard case .array(let values) = self else { return nil }
        return values
    }

    public var object: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    /// A whole number, exactly.
    public var integer: Int64? {
        guard case .number(let number) = self else { return nil }
        return number.integer
    }

    /// In words, for messages.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// Says nothing: null, or a text, list or object without anything in it.
    public var isEmpty: Bool {
        switch self {
        case .null: true
        case .bool, .number: false
        case .string(let text): text.isEmpty
        case .array(let values): values.isEmpty
        case .object(let object): object.isEmpty
        }
    }

    /// Every object's members in alphabetical order: equal contents are equal values, and have one text.
    public var sorted: JSONValue {
        switch self {
        case .array(let values): .array(values.map(\.sorted))
        case .object(let object): .object(object.sorted)
        default: self
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral,
    ExpressibleByStringInterpolation
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(nilLiteral: ()) { self = .null }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        object.reserve(elements.count)
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }
}

extension JSONValue {
    /// `null` when there is no text.
    public init(_ text: String?) { self = text.map { .string($0) } ?? .null }
    /// `null` when there is no number.
    public init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }
    /// `null` when there is no number.
    public init(_ number: Double?) { self = number.map { .number($0) } ?? .null }
    public init(_ truth: Bool) { self = .bool(truth) }
    public init(_ texts: [String]) { self = .array(texts.map { .string($0) }) }
}
