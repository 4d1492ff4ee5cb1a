/// A JSON value (RFC 8259) whose objects keep the order in which they were written: what a person reads first stands first, and
/// the order is part of the promise to scripts that look at the text.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Not finite values have no JSON form: they are written as `null`.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// Keys and values in the order in which they were added; a key that is set again keeps its first place.
public struct JSONObject: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    public private(set) var members: [Member] = []

    public struct Member: Hashable, Sendable {
        public let key: String
        public var value: JSONValue
    }

    public init() {}

    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (key, value) in elements { self[key] = value }
    }

    /// Reading gives nil for an absent key; setting nil removes the key.
    public subscript(key: String) -> JSONValue? {
        get { members.first { $0.key == key }?.value }
        set {
            let place = members.firstIndex { $0.key == key }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    public var isEmpty: Bool { members.isEmpty }

    /// Adds the members of another object; where both have a key, the other one's value stays.
    public mutating func merge(_ other: JSONObject) {
        for member in other.members { self[member.key] = member.value }
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
