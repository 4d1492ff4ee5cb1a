import Quantities

/// RFC 3339 texts to nanoseconds of UNIX time.
enum RFC3339 {
    static func parse(_ text: String) -> Int64? {
        var rest = Array(text.utf8)[...]
        guard text.utf8.count <= 64,
            let year = digits(4, &rest), skip("-", &rest), let month = digits(2, &rest), skip("-", &rest),
            let day = digits(2, &rest), skip("T", &rest) || skip("t", &rest) || skip(" ", &rest),
            let hour = digits(2, &rest), skip(":", &rest), let minute = digits(2, &rest), skip(":", &rest),
            let second = digits(2, &rest),
            (1...12).contains(month), day >= 1, hour < 24, minute < 60, second <= 60
        else { return nil }
        let days = CivilDate.days(year: year, month: month, day: day)
        guard CivilDate.civil(fromDays: days) == (year, month, day) else { return nil }
        var nanoseconds = 0
        if skip(".", &rest) {
            var count = 0
            while let digit = rest.first, (48...57).contains(digit) {
                if count < 9 { nanoseconds = nanoseconds * 10 + Int(digit - 48) }
                count += 1
                rest.removeFirst()
            }
            guard count > 0 else { return nil }
            while count < 9 {
                nanoseconds *= 10
                count += 1
            }
        }
        guard let offset = zone(&rest), rest.isEmpty else { return nil }
        // A leap second (60) is the second after; UNIX time has no place for it.
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        let (scaled, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (total, more) = scaled.addingReportingOverflow(Int64(nanoseconds))
        return overflow || more ? nil : total
    }

    /// Seconds east of UTC.
    private static func zone(_ rest: inout ArraySlice<UInt8>) -> Int? {
        if skip("Z", &rest) || skip("z", &rest) { return 0 }
        let sign: Int
        if skip("+", &rest) { sign = 1 } else if skip("-", &rest) { sign = -1 } else { return nil }
        guard let hours = digits(2, &rest), skip(":", &rest), let minutes = digits(2, &rest), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 3600 + minutes * 60)
    }

    private static func digits(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int? {
        guard rest.count >= count, rest.prefix(count).allSatisfy({ (48...57).contains($0) }) else { return nil }
        defer { rest.removeFirst(count) }
        return rest.prefix(count).reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    private static func skip(_ letter: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard let first = rest.first, UInt32(first) == letter.value else { return false }
        rest.removeFirst()
        return true
    }
}
