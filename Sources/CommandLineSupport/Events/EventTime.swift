import Glibc

/// An instant of the wall clock, to the nanosecond, as events are stamped.
public struct EventTime: Sendable, Hashable {
    /// Since 1970-01-01 00:00 UTC, leap seconds not counted (POSIX time).
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static func now() -> EventTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return EventTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// RFC 3339, UTC, milliseconds (cut, not rounded): `2026-08-01T12:00:00.123Z`.
    public var text: String {
        let parts = components
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        return "\(digits(date[0], 4))-\(digits(date[1], 2))-\(digits(date[2], 2))T\(timeOfDay)Z"
    }

    /// `12:00:00.123`, UTC.
    public var timeOfDay: String {
        let parts = components
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { digits(Int($0), 2) }.joined(separator: ":")
        return clock + "." + digits(milliseconds, 3)
    }

    private var milliseconds: Int { Int((nanoseconds - seconds * 1_000_000_000) / 1_000_000) }

    /// Rounded down, before 1970 too.
    private var seconds: Int64 {
        nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : (nanoseconds - 999_999_999) / 1_000_000_000
    }

    private var components: tm {
        var parts = tm()
        var time = time_t(seconds)
        gmtime_r(&time, &parts)
        return parts
    }

    private func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
