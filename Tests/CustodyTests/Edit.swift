import GRDB
import RunCatalogue

extension SQLiteCatalogue {
    /// As someone with the file and another program would.
    func edit(_ sql: String) throws {
        try pool.writeWithoutTransaction { try $0.execute(sql: sql) }
    }
}
