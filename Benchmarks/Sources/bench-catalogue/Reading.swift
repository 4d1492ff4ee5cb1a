import RunCatalogue
import RunModel

/// Lists, searches, pages of files, as the command line and the web pages ask for them.
struct Reading {
    let facility: Facility
    let store: SQLiteCatalogue
    let rounds: Int
    let now: Int64

    /// Runs on a page, and how far a list is counted: as `faisceau catalogue search` does.
    static let page = 50
    static let counted = 10_000
    static let facets = 100_000

    func lists() async throws -> [Row] {
        var rows: [Row] = []
        for reader in ReaderKind.allCases {
            rows.append(try await list(for: reader))
        }
        return rows
    }

    private func list(for reader: ReaderKind) async throws -> Row {
        var questions = Questions(facility)
        let scope = reader.scope(facility, now: now, blocks: questions.own)
        var calls: [(seconds: Double, what: String)] = []
        for round in 0..<rounds {
            for kind in 0..<Questions.filters {
                let filter = try questions.filter(kind)
                let (first, took) = try await timed {
                    try await store.page(filter, scope: scope, after: nil, limit: Self.page, countLimit: Self.counted)
                }
                // The first round reads pages of the file that nobody had read.
                if round > 0 { calls.append((took, "\(kind): \(first.count), \(Self.words(filter))")) }
                guard let next = first.next, round % 3 == 0 else { continue }
                let second = try await timed {
                    try await store.page(filter, scope: scope, after: next, limit: Self.page, countLimit: Self.counted)
                }.seconds
                if round > 0 { calls.append((second, "\(kind): second page, \(Self.words(filter))")) }
            }
        }
        return row("list, \(reader.rawValue)", calls)
    }

    func searches() async throws -> [Row] {
        var rows: [Row] = []
        for reader in ReaderKind.allCases {
            var questions = Questions(facility)
            let scope = reader.scope(facility, now: now, blocks: questions.own)
            var calls: [(seconds: Double, what: String)] = []
            for round in 0..<max(2, rounds / 3) {
                for kind in 0..<Questions.searches {
                    let filter = try questions.search(kind)
                    let (found, took) = try await timed {
                        try await store.pageAndFacets(filter, scope: scope, limit: Self.page, countLimit: Self.counted)
                    }
                    if round > 0 { calls.append((took, "\(kind): \(found.page.count), \(Self.words(filter))")) }
                }
            }
            rows.append(row("search, \(reader.rawValue)", calls))
        }
        return rows
    }

    /// Facets over up to 100,000 runs, as `faisceau catalogue search --facets` divides them.
    func longFacets() async throws -> [Row] {
        var calls: [(seconds: Double, what: String)] = []
        for reader in ReaderKind.allCases {
            let scope = reader.scope(facility, now: now, blocks: Questions(facility).own)
            for filter in [RunFilter(), RunFilter(technique: "MX"), RunFilter(text: Facility.manyWord)] {
                for round in 0..<3 {
                    let (facets, took) = try await timed {
                        try await store.facets(filter, scope: scope, limit: Self.facets)
                    }
                    if round > 0 { calls.append((took, "\(reader.rawValue): \(facets.count), \(Self.words(filter))")) }
                }
            }
        }
        return [row("facets of 100,000 runs", calls)]
    }

    func files() async throws -> [Row] {
        let pid = try facility.pid(-1)
        let scope = ReaderKind.curator.scope(facility, now: now, blocks: [])
        let total = try await store.files(of: pid, scope: scope, from: 0, limit: 1).total
        var rows: [Row] = []
        for (name, position) in [("first", 0), ("middle", total / 2), ("last", max(0, total - 100))] {
            var calls: [(seconds: Double, what: String)] = []
            for call in 0..<max(20, rounds) {
                let (page, took) = try await timed { try await store.files(of: pid, scope: scope, from: position, limit: 100) }
                guard page.files.count == min(100, Int(total)), page.files.first?.position == position else {
                    throw BenchError("the \(name) page of \(total) files has other files")
                }
                if call > 0 { calls.append((took, "from \(position)")) }
            }
            rows.append(row("files, \(name) page of 100 of \(total)", calls))
        }
        // Somewhere: every page is as near as the first.
        var generator = facility.random(10, 0)
        var calls: [(seconds: Double, what: String)] = []
        for _ in 0..<max(20, rounds * 5) {
            let position = Int64.random(in: 0..<max(1, total - 100), using: &generator)
            let took = try await timed { _ = try await store.files(of: pid, scope: scope, from: position, limit: 100) }.seconds
            calls.append((took, "from \(position)"))
        }
        rows.append(row("files, any page of 100 of \(total)", calls))
        return rows
    }

    private func row(_ name: String, _ calls: [(seconds: Double, what: String)]) -> Row {
        var row = Row(name: name)
        row.times = Times(calls.map(\.seconds))
        row.slowest = calls.sorted { $0.seconds > $1.seconds }.prefix(3).map { "\(milliseconds($0.seconds)): \($0.what)" }
        return row
    }

    static func words(_ filter: RunFilter) -> String {
        var words: [String] = []
        for (name, value) in [
            ("technique", filter.technique), ("instrument", filter.instrument), ("proposal", filter.proposal),
            ("session", filter.session), ("sample", filter.sample), ("kind", filter.kind?.rawValue),
            ("state", filter.state?.word),
            ("text", filter.text), ("fragment", filter.fragment),
        ] {
            if let value { words.append("\(name) \(value)") }
        }
        if filter.started != nil { words.append("a month") }
        words += filter.ranges.map { "\($0.key) over \(($0.siRange.upperBound / $0.siRange.lowerBound * 100).rounded() / 100)" }
        return words.isEmpty ? "everything" : words.joined(separator: ", ")
    }
}

func milliseconds(_ seconds: Double) -> String { "\((seconds * 1e5).rounded() / 100) ms" }

struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
