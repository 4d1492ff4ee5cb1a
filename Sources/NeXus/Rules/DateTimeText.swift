/// Dates and times as NX_DATE_TIME writes them: ISO 8601, `2026-11-21T05:31:14.250Z`, a zone as `Z` or `+01:00`, or none.
enum DateTimeText {
    static func isValid(_ text: String) -> Bool {
        var rest = Substring(text)
        guard let year = number(4, &rest), year > 0, take("-", &rest), let month = number(2, &rest), (1...12).contains(month),
            take("-", &rest), let day = number(2, &rest), (1...days(of: month, year)).contains(day)
        else { return false }
        if rest.isEmpty { return true }
        guard take("T", &rest) || take(" ", &rest), let hour = number(2, &rest), hour < 24, take(":", &rest),
            let minute = number(2, &rest), minute < 60
        else { return false }
        if take(":", &rest) {
            guard let second = number(2, &rest), second <= 60 else { return false }
            if take(".", &rest) || take(",", &rest) {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                guard !digits.isEmpty else { return false }
                rest = rest.dropFirst(digits.count)
            }
        }
        if rest.isEmpty || rest == "Z" { return true }
        guard take("+", &rest) || take("-", &rest), let hours = number(2, &rest), hours < 15 else { return false }
        if rest.isEmpty { return true }
        _ = take(":", &rest)
        guard let minutes = number(2, &rest), minutes < 60 else { return false }
        return rest.isEmpty
    }

    private static func days(of month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func number(_ digits: Int, _ rest: inout Substring) -> Int? {
        let head = rest.utf8.prefix(digits)
        guard head.count == digits, head.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest = rest.dropFirst(digits)
        return head.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func take(_ mark: Character, _ rest: inout Substring) -> Bool {
        guard rest.first == mark else { return false }
        rest.removeFirst()
        return true
    }
}
