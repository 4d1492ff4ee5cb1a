/// A day of the calendar at the facility, without time or zone: anchors, last closed days, review dates. Proleptic Gregorian,
/// 0001-01-01 to 9999-12-31. Written as `2028-05-10`, also in JSON.
public struct LocalDate: Sendable, Hashable {
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 31.
    public let day: Int

    /// - Throws: `malformed` for a day that no calendar has.
    public init(year: Int, month: Int, day: Int) throws(EmbargoError) {
        guard (1...9999).contains(year), (1...12).contains(month),
            day >= 1, day <= CalendarArithmetic.daysInMonth(month, of: year)
        else {
            throw EmbargoError(
                .malformed, "There is no such day", got: "year \(year), month \(month), day \(day)",
                expected: "a day of the Gregorian calendar in the years 1 to 9999")
        }
        self.year = year
        self.month = month
        self.day = day
    }

    /// - Parameter dayNumber: days from 1970-01-01.
    /// - Throws: `malformed` outside the years 1 to 9999.
    public init(dayNumber: Int) throws(EmbargoError) {
        guard (Self.firstDay...Self.lastDay).contains(dayNumber) else {
            throw EmbargoError(
                .malformed, "The day is too far away", got: "\(dayNumber) days from 1970-01-01",
                expected: "a day of the years 1 to 9999")
        }
        (year, month, day) = CalendarArithmetic.civil(dayNumber)
    }

    /// From ISO 8601 text, `2028-05-10` and no other form.
    public init(_ text: some StringProtocol) throws(EmbargoError) {
        let bytes = Array(text.utf8.prefix(11))
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D,
            let year = CalendarArithmetic.number(bytes[0..<4]), let month = CalendarArithmetic.number(bytes[5..<7]),
            let day = CalendarArithmetic.number(bytes[8..<10])
        else {
            throw EmbargoError(.malformed, "Not a date", got: quoted(text), expected: "a day such as 2028-05-10")
        }
        try self.init(year: year, month: month, day: day)
    }

    /// Days from 1970-01-01.
    public var dayNumber: Int { CalendarArithmetic.dayNumber(year: year, month: month, day: day) }

    /// The same day of another year; where it does not exist (29 February), the last day of that month: Regulation (EEC, Euratom)
    /// No 1182/71, Art. 3(2)(c). Ends are not moved to working days.
    ///
    /// - Throws: `malformed` past the year 9999.
    public func adding(years: Int) throws(EmbargoError) -> LocalDate {
        let (target, overflows) = year.addingReportingOverflow(years)
        guard !overflows, (1...9999).contains(target) else {
            throw EmbargoError(
                .malformed, "The date is too far away", got: "\(self) and \(years) years", expected: "a year from 1 to 9999")
        }
        return try LocalDate(year: target, month: month, day: min(day, CalendarArithmetic.daysInMonth(month, of: target)))
    }

    /// - Throws: `malformed` outside the years 1 to 9999.
    public func adding(days: Int) throws(EmbargoError) -> LocalDate {
        let (target, overflows) = dayNumber.addingReportingOverflow(days)
        return try LocalDate(dayNumber: overflows ? Int.max : target)
    }

    private static let firstDay = CalendarArithmetic.dayNumber(year: 1, month: 1, day: 1)
    private static let lastDay = CalendarArithmetic.dayNumber(year: 9999, month: 12, day: 31)
}

extension LocalDate: Comparable {
    public static func < (left: LocalDate, right: LocalDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

extension LocalDate: CustomStringConvertible {
    public var description: String {
        "\(CalendarArithmetic.padded(year, to: 4))-\(CalendarArithmetic.padded(month, to: 2))-\(CalendarArithmetic.padded(day, to: 2))"
    }
}

extension LocalDate: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        do throws(EmbargoError) { try self.init(text) } catch { throw DecodingError.refused(error, at: decoder.codingPath) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
