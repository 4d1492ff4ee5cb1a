/// An instant, as NXmx writes it: ISO 8601 in UTC with the letter Z, so that nobody takes it for local time.
public struct UTCTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// UNIX time; no leap seconds.
    public let nanosecondsSince1970: Int64

    public init(nanosecondsSince1970: Int64) { self.nanosecondsSince1970 = nanosecondsSince1970 }

    public static func < (left: UTCTime, right: UTCTime) -> Bool { left.nanosecondsSince1970 < right.nanosecondsSince1970 }

    /// The instant so many seconds later, held at the ends of the range (years 1678 to 2262).
    public func advanced(bySeconds seconds: Double) -> UTCTime {
        let sum = Double(nanosecondsSince1970) + seconds * 1e9
        guard sum.isFinite, abs(sum) < 9.2e18 else { return self }
        return UTCTime(nanosecondsSince1970: nanosecondsSince1970 &+ Int64(seconds * 1e9))
    }

    /// As `2026-01-02T03:04:05.678901Z`; microseconds, left out when they are 0.
    public var description: String {
        let (seconds, nanoseconds) = Self.floorDivide(nanosecondsSince1970, 1_000_000_000)
        let (days, second) = Self.floorDivide(seconds, 86_400)
        let date = Self.civilDate(daysSince1970: days)
        let clock = "\(Self.padded(second / 3600, 2)):\(Self.padded(second / 60 % 60, 2)):\(Self.padded(second % 60, 2))"
        let microseconds = nanoseconds / 1000
        let fraction = microseconds == 0 ? "" : ".\(Self.padded(microseconds, 6))"
        return "\(Self.padded(date.year, 4))-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))T\(clock)\(fraction)Z"
    }

    /// The proleptic Gregorian date, counted in eras of 400 years that begin on 1 March, so that the leap day ends a year.
    private static func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
