import Custody
import GRDB
import RunCatalogue
import TestCatalogue

extension TestCustodian {
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
