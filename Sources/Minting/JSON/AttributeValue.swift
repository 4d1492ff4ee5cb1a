import Foundation

/// What stands in an attribute of a registry's record: a piece of JSON (RFC 8259). Numbers that are whole are kept as whole numbers.
public enum AttributeValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([AttributeValue])
    case object([String: AttributeValue])
}

extension AttributeValue: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // Most frequent first: each attempt that fails is paid for.
        if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([String: AttributeValue].self) {
            self = .object(value)
        } else if let value = try? container.decode([AttributeValue].self) {
            self = .list(value)
        } else if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }
}

extension AttributeValue {
    /// A member of an object; nil where there is none, or where this is no object.
    public subscript(key: String) -> AttributeValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    public var text: String? {
        guard case .text(let value) = self else { return nil }
        return value
    }

    public var list: [AttributeValue]? {
        guard case .list(let values) = self else { return nil }
        return values
    }

    public var object: [String: AttributeValue]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// Deeper than anything that a registry or an order has; far from what a parser's stack bears.
    public static let maximumDepth = 32

    /// Reads JSON from outside, or nil: not JSON, or nested deeper than ``maximumDepth``.
    public static func read(_ bytes: [UInt8]) -> AttributeValue? {
        guard isShallow(bytes) else { return nil }
        return try? JSONDecoder().decode(AttributeValue.self, from: Data(bytes))
    }

    /// Counts brackets outside of strings, so that no parser recurses on what is hostile.
    private static func isShallow(_ bytes: [UInt8]) -> Bool {
        var depth = 0
        var isInText = false
        var isEscaped = false
        for byte in bytes {
            if isInText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > maximumDepth { return false }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return true
    }

    /// Keys in alphabetical order: the same value always gives the same text.
    /// - Throws: `malformed` for a number that is not finite.
    public func written() throws(MintingError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            throw MintingError(
                .malformed, "A value that JSON cannot write", expected: "finite numbers", cause: error)
        }
    }
}
