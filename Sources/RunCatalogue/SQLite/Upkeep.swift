import Diagnostics
import GRDB
import Glibc

extension SQLiteCatalogue {
    public func checkIntegrity() async throws(CatalogueError) {
        try await reading { db in
            let said = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)")
            guard said == ["ok"] else { throw Self.damaged(said.joined(separator: "; ")) }
            let references = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(20).map {
                "\($0[0] as String) row \(($0[1] as Int64?).map { "\($0)" } ?? "?") refers to nothing in \($0[2] as String)"
            }
            guard references.isEmpty else { throw Self.damaged(references.joined(separator: "; ")) }
            for (table, other, sql) in try TenantPaths(db).agreements() {
                if let row = try Int64.fetchOne(db, sql: sql) {
                    throw Self.damaged("a row of \(table) refers to row \(row) of \(other), which is another institution's")
                }
            }
            if let finding = try NumberIndex.finding(db) { throw Self.damaged(finding) }
        }
        // A check of the search index is an insertion of a command; rank 1 compares with the texts it was made from.
        try await writing { db in
            for table in ["words", "fragments"] {
                do {
                    try db.execute(sql: "INSERT INTO \(table) (\(table), rank) VALUES ('integrity-check', 1)")
                } catch { throw Self.damaged("the search index '\(table)' does not fit the texts: \(error)") }
            }
        }
    }

    private static func damaged(_ findings: String) -> CatalogueError {
        CatalogueError(
            .damaged, "The catalogue is damaged", got: findings, expected: "a sound database",
            remedy: "Stop its users, and restore the last backup")
    }

    public func backUp(to path: String) async throws(CatalogueError) {
        guard try CatalogueFile.prepareCopy(path) else {
            throw CatalogueError(.storage, "A file of this name exists already", at: path, remedy: "Name another one")
        }
        do {
            var configuration = Configuration()
            // The copy is one file, without a log beside it: it can be moved with plain tools.
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let copy = try DatabaseQueue(path: path, configuration: configuration)
            let source = pool
            // Within one snapshot of a reader: writers go on, and the copy is of one instant.
            try await source.read { from in
                try copy.writeWithoutTransaction { try from.backup(to: $0) }
            }
            try await copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        } catch {
            unlink(path)
            throw catalogueError(error, at: path)
        }
    }

    public func examine(copy path: String) async throws(CatalogueError) {
        let copy = try SQLiteCatalogue(path: path)
        do throws(CatalogueError) { try await copy.checkIntegrity() } catch {
            try? copy.close()
            throw error
        }
        try copy.close()
        do {
            let file = try DatabaseQueue(path: path)
            try await file.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try file.close()
        } catch { throw CatalogueError(.storage, "The copy's log cannot be written back", at: path, cause: error) }
        unlink(path + MigrationLock.ending)
    }

    public func writeBack() async throws(CatalogueError) {
        do { _ = try await pool.writeWithoutTransaction { try $0.checkpoint(.passive) } } catch {
            throw catalogueError(error, at: path)
        }
    }

    /// Refreshes what the planner knows of the tables, as far as it is out of date, and writes the log back into the file.
    public func tidy() async throws(CatalogueError) {
        do {
            try await pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA optimize")
                _ = try db.checkpoint(.passive)
            }
        } catch { throw catalogueError(error, at: path) }
    }
}
