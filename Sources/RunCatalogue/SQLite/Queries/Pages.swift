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
        return try await reading { [limits] db in
            if cursor == nil,
                let (query, walked) = try FirstLook.positions(filter, scope, limit: limit, countLimit: countLimit, limits, db)
            {
                return try Self.page(of: walked, query, scope, after: nil, limit: limit, countLimit: 0, db)
            }
            let query = try RunQuery(filter, scope, limits, db)
            let walked = try query.positions(limit: max(countLimit, limit) + 1, db)
            return try Self.page(of: walked, query, scope, after: cursor, limit: limit, countLimit: countLimit, db)
        }
    }

    public func pageAndFacets(
        _ filter: RunFilter, scope: ReaderScope, limit: Int, countLimit: Int
    ) async throws(CatalogueError) -> (page: RunPage, facets: RunFacets) {
        try Self.check(limit, 1...Self.longestPage, "runs on a page")
        try Self.check(countLimit, 1...Self.longestCount, "runs to count to")
        return try await reading { [limits] db in
            let query = try RunQuery(filter, scope, limits, db)
            let walked = try query.positions(limit: max(countLimit, limit) + 1, db)
            let page = try Self.page(of: walked, query, scope, after: nil, limit: limit, countLimit: countLimit, db)
            let facets = try Self.facets(
                over: walked.prefix(countLimit), of: Self.bounded(walked.count, by: countLimit), scope, db)
            return (page, facets)
        }
    }

    /// - Parameter walked: the list from its beginning, as far as it is counted and one more: a page is most often a part of it.
    private static func page(
        of walked: [Int64], _ query: RunQuery, _ scope: ReaderScope, after cursor: RunCursor?, limit: Int, countLimit: Int,
        _ db: Database
    ) throws -> RunPage {
        var positions = Array(walked.drop { $0 >= cursor?.position ?? .max }.prefix(limit + 1))
        if positions.count <= limit, walked.count > max(countLimit, limit), let cursor {
            positions = try query.positions(below: cursor.position, limit: limit + 1, db)
        }
        let hasMore = positions.count > limit
        if hasMore { positions.removeLast() }
        let isWhole = cursor == nil && !hasMore
        let columns = RunRows.columns(for: scope, query.access)
        let statement = try db.cachedStatement(sql: "SELECT \(columns.sql) FROM run WHERE id = ?")
        let runs = try positions.map { position in
            guard let row = try Row.fetchOne(statement, arguments: columns.arguments + [position]) else {
                throw CatalogueError(.damaged, "An index of the catalogue names a run that is not there", got: "\(position)")
            }
            return try RunRows.record(row)
        }
        return RunPage(
            runs: runs, next: hasMore ? positions.last.map(RunCursor.init(position:)) : nil,
            count: isWhole ? .exactly(runs.count) : bounded(walked.count, by: countLimit))
    }

    /// How a list is walked, in SQLite's words: of the tests, which say by which index.
    package func plan(_ filter: RunFilter, scope: ReaderScope) async throws(CatalogueError) -> [String] {
        try await reading { [limits] db in
            try RunQuery(filter, scope, limits, db).walks(below: nil, db).flatMap { walk in
                try Row.fetchAll(db.cachedStatement(sql: "EXPLAIN QUERY PLAN \(walk.part.sql)"), arguments: walk.part.arguments)
                    .map {
                        $0["detail"]
                    }
            }
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
