/// How mutants ended, by what was done to them: a run in which nothing gets past the first byte shows here.
struct Tally {
    private var counts: [String: [String: Int]] = [:]

    mutating func count(_ outcome: String, of kind: String) { counts[kind, default: [:]][outcome, default: 0] += 1 }

    var total: Int { counts.values.reduce(0) { $0 + $1.values.reduce(0, +) } }

    func total(of outcome: String) -> Int { counts.values.reduce(0) { $0 + ($1[outcome] ?? 0) } }

    /// A row a kind, a column an outcome, the most frequent first, and their sums.
    func table(title: String) -> String {
        let outcomes = Set(counts.values.flatMap(\.keys)).sorted { (total(of: $0), $1) > (total(of: $1), $0) }
        let widths = outcomes.map { max($0.count, 10) }
        func row(_ name: String, _ cells: [String]) -> String {
            let padded = zip(cells, widths).map { String(repeating: " ", count: max(0, $1 - $0.count)) + $0 }
            return ([name + String(repeating: " ", count: max(0, 24 - name.count))] + padded).joined(separator: "  ")
        }
        var lines = [row(title, outcomes)]
        for kind in counts.keys.sorted() { lines.append(row(kind, outcomes.map { "\(counts[kind]?[$0] ?? 0)" })) }
        lines.append(row("all \(total)", outcomes.map { "\(total(of: $0))" }))
        return lines.joined(separator: "\n")
    }
}
