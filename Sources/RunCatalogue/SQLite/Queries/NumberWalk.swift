import GRDB
import GRDBSQLite

/// The numbers that a statement gives in its first column, one after the other. A row made of each would cost several times what SQLite needs to
/// find it, and a search meets some hundred thousand.
struct NumberWalk: ~Copyable {
    private let statement: Statement
    private let db: Database

    init(_ part: AccessCondition.Part, _ db: Database) throws {
        let statement = try db.cachedStatement(sql: part.sql)
        try statement.setArguments(part.arguments)
        (self.statement, self.db) = (statement, db)
    }

    /// Nil after the last one.
    func next() throws -> Int64? {
        switch sqlite3_step(statement.sqliteStatement) {
        case SQLITE_ROW: return sqlite3_column_int64(statement.sqliteStatement, 0)
        case SQLITE_DONE: return nil
        // An interrupt is one of these: the request was given up.
        case let answer:
            throw DatabaseError(
                resultCode: ResultCode(rawValue: db.sqliteConnection.map(sqlite3_extended_errcode) ?? answer),
                message: db.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) })
        }
    }

    /// All of them, if there are no more than `most`.
    static func all(_ part: AccessCondition.Part, most: Int, _ db: Database) throws -> [Int64]? {
        let walk = try NumberWalk(part, db)
        var numbers: [Int64] = []
        while let number = try walk.next() {
            guard numbers.count < most else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    deinit { sqlite3_reset(statement.sqliteStatement) }
}
