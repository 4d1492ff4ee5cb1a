/// Days and dates of the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms":
/// https://howardhinnant.github.io/date_algorithms.html): years begin in March, so that a leap day is the last.
enum CivilDate {
    /// Days from 1970-01-01.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredDivision(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func civil(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * dayOfYear + 2) / 153
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * fromMarch + 2) / 5 + 1)
    }
}

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

extension Int {
    /// Division that rounds down, also below zero.
    func flooredDivision(by divisor: Int) -> Int {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
