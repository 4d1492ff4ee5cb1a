import Diagnostics

extension JSONReader {
    /// RFC 8259, section 6.
    mutating func number() throws(JSONError) -> JSONValue {
        var digits: [UInt8] = []
        while let byte = try bytes.peek(), Self.isOfNumber(byte) {
            if digits.count <= limits.numberBytes { digits.append(byte) }
            _ = try bytes.next()
        }
        guard !digits.isEmpty else { throw wrong("a value") }
        let text = String(decoding: digits, as: UTF8.self)
        guard digits.count <= limits.numberBytes, let number = JSONNumber(digits: text) else {
            spoil(.badValue, "This is no number", got: quoted(text), expected: "at most \(limits.numberBytes) signs of a number")
            return .null
        }
        if !limits.takesAnyNumber, number.mayBeBeyondDouble, number.double == nil {
            spoil(.badValue, "A number is too large to be counted with", got: quoted(text), expected: "64 bits, up to 1.8e308")
        }
        return .number(number)
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "+-.".utf8.contains(byte)
        }
    }

    /// RFC 8259, section 7. The text is looked at to its end whatever stands in it.
    mutating func text() throws(JSONError) -> String {
        _ = try bytes.next()
        var units: [UInt8] = []
        var isKept = true
        // A line feed is never within a text: where lines are records, a torn one ends there, and stays behind for `skipLine`.
        while let byte = try bytes.peek(), byte != 0x0A {
            _ = try bytes.next()
            switch byte {
            case UInt8(ascii: "\""): return finished(units, isKept: isKept)
            case UInt8(ascii: "\\"):
                if let scalar = try escaped() { units += String(Character(scalar)).utf8 }
            case 0..<0x20:
                spoil(.badValue, "A text has a control character that is not escaped", got: "byte \(byte)")
            default:
                units.append(byte)
                bytes.takePlain(into: &units)
            }
            if units.count > limits.textBytes {
                isKept = false
                units.removeAll(keepingCapacity: true)
            }
        }
        throw wrong("the end of a text")
    }

    private mutating func finished(_ units: [UInt8], isKept: Bool) -> String {
        spend(units.count)
        if !isKept { spoil(.tooMuch, "A text is too long", expected: "at most \(limits.textBytes) bytes") }
        guard !isSpoilt else { return "" }
        guard let text = String(validating: units, as: UTF8.self) else {
            spoil(.badValue, "A text is not UTF-8")
            return ""
        }
        return text
    }

    /// What stands behind a backslash; nil for what is spoilt.
    private mutating func escaped() throws(JSONError) -> Unicode.Scalar? {
        guard let sign = try bytes.peek(), sign != 0x0A else { return nil }
        _ = try bytes.next()
        switch sign {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(sign)
        case UInt8(ascii: "u"): return try scalar()
        default:
            spoil(.badValue, "A backslash before a sign that needs none")
            return nil
        }
    }

    /// `\uXXXX`, and two of them for what lies beyond the basic plane.
    private mutating func scalar() throws(JSONError) -> Unicode.Scalar? {
        guard let first = try unit() else { return nil }
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, try bytes.peek() == UInt8(ascii: "\\") {
            _ = try bytes.next()
            if try bytes.peek() == UInt8(ascii: "u") {
                _ = try bytes.next()
                if let second = try unit(), (0xDC00..<0xE000).contains(second) {
                    return Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
                }
            } else {
                _ = try escaped()
            }
        }
        spoil(.badValue, "Half of a surrogate pair stands alone")
        return nil
    }

    private mutating func unit() throws(JSONError) -> UInt16? {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = try bytes.peek(), byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                spoil(.badValue, "\\u needs four hexadecimal digits")
                return nil
            }
            _ = try bytes.next()
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    func skipText() throws(JSONError) {
        _ = try bytes.next()
        while let byte = try bytes.peek(), byte != 0x0A {
            _ = try bytes.next()
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\"), try bytes.peek() != 0x0A { _ = try bytes.next() }
        }
        throw wrong("the end of a text")
    }
}
