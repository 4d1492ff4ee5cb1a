import Custody
import GRDB
import RunCatalogue

extension SQLiteCatalogue {
    /// As someone with the file and another program would.
    public func edit(_ sql: String) throws {
        try pool.writeWithoutTransaction { try $0.execute(sql: sql) }
    }
}

extension SQLiteCatalogue {
    /// Rows as texts, as another program reads the file; NULL is empty.
    package func texts(_ sql: String) throws -> [[String]] {
        try pool.read { db in
            try Row.fetchAll(db, sql: sql).map { row in row.databaseValues.map { String.fromDatabaseValue($0) ?? "\($0)" } }
        }
    }
}

extension TestCustodian {
    /// As someone with the file and another program would, whatever the rows refer to.
    public func edit(_ sql: String) throws {
        try store.edit("PRAGMA foreign_keys = OFF; \(sql); PRAGMA foreign_keys = ON")
    }
}
