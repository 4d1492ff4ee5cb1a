import Quantities

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
        let (seconds, nanoseconds) = Int(nanosecondsSince1970).flooredDivision(by: 1_000_000_000)
        let (days, second) = seconds.flooredDivision(by: 86_400)
        let date = CivilDate.civil(fromDays: days)
        let clock = "\(Self.padded(second / 3600, 2)):\(Self.padded(second / 60 % 60, 2)):\(Self.padded(second % 60, 2))"
        let microseconds = nanoseconds / 1000
        let fraction = microseconds == 0 ? "" : ".\(Self.padded(microseconds, 6))"
        return "\(Self.padded(date.year, 4))-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))T\(clock)\(fraction)Z"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
