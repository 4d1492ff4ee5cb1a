import EmbargoClock

/// Paragraphs of at most 76 characters a line. A longer word (an address of the web) stays whole on a line of its own.
struct WrappedText {
    static let width = 76

    private(set) var lines: [String] = []

    var text: String { lines.joined(separator: "\n") + "\n" }

    /// A paragraph, a blank line before it.
    mutating func add(_ paragraph: String) { add(paragraph, first: "", rest: "") }

    /// A list, each entry with a dash.
    mutating func add(list: [String]) {
        for (number, entry) in list.enumerated() { add(entry, first: "- ", rest: "  ", isNewBlock: number == 0) }
    }

    /// Names and values below each other.
    mutating func add(table: [(name: String, value: String)]) {
        let width = table.map(\.name.count).max() ?? 0
        for (number, row) in table.enumerated() {
            let blanks = String(repeating: " ", count: width - row.name.count)
            add(
                row.value, first: "  \(row.name):\(blanks) ", rest: String(repeating: " ", count: width + 4),
                isNewBlock: number == 0)
        }
    }

    /// What somebody wrote, marked as such on every line, so that it is not taken for the facility's words; the end of a long text is cut.
    mutating func add(quotation: String) { add(quotation.oneLine.cut(to: 1500), first: "> ", rest: "> ") }

    private mutating func add(_ paragraph: String, first: String, rest: String, isNewBlock: Bool = true) {
        if isNewBlock, !lines.isEmpty { lines.append("") }
        var line = first
        var isEmpty = true
        for word in paragraph.split(whereSeparator: \.isWhitespace) {
            if !isEmpty, line.count + 1 + word.count > Self.width {
                lines.append(line)
                (line, isEmpty) = (rest, true)
            }
            line += isEmpty ? word : " " + word
            isEmpty = false
        }
        lines.append(line)
    }
}

extension LocalDate {
    /// `2028-05-11 (Thursday)`.
    var withWeekday: String { "\(self) (\(Self.weekdays[weekday]))" }

    /// 0: Sunday.
    var weekday: Int {
        // 1970-01-01 was a Thursday.
        let remainder = (dayNumber + 4) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }

    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}
