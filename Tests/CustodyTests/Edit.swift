import Custody
import GRDB
import RunCatalogue
import TestCatalogue

extension SQLiteCatalogue {
    /// As someone with the file and another program would.
    func edit(_ sql: String) throws {
        try pool.writeWithoutTransaction { try $0.execute(sql: sql) }
    }
}

extension TestCustodian {
    /// As someone with the file and another program would, whatever the rows refer to.
    func edit(_ sql: String) throws {
        try store.edit("PRAGMA foreign_keys = OFF; \(sql); PRAGMA foreign_keys = ON")
    }

    /// Every text of every table.
    func texts() throws -> [String] {
        try store.pool.read { db in
            let tables = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
            return try tables.flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \"\(table)\"").flatMap { row in
                    row.databaseValues.compactMap { String.fromDatabaseValue($0) }
                }
            }
        }
    }

    func session() async throws -> SessionRecord {
        try await store.session(Self.session, tenant: custodian.rules.tenant)
    }

    func actor(_ name: String) async throws -> Actor {
        .account(try await store.account(name, tenant: custodian.rules.tenant))
    }
}
