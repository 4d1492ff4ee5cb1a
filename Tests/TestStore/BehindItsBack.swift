import GRDB
import RunCatalogue
import TestSupport

/// What somebody does who has the database, and another program than ours.
extension CatalogueStore {
    /// - Parameter sql: statements of the schema, which every database has alike.
    public func edit(_ sql: String) throws {
        try sqlite.pool.writeWithoutTransaction { try $0.execute(sql: sql) }
    }

    /// Rows as texts; NULL is empty.
    public func texts(_ sql: String) throws -> [[String]] {
        try sqlite.pool.read { db in
            try Row.fetchAll(db, sql: sql).map { row in row.databaseValues.map { String.fromDatabaseValue($0) ?? "\($0)" } }
        }
    }

    /// Every text of every table.
    public func everyText() throws -> [String] {
        try sqlite.pool.read { db in
            let tables = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
            return try tables.flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \"\(table)\"").flatMap { row in
                    row.databaseValues.compactMap { String.fromDatabaseValue($0) }
                }
            }
        }
    }

    /// Of tests of that database alone.
    package var sqlite: SQLiteCatalogue {
        get throws {
            guard let store = self as? SQLiteCatalogue else {
                throw ChildFailure(description: "This test looks into a catalogue that is no file of SQLite")
            }
            return store
        }
    }
}
