/// A value of a message, CBOR or JSON, as it was written. Bounded in depth, count and bytes by ``WireLimits``.
public enum WireValue: Sendable, Equatable {
    case null
    /// CBOR's `undefined`.
    case undefined
    case bool(Bool)
    case integer(Int64)
    /// Above the largest signed 64-bit integer.
    case unsigned(UInt64)
    /// Half and single floats are widened, which is exact.
    case double(Double)
    case text(String)
    case bytes([UInt8])
    /// A byte string too long to copy, where it lies in the message.
    case bytesInMessage(PayloadRange)
    case array([WireValue])
    /// Keys of any kind, in the order of the message.
    case map([WireEntry])
    indirect case tagged(UInt64, WireValue)
    /// CBOR simple values that have no meaning yet (0…19, 32…255).
    case simple(UInt8)
    /// A typed array (RFC 8746), where it lies in the message.
    case numericArray(ArrayDescription)
}

/// A key and its value.
public struct WireEntry: Sendable, Equatable {
    public var key: WireValue
    public var value: WireValue

    public init(_ key: WireValue, _ value: WireValue) {
        self.key = key
        self.value = value
    }

    public init(_ key: String, _ value: WireValue) {
        self.init(.text(key), value)
    }
}

extension WireValue {
    /// The value of a text key, in a map; the first one where a key is there twice.
    public subscript(key: String) -> WireValue? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.key == .text(key) }?.value
    }

    /// The value without the tags around it.
    public var untagged: WireValue {
        var value = self
        while case .tagged(_, let inner) = value { value = inner }
        return value
    }

    /// A text, whatever tags are around it (a date is tag 0).
    public var textValue: String? {
        guard case .text(let text) = untagged else { return nil }
        return text
    }

    /// A number as a double; integers beyond 2⁵³ are rounded.
    public var doubleValue: Double? {
        switch untagged {
        case .integer(let number): Double(number)
        case .unsigned(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    /// A whole number that fits; `3.0` is one.
    public var integerValue: Int64? {
        switch untagged {
        case .integer(let number): number
        case .double(let number): Int64(exactly: number)
        default: nil
        }
    }

    /// A Boolean; old V1 firmware writes 0 and 1.
    public var boolValue: Bool? {
        switch untagged {
        case .bool(let flag): flag
        case .integer(0): false
        case .integer(1): true
        default: nil
        }
    }

    /// What kind of value it is, for messages.
    public var kind: String {
        switch self {
        case .null: "null"
        case .undefined: "undefined"
        case .bool: "a Boolean"
        case .integer, .unsigned: "an integer"
        case .double: "a float"
        case .text: "a text"
        case .bytes(let bytes): "\(bytes.count) bytes"
        case .bytesInMessage(let place): "\(place.count) bytes"
        case .array: "a list"
        case .map: "a map"
        case .tagged(let tag, let inner): "\(inner.kind) with tag \(tag)"
        case .simple: "a simple value"
        case .numericArray: "an array"
        }
    }
}
