import Diagnostics
import GRDB

extension SQLiteCatalogue {
    public func facets(_ filter: RunFilter, scope: ReaderScope, limit: Int) async throws(CatalogueError) -> RunFacets {
        try Self.check(limit, 1...Self.longestCount, "runs to divide")
        return try await reading { [limits] db in
            // One more than the limit tells whether there are more; it is not counted in.
            let walked = try RunQuery(filter, scope, limits, db).positions(limit: limit + 1, db)
            return try Self.facets(over: walked.prefix(limit), of: Self.bounded(walked.count, by: limit), scope, db)
        }
    }

    /// - Parameter runs: largest number first.
    static func facets(
        over runs: ArraySlice<Int64>, of count: BoundedCount, _ scope: ReaderScope, _ db: Database
    ) throws -> RunFacets {
        var tally = FacetTally()
        let shown = AccessCondition.shownState(scope)
        let run = try OneRun(
            "run.technique, run.instrument, run.proposal, run.sample, \(shown.sql), run.kind", shown.arguments, db)
        for number in runs { try run.read(number) { tally.add($0) } }
        return try tally.facets(count: count, db)
    }
}

/// Counts by number while rows come; names are asked for once each, at the end.
private struct FacetTally {
    private static let tables = ["technique", "instrument", "proposal", "sample"]
    private var named: [[Int64: Int]] = Array(repeating: [:], count: tables.count)
    private var states: [Int: Int] = [:]
    private var kinds: [String: Int] = [:]

    mutating func add(_ row: ReadRow) {
        for column in Self.tables.indices {
            if let number = row.numberIfAny(Int32(column)) { named[column][number, default: 0] += 1 }
        }
        states[Int(row.number(4)), default: 0] += 1
        kinds[row.text(5) ?? "", default: 0] += 1
    }

    func facets(count: BoundedCount, _ db: Database) throws -> RunFacets {
        var stateCounts: [AccessState: Int] = [:]
        for (state, runs) in states { stateCounts[try RunRows.word(state, at: "facets")] = runs }
        var kindCounts: [RunKind: Int] = [:]
        for (kind, runs) in kinds { kindCounts[try RunRows.word(kind, at: "facets")] = runs }
        return RunFacets(
            techniques: try shares(0, db), instruments: try shares(1, db), proposals: try shares(2, db),
            samples: try shares(3, db),
            states: stateCounts, kinds: kindCounts, count: count)
    }

    /// The commonest first, at most as many as a page can show.
    private func shares(_ column: Int, _ db: Database) throws -> [RunFacets.Share] {
        let commonest = named[column].sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(50)
        let statement = try db.cachedStatement(sql: "SELECT name FROM \(Self.tables[column]) WHERE id = ?")
        return try commonest.map { number, runs in
            guard let name = try String.fetchOne(statement, arguments: [number]) else {
                throw CatalogueError(.damaged, "A run refers to a \(Self.tables[column]) that is not there", got: "\(number)")
            }
            return RunFacets.Share(value: name, runs: runs)
        }
    }
}
