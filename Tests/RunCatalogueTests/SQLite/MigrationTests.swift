import FoundationEssentials
import GRDB
import RunCatalogue
import Testing
import TestSupport

struct MigrationTests {
    private func schema(_ catalogue: SQLiteCatalogue) throws -> [String] {
        try catalogue.pool.read {
            try String.fetchAll($0, sql: "SELECT type || name || coalesce(sql, '') FROM sqlite_master ORDER BY type, name")
        }
    }

    @Test func versionsAreInOrderAndNamedOnce() {
        let names = CatalogueSchema.versions.map(\.name)
        #expect(names == names.sorted())
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: 0..<CatalogueSchema.versions.count)
    func everyEarlierVersionBecomesTheSameAsANewOne(_ version: Int) throws {
        let folder = try TemporaryFolder("catalogue")
        let path = folder.file("old.sqlite").path
        let old = try SQLiteCatalogue(path: path, migrator: CatalogueSchema.migrator(upTo: version))
        try old.close()
        let migrated = try schema(SQLiteCatalogue(path: path))
        let new = try schema(SQLiteCatalogue(path: folder.file("new.sqlite").path))
        #expect(migrated == new)
        #expect(migrated.count > 40)
    }

    @Test func whatWasWrittenInAnEarlierVersionIsStillThere() throws {
        let folder = try TemporaryFolder("catalogue")
        let path = folder.file("old.sqlite").path
        let old = try SQLiteCatalogue(path: path, migrator: CatalogueSchema.migrator(upTo: 1))
        try old.pool.write { try $0.execute(sql: "INSERT INTO tenant (name) VALUES ('soleil')") }
        try old.close()
        let names = try SQLiteCatalogue(path: path).pool.read { try String.fetchAll($0, sql: "SELECT name FROM tenant") }
        #expect(names == ["soleil"])
    }

    /// Of a few tens of openings one is refused, where two switch the log on at once: hence as often as this.
    @Test(arguments: 0..<25) func manyWhoOpenANewCatalogueAtOnceAllGetIt(_ round: Int) async throws {
        let folder = try TemporaryFolder("catalogue")
        let path = folder.file("new.sqlite").path
        try await withThrowingTaskGroup(of: Void.self) { group in
            let migrator = CatalogueSchema.migrator(upTo: round == 0 ? CatalogueSchema.versions.count : 1)
            for _ in 0..<6 { group.addTask { _ = try SQLiteCatalogue(path: path, migrator: migrator) } }
            try await group.waitForAll()
        }
        let journal = try await SQLiteCatalogue(path: path).pool.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(journal == "wal")
    }
}
