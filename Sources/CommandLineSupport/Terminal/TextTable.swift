import Diagnostics

/// Rows of a list, in columns that fit the terminal: the last column that may shrink gives way first, and a shortened text ends with an ellipsis.
public struct TextTable {
    public struct Column {
        let title: String
        let isNumber: Bool
        /// Below this it does not shrink.
        let least: Int

        public init(_ title: String, isNumber: Bool = false, least: Int? = nil) {
            self.title = title
            self.isNumber = isNumber
            self.least = least ?? (isNumber ? .max : max(8, title.count))
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    public init(_ columns: [Column]) { self.columns = columns }

    /// Texts in the order of the columns; missing ones are empty. Control characters become blanks.
    public mutating func add(_ row: [String]) {
        rows.append(columns.indices.map { $0 < row.count ? row[$0].printable : "" })
    }

    /// The lines, the titles first; nil for a width means as wide as needed (a file, a pipe).
    public func lines(width: Int?) -> [String] {
        var widths = columns.indices.map { index in
            max(columns[index].title.count, rows.map { $0[index].count }.max() ?? 0)
        }
        if let width {
            var surplus = widths.reduce(0, +) + 2 * (columns.count - 1) - width
            while surplus > 0 {
                let shrinkable = columns.indices.filter { widths[$0] > columns[$0].least }
                guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
                widths[widest] -= 1
                surplus -= 1
            }
        }
        return ([columns.map(\.title)] + rows).map { row in
            let cells = row.indices.map { fitted(row[$0], to: widths[$0], isNumber: columns[$0].isNumber) }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }
    }

    private func fitted(_ text: String, to width: Int, isNumber: Bool) -> String {
        guard text.count <= width else { return text.prefix(max(0, width - 1)) + "…" }
        let blanks = String(repeating: " ", count: width - text.count)
        return isNumber ? blanks + text : text + blanks
    }
}
