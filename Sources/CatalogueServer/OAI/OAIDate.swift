import EmbargoClock

/// Dates of the protocol: days or seconds of UTC (section 3.3).
enum OAIDate {
    /// - Returns: the first and the last second that the text names.
    static func seconds(_ text: String) -> ClosedRange<Int64>? {
        switch text.utf8.count {
        case 10:
            guard let first = try? Instant(text + "T00:00:00Z").secondsSince1970 else { return nil }
            return first...(first + 86_399)
        case 20:
            guard let second = try? Instant(text).secondsSince1970 else { return nil }
            return second...second
        default: return nil
        }
    }

    static func text(_ seconds: Int64) -> String {
        let (milliseconds, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflows, let instant = try? Instant(millisecondsSince1970: milliseconds) else { return "\(Instant.earliest)" }
        return "\(instant)"
    }
}
