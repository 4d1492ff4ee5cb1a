import Diagnostics

/// How much of a record is looked at; whoever wrote the file decided nothing of it.
struct JSONLimits: Sendable {
    var depth = 64
    /// Of a text. A thumbnail is one, in base 64.
    var textBytes = 24 << 20
    /// Of a record: its texts, and 64 for each value. Lists of files are not counted in: they are read one by one.
    var recordBytes = 64 << 20
    /// Of one file in such a list.
    var itemBytes = 64 << 10
    /// Of a number's digits.
    var numberBytes = 64
}

/// Reads JSON values from a file, one after another, each within limits.
///
/// What is wrong within a value (a text that is no UTF-8, too deep, too long) spoils that value and no more: it is read to its end, and the
/// next one is as good as ever. Where the end of a value cannot be found, `notJSON` is thrown.
struct JSONReader {
    /// Called for each element of a list that stands under ``listKey``, with the number of the list in this value, from 0. Such a list is
    /// left empty in the tree.
    typealias ElementReader = (_ list: Int, _ element: JSONTree, _ fault: CatalogueImportError?) throws -> Void

    let bytes: FileBytes
    var limits = JSONLimits()
    /// The member whose list is handed over element by element.
    var listKey: String?

    private var spent = 0
    private var allowance = 0
    private var fault: CatalogueImportError?
    private var lists = 0
    private var isInElement = false

    init(_ bytes: FileBytes, limits: JSONLimits = JSONLimits(), listKey: String? = nil) {
        self.bytes = bytes
        self.limits = limits
        self.listKey = listKey
    }

    /// The next value, and what is wrong within it, if anything is.
    /// - Throws: `notJSON`, `unreadable`, and whatever `element` throws.
    mutating func value(_ element: ElementReader? = nil) throws -> (tree: JSONTree, fault: CatalogueImportError?) {
        (spent, allowance, fault, lists, isInElement) = (0, limits.recordBytes, nil, 0, false)
        let tree = try tree(depth: 0, element)
        return (tree, fault)
    }

    /// Skips blanks; the next byte, which stays.
    func look() throws(CatalogueImportError) -> UInt8? {
        while let byte = try bytes.peek() {
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            _ = try bytes.next()
        }
        return nil
    }

    /// - Throws: `notJSON` when something else comes next.
    func take(_ byte: UInt8) throws(CatalogueImportError) {
        guard let found = try look(), found == byte else { throw wrong("'\(Character(Unicode.Scalar(byte)))'") }
        _ = try bytes.next()
    }

    func wrong(_ expected: String) -> CatalogueImportError {
        let got = (try? bytes.peek()).flatMap { $0 }.map { byte -> String in
            (0x20..<0x7F).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
        }
        return CatalogueImportError(
            .notJSON, "This is not JSON", at: "\(bytes.path), byte \(bytes.offset)", got: got ?? "the end of the file",
            expected: expected)
    }

    private mutating func spoil(_ code: CatalogueImportErrorCode, _ what: String, got: String? = nil, expected: String? = nil) {
        guard fault == nil else { return }
        fault = CatalogueImportError(code, what, at: "\(bytes.path), byte \(bytes.offset)", got: got, expected: expected)
    }

    private mutating func spend(_ count: Int) -> Bool {
        spent += count
        guard spent > allowance else { return true }
        spoil(
            .tooMuch, isInElement ? "A file's entry is too long" : "The record is too long",
            expected: "at most \(allowance) bytes")
        return false
    }

    private mutating func tree(depth: Int, _ element: ElementReader?) throws -> JSONTree {
        let isTaken = spend(64) && fault == nil
        guard depth < limits.depth else {
            spoil(.tooMuch, "The record is nested too deeply", expected: "at most \(limits.depth) levels")
            try skip()
            return .null
        }
        switch try look() {
        case UInt8(ascii: "{"): return try object(depth, isTaken, element)
        case UInt8(ascii: "["):
            var values: [JSONTree] = []
            try each { reader in
                let value = try reader.tree(depth: depth + 1, element)
                if isTaken, reader.fault == nil { values.append(value) }
            }
            return .array(values)
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(_ depth: Int, _ isTaken: Bool, _ element: ElementReader?) throws -> JSONTree {
        try take(UInt8(ascii: "{"))
        var members: [JSONTree.Member] = []
        if try look() == UInt8(ascii: "}") {
            _ = try bytes.next()
            return .object([])
        }
        while true {
            guard try look() == UInt8(ascii: "\"") else { throw wrong("the name of a member in quotation marks") }
            let key = try text()
            try take(UInt8(ascii: ":"))
            let value: JSONTree
            if let element, key == listKey, !isInElement, try look() == UInt8(ascii: "[") {
                try elements(depth, element)
                value = .array([])
            } else {
                value = try tree(depth: depth + 1, element)
            }
            if isTaken, fault == nil { members.append(.init(key: key, value: value)) }
            switch try look() {
            case UInt8(ascii: ","): _ = try bytes.next()
            case UInt8(ascii: "}"):
                _ = try bytes.next()
                return .object(members)
            default: throw wrong("',' or '}'")
            }
        }
    }

    /// Each element has limits, and faults, of its own.
    private mutating func elements(_ depth: Int, _ element: ElementReader) throws {
        let list = lists
        lists += 1
        try each { reader in
            let outer = (reader.spent, reader.allowance, reader.fault)
            (reader.spent, reader.allowance, reader.fault, reader.isInElement) = (0, reader.limits.itemBytes, nil, true)
            let value = try reader.tree(depth: depth + 2, nil)
            let fault = reader.fault
            (reader.spent, reader.allowance, reader.fault) = outer
            reader.isInElement = false
            try element(list, value, fault)
        }
    }

    private mutating func each(_ body: (inout JSONReader) throws -> Void) throws {
        try take(UInt8(ascii: "["))
        if try look() == UInt8(ascii: "]") {
            _ = try bytes.next()
            return
        }
        while true {
            try body(&self)
            switch try look() {
            case UInt8(ascii: ","): _ = try bytes.next()
            case UInt8(ascii: "]"):
                _ = try bytes.next()
                return
            default: throw wrong("',' or ']'")
            }
        }
    }

    private func word(_ word: String, _ value: JSONTree) throws(CatalogueImportError) -> JSONTree {
        for byte in word.utf8 {
            guard try bytes.peek() == byte else { throw wrong("'\(word)'") }
            _ = try bytes.next()
        }
        return value
    }
}

extension JSONReader {
    /// RFC 8259, section 6: digits, kept as they are.
    private mutating func number() throws(CatalogueImportError) -> JSONTree {
        var digits: [UInt8] = []
        while let byte = try bytes.peek(), Self.isOfNumber(byte) {
            if digits.count <= limits.numberBytes { digits.append(byte) }
            _ = try bytes.next()
        }
        guard !digits.isEmpty else { throw wrong("a value") }
        let text = String(decoding: digits, as: UTF8.self)
        guard digits.count <= limits.numberBytes, Self.isNumber(digits) else {
            spoil(.badField, "This is no number", got: quoted(text), expected: "at most \(limits.numberBytes) signs of a number")
            return .null
        }
        return .number(text)
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "+-.".utf8.contains(byte)
        }
    }

    private static func isNumber(_ digits: [UInt8]) -> Bool {
        var rest = digits[...]
        func run() -> Int {
            let count = rest.prefix { (48...57).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = run()
        guard whole == 1 || whole > 1 && !startsWithZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard run() > 0 else { return false }
        }
        if let sign = rest.first, sign | 0x20 == UInt8(ascii: "e") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            guard run() > 0 else { return false }
        }
        return rest.isEmpty
    }

    /// RFC 8259, section 7. The text is looked at to its end whatever stands in it.
    private mutating func text() throws(CatalogueImportError) -> String {
        _ = try bytes.next()
        var units: [UInt8] = []
        var isKept = true
        func keep(_ byte: UInt8, _ limit: Int) {
            if units.count < limit { units.append(byte) } else { isKept = false }
        }
        // A line feed is never within a text: where lines are records, a torn one ends there, and stays behind for `skipLine`.
        while let byte = try bytes.peek(), byte != 0x0A {
            _ = try bytes.next()
            switch byte {
            case UInt8(ascii: "\""):
                guard spend(units.count) else { return "" }
                if !isKept { spoil(.tooMuch, "A text is too long", expected: "at most \(limits.textBytes) bytes") }
                guard isKept, let text = String(validating: units, as: UTF8.self) else {
                    spoil(.badField, "A text is not UTF-8")
                    return ""
                }
                return text
            case UInt8(ascii: "\\"):
                for unit in try escaped() { keep(unit, limits.textBytes) }
            case 0..<0x20:
                spoil(.badField, "A text has a control character that is not escaped", got: "byte \(byte)")
            default: keep(byte, limits.textBytes)
            }
        }
        throw wrong("the end of a text")
    }

    private mutating func escaped() throws(CatalogueImportError) -> [UInt8] {
        switch try bytes.next() {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case let sign? where "\"\\/".utf8.contains(sign): return [sign]
        case UInt8(ascii: "u"): return try scalar()
        default:
            spoil(.badField, "A backslash before a sign that needs none")
            return []
        }
    }

    /// `\uXXXX`, and two of them for what lies beyond the basic plane.
    private mutating func scalar() throws(CatalogueImportError) -> [UInt8] {
        guard let first = try unit() else { return [] }
        var value = UInt32(first)
        if (0xD800..<0xDC00).contains(first) {
            guard try bytes.peek() == UInt8(ascii: "\\") else {
                spoil(.badField, "Half of a surrogate pair stands alone")
                return []
            }
            _ = try bytes.next()
            guard try bytes.next() == UInt8(ascii: "u"), let second = try unit(), (0xDC00..<0xE000).contains(second) else {
                spoil(.badField, "Half of a surrogate pair stands alone")
                return []
            }
            value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else {
            spoil(.badField, "Half of a surrogate pair stands alone")
            return []
        }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func unit() throws(CatalogueImportError) -> UInt16? {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = try bytes.peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                spoil(.badField, "\\u needs four hexadecimal digits")
                return nil
            }
            _ = try bytes.next()
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// Passes a value that is not looked into, however deep it is.
    mutating func skip() throws(CatalogueImportError) {
        var open = 0
        var isWithin = true
        repeat {
            guard let byte = try look() else { throw wrong("the end of a value") }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open += 1
                _ = try bytes.next()
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard open > 0 else { throw wrong("a value") }
                open -= 1
                _ = try bytes.next()
            case UInt8(ascii: "\""): try skipText()
            default: _ = try bytes.next()
            }
            if open == 0 { isWithin = try isWithinScalar() }
        } while isWithin
    }

    /// Behind a plain value comes one of these; within one, none of them does.
    private func isWithinScalar() throws(CatalogueImportError) -> Bool {
        guard let byte = try bytes.peek() else { return false }
        return Self.isOfNumber(byte)
    }

    private func skipText() throws(CatalogueImportError) {
        _ = try bytes.next()
        while let byte = try bytes.peek(), byte != 0x0A {
            _ = try bytes.next()
            if byte == UInt8(ascii: "\"") { return }
            if byte == UInt8(ascii: "\\") { _ = try bytes.next() }
        }
        throw wrong("the end of a text")
    }

    /// Goes on behind the next line feed: where lines are records, the next one may be good.
    func skipLine() throws(CatalogueImportError) {
        while let byte = try bytes.next(), byte != 0x0A {}
    }
}
