import Foundation

/// A JSON value (RFC 8259) as it was written: members in their order, numbers as their digits, so that a size is not rounded on its way.
indirect enum JSONTree: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONTree])
    case object([Member])

    struct Member: Hashable, Sendable {
        let key: String
        let value: JSONTree
    }

    /// In words, for messages.
    var kind: String {
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
    var isEmpty: Bool {
        switch self {
        case .null: true
        case .bool, .number: false
        case .string(let text): text.isEmpty
        case .array(let values): values.isEmpty
        case .object(let members): members.isEmpty
        }
    }

    /// The last of a name, as most readers of JSON take it.
    subscript(_ key: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// On one line, compact, members in their order.
    var line: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let truth): text += truth ? "true" : "false"
        case .number(let digits): text += digits
        case .string(let string): Self.write(string, to: &text)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                Self.write(member.key, to: &text)
                text += ":"
                member.value.write(to: &text)
            }
            text += "}"
        }
    }

    /// Control characters of C1 and the two line separators are escaped too: one record is one line, also on a terminal.
    private static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension JSONTree {
    /// Without the wrappings in which MongoDB's tools write dates, numbers and identifiers ("Extended JSON", version 2): `{"$date": …}`,
    /// `{"$numberLong": "1"}`, `{"$oid": …}`. A date that is a number of milliseconds becomes that number.
    var unwrapped: JSONTree {
        switch self {
        case .array(let values): return .array(values.map(\.unwrapped))
        case .object(let members):
            if members.count == 1, let only = members.first {
                switch (only.key, only.value) {
                case ("$oid", .string), ("$date", .string), ("$date", .number): return only.value
                case ("$date", .object): return only.value.unwrapped
                case ("$numberLong", .string(let digits)), ("$numberInt", .string(let digits)),
                    ("$numberDouble", .string(let digits)):
                    return Double(digits).map { $0.isFinite } == true ? .number(digits) : only.value
                default: break
                }
            }
            return .object(members.map { Member(key: $0.key, value: $0.value.unwrapped) })
        default: return self
        }
    }
}
