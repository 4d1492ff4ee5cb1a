import Diagnostics
import Quantities

/// A day of the calendar, without a zone: an embargo ends on one.
public struct CalendarDay: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let year: Int
    public let month: Int
    public let day: Int

    /// - Throws: `malformed` for a day that the calendar has not, or a year before 1000 or after 9999.
    public init(year: Int, month: Int, day: Int) throws(DataCiteError) {
        guard (1000...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
            CivilDate.civil(fromDays: CivilDate.days(year: year, month: month, day: day)) == (year, month, day)
        else {
            throw DataCiteError(
                .malformed, "No day of the calendar", got: "year \(year), month \(month), day \(day)",
                expected: "a day of the years 1000 to 9999")
        }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `2028-05-11`.
    public init(_ text: String) throws(DataCiteError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.map(\.count) == [4, 2, 2], let year = decimal(parts[0]),
            let month = decimal(parts[1]), let day = decimal(parts[2])
        else {
            throw DataCiteError(.malformed, "Not a day", got: quoted(text), expected: "year, month and day, such as 2028-05-11")
        }
        try self.init(year: year, month: month, day: day)
    }

    public var description: String { "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)" }

    public static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

/// A day, or an instant with its offset from UTC (RFC 3339): what a date of DataCite consists of (W3C-DTF).
public struct DateStamp: Hashable, Sendable, CustomStringConvertible {
    public let day: CalendarDay
    /// `T22:30:00Z`, `T22:30:00.5+02:00`; empty for a day.
    private let time: String
    /// Seconds since 1970 in UTC, then the part of a second as text, for the order of two instants.
    private let order: (seconds: Int, fraction: String)

    /// Reads `2028-05-11` or `2025-05-10T12:00:00Z` (any offset, any part of a second).
    /// - Throws: `malformed`, also for a time without an offset: nobody could tell when it was.
    public init(_ text: String) throws(DataCiteError) {
        guard text.utf8.count <= 64, let dayText = String(text.utf8.prefix(10)) else {
            throw DataCiteError(.malformed, "Not a date", got: quoted(text), expected: Self.form)
        }
        day = try CalendarDay(dayText)
        time = String(text.unicodeScalars.dropFirst(10).reduce(into: "") { $0.unicodeScalars.append($1) })
        let days = CivilDate.days(year: day.year, month: day.month, day: day.day)
        guard !time.isEmpty else {
            order = (days * 86_400, "")
            return
        }
        guard let clock = ClockTime(time) else {
            throw DataCiteError(.malformed, "Not an instant", got: quoted(text), expected: Self.form)
        }
        order = (days * 86_400 + clock.seconds - clock.offset, clock.fraction)
    }

    public init(_ day: CalendarDay) {
        self.day = day
        time = ""
        order = (CivilDate.days(year: day.year, month: day.month, day: day.day) * 86_400, "")
    }

    private static let form = "a day (2028-05-11) or an instant with its offset (2025-05-10T12:00:00Z)"

    public var isDay: Bool { time.isEmpty }
    public var description: String { day.description + time }

    func isAfter(_ other: DateStamp) -> Bool { order > other.order }

    public static func == (left: DateStamp, right: DateStamp) -> Bool { left.description == right.description }
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

/// The number of a few decimal digits, nil for anything else.
func decimal(_ digits: some Collection<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
}
