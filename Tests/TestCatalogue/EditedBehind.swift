import Custody
import GRDB
import RunCatalogue

extension SQLiteCatalogue {
    /// As someone with the file and another program would.
    public func edit(_ sql: String) throws {
        try pool.writeWithoutTransaction { try $0.execute(sql: sql) }
    }
}

extension TestCustodian {
    /// As someone with the file and another program would, whatever the rows refer to.
    public func edit(_ sql: String) throws {
        try store.edit("PRAGMA foreign_keys = OFF; \(sql); PRAGMA foreign_keys = ON")
    }
}
