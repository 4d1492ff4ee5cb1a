import JSON

extension WireValue {
    /// Reads JSON text (RFC 8259), within the limits of a start message.
    ///
    /// - Throws: ``WireError``, as for a part of a message.
    public init(json text: [UInt8], limits: WireLimits = .standard) throws(WireError) {
        self = try withMessageParts([text]) { (parts) throws(WireError) in
            var budget = ValueBudget(limits)
            return try JSONScanner.value(of: parts[0], part: 0, budget: &budget, limits: limits)
        }
    }

    /// The value as JSON text (RFC 8259), keys in their order, in one line.
    ///
    /// What JSON has no words for: a byte string is `{"base64": "…"}`, an array or a long byte string is described by shape, type and
    /// bytes, a tag other than 0 (a date) is `{"tag": n, "value": …}`, a float that is no number is the text "NaN", "Infinity" or
    /// "-Infinity", and a key that is no text is its own JSON as a text.
    public func json() -> String {
        var out = ""
        write(to: &out)
        return out
    }

    private func write(to out: inout String) {
        switch self {
        case .null, .undefined: out += "null"
        case .bool(let flag): out += flag ? "true" : "false"
        case .integer(let number): out += String(number)
        case .unsigned(let number): out += String(number)
        case .double(let number): out += Self.json(number)
        case .text(let text): JSONValue.write(text, to: &out)
        case .bytes(let bytes):
            out += "{\"base64\":\""
            Self.writeBase64(bytes, to: &out)
            out += "\"}"
        case .bytesInMessage(let place): out += "{\"bytes\":\(place.count)}"
        case .array(let values):
            out += "["
            for (index, value) in values.enumerated() {
                if index > 0 { out += "," }
                value.write(to: &out)
            }
            out += "]"
        case .map(let entries):
            out += "{"
            for (index, entry) in entries.enumerated() {
                if index > 0 { out += "," }
                if case .text(let key) = entry.key {
                    JSONValue.write(key, to: &out)
                } else {
                    JSONValue.write(entry.key.json(), to: &out)
                }
                out += ":"
                entry.value.write(to: &out)
            }
            out += "}"
        case .tagged(0, let date): date.write(to: &out)
        case .tagged(let tag, let value):
            out += "{\"tag\":\(tag),\"value\":"
            value.write(to: &out)
            out += "}"
        case .simple(let number): out += "{\"simple\":\(number)}"
        case .numericArray(let array):
            let axes = [array.planes, array.slow, array.fast].suffix(array.rank).map(String.init).joined(separator: ",")
            out += "{\"shape\":[\(axes)],\"type\":\"\(array.element.name)\",\"bytes\":\(array.payload.count)}"
        }
    }

    private static func json(_ number: Double) -> String {
        if number.isNaN { return "\"NaN\"" }
        if number.isInfinite { return number < 0 ? "\"-Infinity\"" : "\"Infinity\"" }
        // Swift prints the shortest text that reads back as the same number, in JSON's grammar.
        return number.description
    }

    /// RFC 4648, section 4; written here because this target imports no Foundation.
    private static func writeBase64(_ bytes: [UInt8], to out: inout String) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for first in stride(from: 0, to: bytes.count, by: 3) {
            let taken = min(3, bytes.count - first)
            var group = UInt32(bytes[first]) << 16
            if taken > 1 { group |= UInt32(bytes[first + 1]) << 8 }
            if taken > 2 { group |= UInt32(bytes[first + 2]) }
            for digit in 0..<4 {
                text.append(digit <= taken ? alphabet[Int(group >> UInt32(18 - 6 * digit)) & 63] : UInt8(ascii: "="))
            }
        }
        out += String(decoding: text, as: UTF8.self)
    }
}
