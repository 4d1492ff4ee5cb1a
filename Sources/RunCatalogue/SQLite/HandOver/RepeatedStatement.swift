import GRDB
import GRDBSQLite

/// A statement that is run again and again: by a hand-over for each of its files and values, by a sweep for each run that it opens. Its arguments
/// are given to SQLite one by one: a list of them made for every row costs more than the row.
struct RepeatedStatement {
    private let statement: Statement
    private var handle: SQLiteStatement { statement.sqliteStatement }
    private let db: Database

    /// - Parameter sql: its arguments are those of the last use until they are given anew.
    init(_ db: Database, _ sql: String) throws {
        self.db = db
        statement = try db.cachedStatement(sql: sql)
    }

    /// - Parameter arguments: all of them; those that differ from one use to the next are bound again.
    init(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws {
        try self.init(db, sql)
        try statement.setArguments(arguments)
    }

    /// How many there are: the place of the last one.
    var arguments: Int32 { sqlite3_bind_parameter_count(handle) }

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

    func bind(_ place: Int32, _ digest: RecordDigest?) throws {
        // No bytes have no address, which would be a NULL.
        guard let digest, !digest.bytes.isEmpty else { return try check(sqlite3_bind_zeroblob(handle, place, 0)) }
        try digest.bytes.withUnsafeBytes {
            try check(sqlite3_bind_blob(handle, place, $0.baseAddress, Int32($0.count), Self.copied))
        }
    }

    /// Runs what gives no rows back.
    func run() throws {
        let answer = sqlite3_step(handle)
        // The reset tells of the same failure again.
        defer { sqlite3_reset(handle) }
        guard answer == SQLITE_DONE else { throw failure(answer) }
    }

    /// Calls `body` with each row that the statement gives. Nothing that it reads is changed meanwhile.
    func forEach(_ body: (ReadRow) throws -> Void) throws {
        defer { sqlite3_reset(handle) }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: try body(ReadRow(handle: handle))
            case SQLITE_DONE: return
            case let answer: throw failure(answer)
            }
        }
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

/// The row at which a statement stands: columns by their places, from 0, in the types that the (strict) tables say. It is gone with the next one.
struct ReadRow {
    fileprivate let handle: SQLiteStatement

    func number(_ place: Int32) -> Int64 { sqlite3_column_int64(handle, place) }

    func real(_ place: Int32) -> Double { sqlite3_column_double(handle, place) }

    /// Nil for NULL.
    func numberIfAny(_ place: Int32) -> Int64? { sqlite3_column_type(handle, place) == SQLITE_NULL ? nil : number(place) }

    /// Nil for NULL. All of its bytes, also behind a zero: what was digested is what is stored, and not what a reader of C would see of it.
    func text(_ place: Int32) -> String? {
        guard let start = sqlite3_column_text(handle, place) else { return nil }
        return String(
            decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, place))), as: UTF8.self)
    }

    /// Without bytes for NULL.
    func digest(_ place: Int32) -> RecordDigest {
        let start = sqlite3_column_blob(handle, place)
        return RecordDigest(bytes: [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, place)))))
    }
}
