import GRDB
import GRDBSQLite

/// A page alone, without a count, is often full after some hundred runs of a walk: for it a quarter of a million values of a range are not
/// gathered, nor all runs of a technique to sift those with a word. Whether it is, shows when it is tried: where the look has taken its steps
/// and found too little, it is given up, and the question goes the way of all others.
enum FirstLook {
    /// - Returns: nil where another way is to be gone.
    static func positions(
        _ filter: RunFilter, _ scope: ReaderScope, limit: Int, countLimit: Int, _ limits: QueryLimits, _ db: Database
    ) throws -> (query: RunQuery, walked: [Int64])? {
        let isSifted =
            !filter.ranges.isEmpty
            || (filter.text ?? filter.fragment) != nil && (filter.technique ?? filter.instrument) != nil
        guard countLimit == 0, isSifted, limits.stepsOfALook > 0 else { return nil }
        var asking = limits
        // Values are asked of each run that is met.
        asking.worthGathering = 0
        return try within(limits.stepsOfALook, db) {
            let query = try RunQuery(filter, scope, asking, db)
            return (query, try query.positions(limit: limit + 1, db))
        }
    }

    /// Gives up after so many steps of SQLite's machine (https://www.sqlite.org/c3ref/progress_handler.html).
    static func within<Value>(_ steps: Int, _ db: Database, _ body: () throws -> Value) throws -> Value? {
        let budget = Budget(steps / Int(Budget.stepsAtOnce))
        sqlite3_progress_handler(
            db.sqliteConnection, Budget.stepsAtOnce,
            { budget in
                guard let budget else { return 0 }
                return Unmanaged<Budget>.fromOpaque(budget).takeUnretainedValue().spend() ? 0 : 1
            }, Unmanaged.passUnretained(budget).toOpaque())
        defer { sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil) }
        do { return try body() } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            // Somebody else's interrupt: the request was given up.
            guard budget.isSpent else { throw error }
            return nil
        }
    }

    private final class Budget {
        static let stepsAtOnce: Int32 = 1000
        private var left: Int
        private(set) var isSpent = false

        init(_ times: Int) { left = times }

        /// - Returns: whether to go on.
        func spend() -> Bool {
            left -= 1
            isSpent = left < 0
            return !isSpent
        }
    }
}
