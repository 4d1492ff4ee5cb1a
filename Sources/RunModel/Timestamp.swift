import Diagnostics
import Foundation
import Quantities

/// An instant, as nanoseconds of UNIX time (UTC without leap seconds); from 1678 to 2262.
public struct Timestamp: Hashable, Comparable, Sendable {
    public let unixNanoseconds: Int64

    public init(unixNanoseconds: Int64) { self.unixNanoseconds = unixNanoseconds }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.unixNanoseconds < right.unixNanoseconds }

    /// Seconds from an earlier instant to this one.
    public func seconds(since earlier: Timestamp) -> Double {
        (Double(unixNanoseconds) - Double(earlier.unixNanoseconds)) / 1e9
    }

    /// So many seconds later, held at the ends of the range: `seconds` may be what a detector said.
    public func advanced(bySeconds seconds: Double) -> Timestamp {
        let end = 9.2e18
        let sum = Double(unixNanoseconds) + seconds * 1e9
        guard !sum.isNaN else { return self }
        guard abs(sum) < end else { return Timestamp(unixNanoseconds: Int64(sum < 0 ? -end : end)) }
        return Timestamp(unixNanoseconds: unixNanoseconds + Int64((seconds * 1e9).rounded()))
    }

    /// The civil date in a time zone, `2026-11-21`.
    public func date(in zone: TimeZone) -> String { String(text(offset: offset(in: zone)).prefix(10)) }

    /// The time of day in a time zone without separators, `143002`.
    public func timeOfDay(in zone: TimeZone) -> String {
        String(text(offset: offset(in: zone)).dropFirst(11).prefix(8).filter { $0 != ":" })
    }

    /// RFC 3339 with the zone's offset, `2026-11-21T15:30:02.5+01:00`.
    public func description(in zone: TimeZone) -> String {
        let seconds = offset(in: zone)
        guard seconds != 0 else { return description }
        let sign = seconds < 0 ? "-" : "+"
        let minutes = Int(seconds.magnitude) / 60
        return text(offset: seconds) + sign + Self.padded(minutes / 60, 2) + ":" + Self.padded(minutes % 60, 2)
    }

    private func offset(in zone: TimeZone) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(unixNanoseconds) / 1e9))
    }

    /// Date and time without a zone, shifted by `offset` seconds; as many decimals as needed, none for a whole second.
    private func text(offset: Int) -> String {
        let (second, fraction) = Int(unixNanoseconds).flooredDivision(by: 1_000_000_000)
        let (day, ofDay) = (second + offset).flooredDivision(by: 86_400)
        var decimals = fraction == 0 ? 0 : 9
        var shortened = fraction
        while decimals > 0, shortened % 10 == 0 {
            shortened /= 10
            decimals -= 1
        }
        return Self.text(day, ofDay, shortened, decimals)
    }

    /// - Parameter fraction: of a second, of so many decimals.
    private static func text(_ day: Int, _ ofDay: Int, _ fraction: Int, _ decimals: Int) -> String {
        let (year, month, dayOfMonth) = CivilDate.civil(fromDays: day)
        // Pages and lists hold thousands: they are put together in one piece.
        return String(unsafeUninitializedCapacity: 40) { bytes in
            var count = 0
            func put(_ number: Int, _ digits: Int, then sign: Unicode.Scalar? = nil) {
                var rest = number
                for place in (count..<count + digits).reversed() {
                    bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                count += digits
                if let sign {
                    bytes[count] = UInt8(ascii: sign)
                    count += 1
                }
            }
            put(year, 4, then: "-")
            put(month, 2, then: "-")
            put(dayOfMonth, 2, then: "T")
            put(ofDay / 3600, 2, then: ":")
            put(ofDay / 60 % 60, 2, then: ":")
            put(ofDay % 60, 2, then: decimals > 0 ? "." : nil)
            put(fraction, decimals)
            return count
        }
    }

    /// RFC 3339 in UTC with so many decimals, 1 to 9, always: what is finer is cut.
    public func description(decimals: Int) -> String {
        let (second, fraction) = Int(unixNanoseconds).flooredDivision(by: 1_000_000_000)
        let (day, ofDay) = second.flooredDivision(by: 86_400)
        var cut = fraction
        for _ in decimals..<9 { cut /= 10 }
        return Self.text(day, ofDay, cut, decimals) + "Z"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC: `2026-11-21T14:30:02.123456789Z`.
    public var description: String { text(offset: 0) + "Z" }

    /// Reads RFC 3339 with `Z` or an offset, up to nine decimals (more are cut). A time without a zone is refused: nobody
    /// knows when it was.
    public init(_ text: String) throws(RunModelError) {
        guard let parsed = RFC3339.parse(text) else {
            throw RunModelError(
                .badTime, "Not a time with a zone", got: "'\(text.prefix(60))'",
                expected: "RFC 3339, such as 2026-11-21T14:30:02.5Z or …+01:00")
        }
        unixNanoseconds = parsed
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws { try self.init(decoder.singleValueContainer().decode(String.self)) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
