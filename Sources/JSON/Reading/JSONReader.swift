import Diagnostics

/// Reads JSON values, one after another, each within limits.
///
/// What is wrong within a value (a text that is no UTF-8, too deep, too long) spoils that value and no more: it is read to its end, and the
/// next one is as good as ever. Where the end of a value cannot be found, `notJSON` is thrown.
public struct JSONReader {
    /// Asked before the value of each member of an object is read: whoever reads it from the reader by himself (``each(_:)``,
    /// ``part(_:atMost:)``) answers with what shall stand in the tree, everybody else with nil.
    public typealias MemberReader = (_ key: String, _ reader: inout JSONReader) throws(JSONError) -> JSONValue?

    public let bytes: JSONBytes
    let limits: JSONLimits
    /// As messages call what is read.
    private let what: String
    public var member: MemberReader?

    private var budget = Budget(what: "", allowance: 0)
    private var depth = 0
    private var fault: JSONError?

    private struct Budget {
        let what: String
        let allowance: Int
        var spent = 0
    }

    /// - Parameter what: as messages call each value: 'The record'.
    public init(_ bytes: JSONBytes, limits: JSONLimits = JSONLimits(), what: String = "The value") {
        self.bytes = bytes
        self.limits = limits
        self.what = what
    }

    /// The next value, and what is wrong within it, if anything is; then the value is not whole.
    /// - Throws: `notJSON`, `unreadable`, and what ``member`` throws.
    public mutating func value() throws(JSONError) -> (value: JSONValue, fault: JSONError?) {
        (budget, depth, fault) = (Budget(what: what, allowance: limits.valueBytes), 0, nil)
        let value = try tree()
        return (value, fault)
    }

    /// The next value within another one, with limits and faults of its own; its members are asked of nobody.
    /// - Parameter what: as messages call it.
    /// - Throws: `notJSON`, `unreadable`.
    public mutating func part(_ what: String, atMost bytes: Int) throws(JSONError) -> (value: JSONValue, fault: JSONError?) {
        let outer = (budget, fault, member)
        defer { (budget, fault, member) = outer }
        (budget, fault, member) = (Budget(what: what, allowance: bytes), nil, nil)
        let value = try tree()
        return (value, fault)
    }

    /// Calls `body` before each element of the list that comes next; it must read one value.
    /// - Throws: `notJSON`, `unreadable`, and what `body` throws.
    public mutating func each(_ body: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        try sequence(UInt8(ascii: "["), UInt8(ascii: "]"), body)
    }

    /// Skips blanks; the next byte, which stays.
    public func look() throws(JSONError) -> UInt8? {
        while let byte = try bytes.peek() {
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            _ = try bytes.next()
        }
        return nil
    }

    /// - Throws: `notJSON` when something else comes next.
    public func take(_ byte: UInt8) throws(JSONError) {
        guard let found = try look(), found == byte else { throw wrong("'\(Character(Unicode.Scalar(byte)))'") }
        _ = try bytes.next()
    }

    /// Goes on behind the next line feed: where lines are records, the next one may be good.
    public func skipLine() throws(JSONError) {
        while let byte = try bytes.next(), byte != 0x0A {}
    }

    /// `notJSON` at the next byte.
    public func wrong(_ expected: String) -> JSONError {
        let got = (try? bytes.peek()).flatMap { $0 }.map { byte -> String in
            (0x20..<0x7F).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
        }
        let end = bytes.path == nil ? "the end" : "the end of the file"
        return JSONError(.notJSON, "This is not JSON", at: place, got: got ?? end, expected: expected)
    }

    private var place: String { (bytes.path.map { "\($0), " } ?? "") + "byte \(bytes.offset)" }

    mutating func spoil(_ code: JSONErrorCode, _ what: String, got: String? = nil, expected: String? = nil) {
        guard fault == nil else { return }
        fault = JSONError(code, what, at: place, got: got, expected: expected)
    }

    mutating func spend(_ count: Int) {
        budget.spent += count
        if budget.spent > budget.allowance {
            spoil(.tooMuch, "\(budget.what) is too long", expected: "at most \(budget.allowance) bytes")
        }
    }

    /// Once a fault is found, nothing is kept any more.
    var isSpoilt: Bool { fault != nil }

    private mutating func tree() throws(JSONError) -> JSONValue {
        spend(64)
        switch try look() {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["):
            var values: [JSONValue] = []
            try each { (reader) throws(JSONError) in
                let value = try reader.tree()
                if !reader.isSpoilt { values.append(value) }
            }
            return .array(values)
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        var members: [JSONObject.Member] = []
        try sequence(UInt8(ascii: "{"), UInt8(ascii: "}")) { (reader) throws(JSONError) in
            guard try reader.look() == UInt8(ascii: "\"") else { throw reader.wrong("the name of a member in quotation marks") }
            let key = try reader.text()
            try reader.take(UInt8(ascii: ":"))
            let own = try reader.member?(key, &reader)
            let value: JSONValue
            if let own { value = own } else { value = try reader.tree() }
            if !reader.isSpoilt { members.append(.init(key: key, value: value)) }
        }
        if !isSpoilt, !limits.takesNamesTwice, let twice = Self.twice(members) {
            // Whichever of the two was taken, another reader may have taken the other (RFC 8259, section 4).
            spoil(.badValue, "A name stands twice in an object", got: quoted(twice), expected: "each name once")
        }
        return .object(JSONObject(members: members))
    }

    private static func twice(_ members: [JSONObject.Member]) -> String? {
        // Few are compared faster than they are put into a table.
        if members.count <= 8 {
            return members.indices.first { here in members[..<here].contains { $0.key == members[here].key } }.map {
                members[$0].key
            }
        }
        var names: Set<String> = []
        names.reserveCapacity(members.count)
        return members.first { !names.insert($0.key).inserted }?.key
    }

    /// `[1, 2]` or `{"a": 1}`, with `body` for what stands between two commas.
    private mutating func sequence(
        _ begin: UInt8, _ end: UInt8, _ body: (inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard try look() == begin else { throw wrong("'\(Character(Unicode.Scalar(begin)))'") }
        guard depth < limits.depth else {
            spoil(.tooMuch, "\(what) is nested too deeply", expected: "at most \(limits.depth) levels")
            return try skip()
        }
        depth += 1
        defer { depth -= 1 }
        _ = try bytes.next()
        if try look() == end {
            _ = try bytes.next()
            return
        }
        while true {
            try body(&self)
            switch try look() {
            case UInt8(ascii: ","): _ = try bytes.next()
            case end:
                _ = try bytes.next()
                return
            default: throw wrong("',' or '\(Character(Unicode.Scalar(end)))'")
            }
        }
    }

    private func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for byte in word.utf8 {
            guard try bytes.peek() == byte else { throw wrong("'\(word)'") }
            _ = try bytes.next()
        }
        return value
    }

    /// Passes a list or an object that is not looked into, however deep it is.
    private func skip() throws(JSONError) {
        var open = 0
        repeat {
            switch try look() {
            case nil: throw wrong("the end of a value")
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open += 1
                _ = try bytes.next()
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                open -= 1
                _ = try bytes.next()
            case UInt8(ascii: "\""): try skipText()
            default: _ = try bytes.next()
            }
        } while open > 0
    }
}
