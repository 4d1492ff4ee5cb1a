import GRDB
import GRDBSQLite

/// A statement that a hand-over runs for each of its files and values. Its arguments are given to SQLite one by one: a list of them made for
/// every row costs more than the row.
struct RepeatedStatement {
    private let statement: Statement
    private var handle: SQLiteStatement { statement.sqliteStatement }
    private let db: Database

    /// - Parameter sql: writes, and gives no rows back. Its arguments are those of the last use until they are given anew.
    init(_ db: Database, _ sql: String) throws {
        self.db = db
        statement = try db.cachedStatement(sql: sql)
    }

    /// SQLite copies a text: it may be gone when the statement runs.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    func bind(_ place: Int32, _ number: Int64?) throws {
        guard let number else { return try check(sqlite3_bind_null(handle, place)) }
        try check(sqlite3_bind_int64(handle, place, number))
    }

    func bind(_ place: Int32, _ number: Double?) throws {
        guard let number else { return try check(sqlite3_bind_null(handle, place)) }
        try check(sqlite3_bind_double(handle, place, number))
    }

    func bind(_ place: Int32, _ text: String?) throws {
        guard var text else { return try check(sqlite3_bind_null(handle, place)) }
        try text.withUTF8 { bytes in
            try bytes.withMemoryRebound(to: CChar.self) {
                // An empty text has no address, which would be a NULL.
                guard let start = $0.baseAddress else { return try check(sqlite3_bind_text(handle, place, "", 0, Self.copied)) }
                try check(sqlite3_bind_text(handle, place, start, Int32($0.count), Self.copied))
            }
        }
    }

    func run() throws {
        let answer = sqlite3_step(handle)
        // The reset tells of the same failure again.
        defer { sqlite3_reset(handle) }
        guard answer == SQLITE_DONE else { throw failure(answer) }
    }

    private func check(_ answer: Int32) throws {
        guard answer == SQLITE_OK else { throw failure(answer) }
    }

    private func failure(_ answer: Int32) -> DatabaseError {
        let said = db.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) }
        let code = db.sqliteConnection.map(sqlite3_extended_errcode) ?? answer
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: said)
    }
}
