import Diagnostics

/// Reads JSON (RFC 8259) from one message part, in place: nothing is allocated, every byte is checked before it is used.
///
/// Foundation's parser allocates per value and has trapped on bytes from outside; the image path can afford neither.
struct JSONScanner {
    let bytes: UnsafeRawBufferPointer
    /// Number of this part in its message.
    let part: Int
    var offset = 0

    init(_ bytes: UnsafeRawBufferPointer, part: Int) {
        self.bytes = bytes
        self.part = part
    }

    /// A string between its quotes.
    struct Text {
        let range: PayloadRange
        /// It has a backslash in it, so that its bytes are not its content.
        let isEscaped: Bool
    }

    /// The next byte that is no space; nil at the end.
    mutating func peek() -> UInt8? {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0a, 0x0d: offset += 1
            case let byte: return byte
            }
        }
        return nil
    }

    /// Takes `byte` if it is the next one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        offset += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(WireError) {
        guard take(byte) else { throw unexpected("'\(Character(UnicodeScalar(byte)))'") }
    }

    /// Nothing but spaces may be left.
    mutating func expectEnd() throws(WireError) {
        guard peek() == nil else {
            throw WireError(.trailingBytes, "Something follows the JSON value of a message part", at: place)
        }
    }

    /// Begins an object or array; then `next` says whether there is an element, and takes commas and the end.
    mutating func next(isFirst: inout Bool, end: UInt8) throws(WireError) -> Bool {
        if isFirst {
            isFirst = false
            return !take(end)
        }
        if take(end) { return false }
        guard take(UInt8(ascii: ",")) else { throw unexpected("',' or '\(Character(UnicodeScalar(end)))'") }
        return true
    }

    mutating func key() throws(WireError) -> Text {
        let key = try string()
        try expect(UInt8(ascii: ":"))
        return key
    }

    mutating func string() throws(WireError) -> Text {
        try expect(UInt8(ascii: "\""))
        let begin = offset
        var isEscaped = false
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                let range = PayloadRange(part: part, offset: begin, count: offset - begin)
                offset += 1
                return Text(range: range, isEscaped: isEscaped)
            }
            if byte < 0x20 { throw unexpected("no control character in a text") }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                offset += 1
                guard offset < bytes.count else { break }
            }
            offset += 1
        }
        throw unexpected("the end of a text")
    }

    /// A number's characters, checked against JSON's grammar; also whether it is written without fraction and exponent.
    mutating func number() throws(WireError) -> (range: PayloadRange, isInteger: Bool) {
        _ = peek()
        let begin = offset
        var isInteger = true
        if digit(is: UInt8(ascii: "-")) { offset += 1 }
        if digit(is: UInt8(ascii: "0")) { offset += 1 } else { try digits() }
        if digit(is: UInt8(ascii: ".")) {
            isInteger = false
            offset += 1
            try digits()
        }
        if digit(is: UInt8(ascii: "e")) || digit(is: UInt8(ascii: "E")) {
            isInteger = false
            offset += 1
            if digit(is: UInt8(ascii: "+")) || digit(is: UInt8(ascii: "-")) { offset += 1 }
            try digits()
        }
        return (PayloadRange(part: part, offset: begin, count: offset - begin), isInteger)
    }

    private func digit(is byte: UInt8) -> Bool { offset < bytes.count && bytes[offset] == byte }

    private mutating func digits() throws(WireError) {
        let begin = offset
        while offset < bytes.count, bytes[offset] &- 0x30 < 10 { offset += 1 }
        guard offset > begin else { throw unexpected("a digit") }
    }

    /// A whole number of 64 bits.
    ///
    /// - Throws: `wrongType` for another value (which is not taken), `outOfRange` beyond 64 bits.
    mutating func integer(_ field: StaticString) throws(WireError) -> Int64 {
        guard let first = peek(), first == UInt8(ascii: "-") || first &- 0x30 < 10 else {
            guard peek() != nil else { throw unexpected("a number") }
            throw WireError(.wrongType, "A field of a message is no whole number", at: "\(field), \(place)")
        }
        let (range, isInteger) = try number()
        guard isInteger else { throw WireError(.wrongType, "A field of a message is no whole number", at: "\(field), \(place)") }
        guard let value = parse(range) else {
            throw WireError(.outOfRange, "A number needs more than 64 bits", at: "\(field), \(place)")
        }
        return value
    }

    /// The value of checked digits; nil beyond 64 bits.
    func parse(_ range: PayloadRange) -> Int64? {
        var index = range.offset
        let end = range.offset + range.count
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        var value: Int64 = 0
        while index < end {
            let digit = Int64(bytes[index] &- 0x30)
            let (scaled, tooMuch) = value.multipliedReportingOverflow(by: 10)
            let (next, overflows) =
                isNegative ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
            if tooMuch || overflows { return nil }
            value = next
            index += 1
        }
        return value
    }

    /// Passes one value, whatever it is, checking its grammar.
    mutating func skip(depth: Int) throws(WireError) {
        guard depth > 0 else { throw tooDeep() }
        switch peek() {
        case UInt8(ascii: "{")?:
            offset += 1
            var isFirst = true
            while try next(isFirst: &isFirst, end: UInt8(ascii: "}")) {
                _ = try key()
                try skip(depth: depth - 1)
            }
        case UInt8(ascii: "[")?:
            offset += 1
            var isFirst = true
            while try next(isFirst: &isFirst, end: UInt8(ascii: "]")) { try skip(depth: depth - 1) }
        case UInt8(ascii: "\"")?: _ = try string()
        case UInt8(ascii: "t")?: try word("true")
        case UInt8(ascii: "f")?: try word("false")
        case UInt8(ascii: "n")?: try word("null")
        default: _ = try number()
        }
    }

    mutating func word(_ word: StaticString) throws(WireError) {
        let count = word.utf8CodeUnitCount
        guard count <= bytes.count - offset else {
            offset = bytes.count
            throw unexpected("\(word)")
        }
        for index in 0..<count where bytes[offset + index] != word.utf8Start[index] { throw unexpected("\(word)") }
        offset += count
    }

    /// Whether the text's content is `wanted`; an escaped one never is.
    func matches(_ text: Text, _ wanted: StaticString) -> Bool {
        guard !text.isEscaped, text.range.count == wanted.utf8CodeUnitCount else { return false }
        for index in 0..<text.range.count where bytes[text.range.offset + index] != wanted.utf8Start[index] { return false }
        return true
    }

    /// The first bytes of a text, for messages.
    func shown(_ text: Text) -> String {
        String(decoding: bytes[text.range.offset..<text.range.offset + min(text.range.count, 64)], as: UTF8.self)
    }

    // MARK: Refusals, out of line: they allocate, and the path of a good message does not.

    var place: String { "message part \(part + 1), byte \(offset)" }

    @inline(never)
    func unexpected(_ expected: String) -> WireError {
        guard offset < bytes.count else {
            return WireError(.truncated, "A JSON part of the message ends too early", at: place, expected: expected)
        }
        return WireError(.malformed, "This is not JSON", at: place, got: "byte \(bytes[offset])", expected: expected)
    }

    @inline(never)
    func tooDeep() -> WireError {
        WireError(.limitExceeded, "The message is nested too deeply", at: place)
    }
}
