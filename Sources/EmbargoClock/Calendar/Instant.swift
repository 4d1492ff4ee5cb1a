/// A point in time, to the millisecond of UTC without leap seconds (POSIX time). From the year 1 to the end of the year 9999.
/// Written as `2028-05-10T22:00:00Z` or `2028-05-10T22:00:00.250Z`, also in JSON.
public struct Instant: Sendable, Hashable {
    public let millisecondsSince1970: Int64

    /// 0001-01-01T00:00:00Z.
    public static let earliest = Instant(clamping: .min)
    /// 9999-12-31T23:59:59.999Z.
    public static let latest = Instant(clamping: .max)

    /// - Throws: `malformed` outside the years 1 to 9999.
    public init(millisecondsSince1970: Int64) throws(EmbargoError) {
        guard Self.range.contains(millisecondsSince1970) else {
            throw EmbargoError(
                .malformed, "The time is too far away", got: "\(millisecondsSince1970) ms from 1970",
                expected: "a time of the years 1 to 9999")
        }
        self.millisecondsSince1970 = millisecondsSince1970
    }

    /// The nearest instant there is.
    init(clamping milliseconds: Int64) {
        millisecondsSince1970 = min(max(milliseconds, Self.range.lowerBound), Self.range.upperBound)
    }

    /// From whole seconds; the nearest instant there is.
    init(clampingSeconds seconds: Int64) {
        let (milliseconds, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        self.init(clamping: overflows ? (seconds < 0 ? .min : .max) : milliseconds)
    }

    /// The whole second that has begun, from 1970.
    public var secondsSince1970: Int64 { CalendarArithmetic.floored(millisecondsSince1970, by: 1000).quotient }

    /// Later by these milliseconds (earlier, if negative); it stops at the ends of the years 1 and 9999.
    public func advanced(byMilliseconds milliseconds: Int64) -> Instant {
        let (sum, overflows) = millisecondsSince1970.addingReportingOverflow(milliseconds)
        return Instant(clamping: overflows ? (milliseconds < 0 ? .min : .max) : sum)
    }

    /// Later by these days of 24 hours. Days of the calendar are `LocalDate.adding(days:)`.
    public func advanced(byDaysOf24Hours days: Int) -> Instant {
        let (milliseconds, overflows) = Int64(days).multipliedReportingOverflow(by: 86_400_000)
        return advanced(byMilliseconds: overflows ? (days < 0 ? .min : .max) : milliseconds)
    }

    private static let range: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999
}

extension Instant: Comparable {
    public static func < (left: Instant, right: Instant) -> Bool { left.millisecondsSince1970 < right.millisecondsSince1970 }
}

extension Instant: CustomStringConvertible {
    public var description: String {
        let (days, rest) = CalendarArithmetic.floored(millisecondsSince1970, by: 86_400_000)
        let (year, month, day) = CalendarArithmetic.civil(Int(days))
        let fields = [(rest / 3_600_000), (rest / 60_000) % 60, (rest / 1000) % 60].map {
            CalendarArithmetic.padded(Int($0), to: 2)
        }
        let fraction = rest % 1000 == 0 ? "" : "." + CalendarArithmetic.padded(Int(rest % 1000), to: 3)
        let date = [(year, 4), (month, 2), (day, 2)].map { CalendarArithmetic.padded($0.0, to: $0.1) }.joined(separator: "-")
        return "\(date)T\(fields.joined(separator: ":"))\(fraction)Z"
    }
}

extension Instant {
    /// From RFC 3339 text in UTC, with no fraction or one of three digits: what `description` writes.
    ///
    /// - Throws: `malformed` for anything else, a leap second (`:60`) included.
    public init(_ text: some StringProtocol) throws(EmbargoError) {
        let bytes = Array(text.utf8.prefix(25))
        let hasFraction = bytes.count == 24
        guard bytes.count == 20 || hasFraction, bytes[10] == 0x54, bytes[13] == 0x3A, bytes[16] == 0x3A,
            bytes.last == 0x5A, !hasFraction || bytes[19] == 0x2E,
            let hour = CalendarArithmetic.number(bytes[11..<13]), hour < 24,
            let minute = CalendarArithmetic.number(bytes[14..<16]), minute < 60,
            let second = CalendarArithmetic.number(bytes[17..<19]), second < 60,
            let fraction = hasFraction ? CalendarArithmetic.number(bytes[20..<23]) : 0
        else {
            throw EmbargoError(
                .malformed, "Not a time in UTC", got: quoted(text), expected: "a time such as 2028-05-10T22:00:00Z")
        }
        let date = try LocalDate(String(decoding: bytes[0..<10], as: UTF8.self))
        let seconds = ((date.dayNumber * 24 + hour) * 60 + minute) * 60 + second
        try self.init(millisecondsSince1970: Int64(seconds) * 1000 + Int64(fraction))
    }
}

extension Instant: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        do throws(EmbargoError) { try self.init(text) } catch { throw DecodingError.refused(error, at: decoder.codingPath) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
