// The text of a TZif footer: `CET-1CEST,M3.5.0,M10.5.0/3`, `<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45`, `EST5EDT,0/0,J365/25`.

extension YearlyZoneRule {
    /// - Throws: `zoneTableMalformed` for what is no rule of RFC 9636, 3.3.1; a zone with daylight saving time must say when.
    init(_ text: ArraySlice<UInt8>) throws(EmbargoError) {
        var reader = RuleReader(text)
        try reader.name()
        let standard = try -reader.time(hours: 24, "offset from UTC")
        guard !reader.isAtEnd else {
            self.init(standardOffset: standard, daylight: nil)
            return
        }
        try reader.name()
        let offset = reader.isNext(0x2C) ? standard + 3600 : try -reader.time(hours: 24, "offset from UTC")
        try reader.skip(0x2C)
        let begins = try reader.change()
        try reader.skip(0x2C)
        let ends = try reader.change()
        guard reader.isAtEnd else { throw reader.error("nothing after the second change") }
        self.init(standardOffset: standard, daylight: Daylight(offset: offset, begins: begins, ends: ends))
    }
}

/// Reads the footer from left to right.
private struct RuleReader {
    private let text: ArraySlice<UInt8>
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) {
        self.text = text
        rest = text
    }

    var isAtEnd: Bool { rest.isEmpty }

    func isNext(_ byte: UInt8) -> Bool { rest.first == byte }

    func error(_ expected: String) -> EmbargoError {
        EmbargoError(
            .zoneTableMalformed, "The rule for later years cannot be read",
            at: "footer, byte \(rest.startIndex - text.startIndex)",
            got: quoted(String(decoding: text, as: UTF8.self)), expected: expected)
    }

    mutating func skip(_ byte: UInt8) throws(EmbargoError) {
        guard isNext(byte) else { throw error("'\(Character(Unicode.Scalar(byte)))'") }
        rest.removeFirst()
    }

    /// An abbreviation: three or more letters, or letters, digits and signs in angle brackets.
    mutating func name() throws(EmbargoError) {
        let isBracketed = isNext(0x3C)
        if isBracketed { rest.removeFirst() }
        let letters = rest.prefix { byte in
            let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            return isLetter || isBracketed && ((0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D)
        }
        guard letters.count >= 3 else { throw error("an abbreviation of three letters or more") }
        rest = rest.dropFirst(letters.count)
        if isBracketed { try skip(0x3E) }
    }

    private mutating func number(_ range: ClosedRange<Int>, _ name: String) throws(EmbargoError) -> Int {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard digits.count <= 3, let value = CalendarArithmetic.number(digits), range.contains(value) else {
            throw error("\(name) from \(range.lowerBound) to \(range.upperBound)")
        }
        rest = rest.dropFirst(digits.count)
        return value
    }

    /// `[+|-]hh[:mm[:ss]]` in seconds.
    mutating func time(hours: Int, _ name: String) throws(EmbargoError) -> Int {
        let isNegative = isNext(0x2D)
        if isNegative || isNext(0x2B) { rest.removeFirst() }
        var seconds = try number(0...hours, "hours of the \(name)") * 3600
        if isNext(0x3A) {
            rest.removeFirst()
            seconds += try number(0...59, "minutes") * 60
            if isNext(0x3A) {
                rest.removeFirst()
                seconds += try number(0...59, "seconds")
            }
        }
        return isNegative ? -seconds : seconds
    }

    /// A day and `/time`; 02:00 where there is none. Version 3 allows -167 to 167 hours.
    mutating func change() throws(EmbargoError) -> YearlyZoneRule.Change {
        let day: YearlyZoneRule.Day
        if isNext(0x4D) {
            rest.removeFirst()
            let month = try number(1...12, "a month")
            try skip(0x2E)
            let week = try number(1...5, "a week")
            try skip(0x2E)
            day = .weekday(month: month, week: week, weekday: try number(0...6, "a weekday"))
        } else if isNext(0x4A) {
            rest.removeFirst()
            day = .withoutLeapDay(try number(1...365, "a day of the year"))
        } else {
            day = .fromZero(try number(0...365, "a day of the year"))
        }
        guard isNext(0x2F) else { return .init(day: day, seconds: 7200) }
        rest.removeFirst()
        return .init(day: day, seconds: try time(hours: 167, "change"))
    }
}
