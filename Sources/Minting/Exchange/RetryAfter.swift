/// What the header `Retry-After` says (RFC 9110, 10.2.3): a number of seconds, or a date.
///
/// A date is counted from the answer's own `Date`, so that a clock that is wrong here changes nothing.
enum RetryAfter {
    static func read(_ headers: [String: String]) -> Duration? {
        guard let text = headers["retry-after"]?.trimmed else { return nil }
        if let seconds = wholeNumber(text) { return .seconds(seconds) }
        guard let until = seconds(ofDate: text), let now = headers["date"].flatMap({ seconds(ofDate: $0.trimmed) }) else {
            return nil
        }
        return .seconds(max(0, until - now))
    }

    /// Up to ten digits and no sign: centuries, and no overflow.
    private static func wholeNumber(_ text: some StringProtocol) -> Int? {
        (1...10).contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
    }

    private static let months = [
        "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12,
    ]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, as seconds since 1970.
    private static func seconds(ofDate text: String) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = wholeNumber(words[1]), let month = months[String(words[2])],
            words[3].utf8.count == 4, let year = wholeNumber(words[3]), (1...31).contains(day)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { wholeNumber($0) }
        guard clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] <= 60 else { return nil }
        // Days of the civil calendar, years that begin in March.
        let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719_468
        return days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
