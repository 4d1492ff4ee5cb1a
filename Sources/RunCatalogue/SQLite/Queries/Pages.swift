import Diagnostics
import GRDB

extension SQLiteCatalogue {
    /// What one answer may hold.
    static let longestPage = 1000
    static let longestCount = 100_000

    public func page(
        _ filter: RunFilter, scope: ReaderScope, after cursor: RunCursor?, limit: Int, countLimit: Int
    ) async throws(CatalogueError) -> RunPage {
        try Self.check(limit, 1...Self.longestPage, "runs on a page")
        try Self.check(countLimit, 0...Self.longestCount, "runs to count to")
        return try await reading { db in
            let query = try RunQuery(filter, scope, db)
            guard !query.findsNothing else { return RunPage(runs: [], next: nil, count: .exactly(0)) }
            var positions = try Self.positions(query, below: cursor?.position, limit: limit + 1, db)
            let hasMore = positions.count > limit
            if hasMore { positions.removeLast() }
            let count: BoundedCount =
                cursor == nil && !hasMore
                ? .exactly(positions.count)
                : Self.bounded(try Self.count(query, limit: countLimit + 1, db), by: countLimit)
            let columns = RunRows.columns(for: scope, query.access)
            let statement = try db.cachedStatement(sql: "SELECT \(columns.sql) FROM run WHERE id = ?")
            let runs = try positions.map { position in
                guard let row = try Row.fetchOne(statement, arguments: columns.arguments + [position]) else {
                    throw CatalogueError(.damaged, "An index of the catalogue names a run that is not there", got: "\(position)")
                }
                return try RunRows.record(row)
            }
            return RunPage(runs: runs, next: hasMore ? positions.last.map(RunCursor.init(position:)) : nil, count: count)
        }
    }

    static func positions(_ query: RunQuery, below position: Int64?, limit: Int, _ db: Database) throws -> [Int64] {
        let part = query.statement(below: position, limit: limit)
        return try Int64.fetchAll(db.cachedStatement(sql: part.sql), arguments: part.arguments)
    }

    private static func count(_ query: RunQuery, limit: Int, _ db: Database) throws -> Int {
        let part = query.statement(below: nil, limit: limit)
        let statement = try db.cachedStatement(sql: "SELECT count(*) FROM (\(part.sql))")
        return try Int.fetchOne(statement, arguments: part.arguments) ?? 0
    }

    /// How a list is walked, in SQLite's words: of the tests, which say by which index.
    package func plan(_ filter: RunFilter, scope: ReaderScope) async throws(CatalogueError) -> [String] {
        try await reading { db in
            let part = try RunQuery(filter, scope, db).statement(below: nil, limit: 51)
            return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(part.sql)", arguments: part.arguments).map { $0["detail"] }
        }
    }

    static func bounded(_ count: Int, by limit: Int) -> BoundedCount { count > limit ? .atLeast(limit) : .exactly(count) }

    static func check(_ number: Int, _ range: ClosedRange<Int>, _ what: String) throws(CatalogueError) {
        guard range.contains(number) else {
            throw CatalogueError(
                .badRequest, "Not a number of \(what)", got: "\(number)", expected: "\(range.lowerBound) to \(range.upperBound)")
        }
    }
}
