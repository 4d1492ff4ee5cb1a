import Diagnostics

extension JSONScanner {
    /// A whole message part as a value, within the budget.
    static func value(of bytes: UnsafeRawBufferPointer, part: Int, budget: inout ValueBudget, limits: WireLimits)
        throws(WireError) -> WireValue
    {
        guard bytes.count <= limits.maximumTextBytes else {
            throw WireError(
                .limitExceeded, "A JSON part is too long", at: "message part \(part + 1)", got: "\(bytes.count) bytes",
                expected: "\(limits.maximumTextBytes) at most")
        }
        var scanner = JSONScanner(bytes, part: part)
        let value = try scanner.value(depth: limits.maximumDepth, budget: &budget)
        try scanner.expectEnd()
        return value
    }

    private mutating func value(depth: Int, budget: inout ValueBudget) throws(WireError) -> WireValue {
        guard depth > 0 else { throw tooDeep() }
        try budget.spend()
        switch peek() {
        case UInt8(ascii: "{")?:
            offset += 1
            var entries: [WireEntry] = []
            var isFirst = true
            while try next(isFirst: &isFirst, end: UInt8(ascii: "}")) {
                let key = try text(try key(), budget: &budget)
                entries.append(WireEntry(key, try value(depth: depth - 1, budget: &budget)))
            }
            return .map(entries)
        case UInt8(ascii: "[")?:
            offset += 1
            var items: [WireValue] = []
            var isFirst = true
            while try next(isFirst: &isFirst, end: UInt8(ascii: "]")) {
                items.append(try value(depth: depth - 1, budget: &budget))
            }
            return .array(items)
        case UInt8(ascii: "\"")?: return .text(try text(try string(), budget: &budget))
        case UInt8(ascii: "t")?:
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f")?:
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n")?:
            try word("null")
            return .null
        default: return try numberValue()
        }
    }

    private mutating func numberValue() throws(WireError) -> WireValue {
        let (range, isInteger) = try number()
        if isInteger, let value = parse(range) { return .integer(value) }
        // No measured number needs more characters; a longer one is an attack on the parser.
        guard range.count <= 400 else {
            throw WireError(
                .limitExceeded, "A number is too long", at: place, got: "\(range.count) characters", expected: "400 at most")
        }
        let characters = String(decoding: bytes[range.offset..<range.offset + range.count], as: UTF8.self)
        if isInteger, let value = UInt64(characters) { return .unsigned(value) }
        guard let value = Double(characters), value.isFinite else {
            throw WireError(.outOfRange, "A number is beyond a double", at: place, got: String(characters.prefix(64)))
        }
        return .double(value)
    }

    /// The content of a string, escapes resolved.
    func text(_ text: Text, budget: inout ValueBudget) throws(WireError) -> String {
        try budget.spend(bytes: text.range.count)
        let raw = UnsafeRawBufferPointer(rebasing: bytes[text.range.offset..<text.range.offset + text.range.count])
        guard text.isEscaped else {
            guard let content = String(validating: raw, as: UTF8.self) else { throw badText("UTF-8") }
            return content
        }
        var content: [UInt8] = []
        content.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            let byte = raw[index]
            index += 1
            guard byte == UInt8(ascii: "\\") else {
                content.append(byte)
                continue
            }
            guard index < raw.count else { throw badText("a character after a backslash") }
            let kind = raw[index]
            index += 1
            switch kind {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(kind)
            case UInt8(ascii: "b"): content.append(0x08)
            case UInt8(ascii: "f"): content.append(0x0c)
            case UInt8(ascii: "n"): content.append(0x0a)
            case UInt8(ascii: "r"): content.append(0x0d)
            case UInt8(ascii: "t"): content.append(0x09)
            case UInt8(ascii: "u"):
                content.append(contentsOf: try scalar(raw, &index).description.utf8)
            default: throw badText("one of the escapes of JSON")
            }
        }
        guard let whole = String(validating: content, as: UTF8.self) else { throw badText("UTF-8") }
        return whole
    }

    /// `\uXXXX`, or a pair of surrogates.
    private func scalar(_ raw: UnsafeRawBufferPointer, _ index: inout Int) throws(WireError) -> Unicode.Scalar {
        let first = try hexadecimal(raw, &index)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xd800..<0xdc00).contains(first), index + 1 < raw.count, raw[index] == UInt8(ascii: "\\"),
            raw[index + 1] == UInt8(ascii: "u")
        else { throw badText("a pair of surrogates") }
        index += 2
        let second = try hexadecimal(raw, &index)
        guard (0xdc00..<0xe000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else {
            throw badText("a pair of surrogates")
        }
        return scalar
    }

    private func hexadecimal(_ raw: UnsafeRawBufferPointer, _ index: inout Int) throws(WireError) -> UInt32 {
        guard raw.count - index >= 4 else { throw badText("four hexadecimal digits") }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(UnicodeScalar(raw[index])).hexDigitValue, raw[index] < 0x80 else {
                throw badText("four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }

    @inline(never)
    private func badText(_ expected: String) -> WireError {
        WireError(.malformed, "A JSON text is not well-formed", at: place, expected: expected)
    }
}
