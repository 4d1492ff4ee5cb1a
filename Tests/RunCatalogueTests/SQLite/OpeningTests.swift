import Diagnostics
import Foundation
import GRDB
import RunCatalogue
import TestSupport
import TestStore
import Testing

struct OpeningTests {
    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func theFileAndTheLogsBesideItAreTheCustodiansAlone() async throws {
        let catalogue = try TemporaryCatalogue()
        _ = try await catalogue.store.handOver(SampleRuns.run(1))
        for suffix in ["", "-wal", "-shm"] {
            let found = try mode(catalogue.path + suffix)
            #expect(found == 0o600, "\(suffix)")
        }
    }

    @Test func commitsAreOnDiskAndReferencesAreChecked() async throws {
        let catalogue = try TemporaryCatalogue()
        let settings = try await catalogue.store.sqlite.pool.writeWithoutTransaction { db in
            try ["synchronous", "foreign_keys", "journal_mode", "busy_timeout"].map {
                try String.fetchOne(db, sql: "PRAGMA \($0)")
            }
        }
        #expect(settings == ["2", "1", "wal", "10000"])
        let error = #expect(throws: DatabaseError.self) {
            try catalogue.store.sqlite.pool.write { try $0.execute(sql: "INSERT INTO team (tenant, name) VALUES (99, 'x')") }
        }
        #expect(error?.resultCode == .SQLITE_CONSTRAINT)
    }

    @Test func aFileThatOthersMayReadIsRefused() async throws {
        let catalogue = try TemporaryCatalogue()
        try catalogue.store.close()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: catalogue.path)
        let error = await failure { try SQLiteCatalogue(path: catalogue.path) }
        #expect(error?.code == .modeTooOpen)
        #expect(error?.got == "mode 0644")
    }

    @Test(arguments: ["hello\n", String(repeating: "no database here ", count: 100)])
    func whatIsNoDatabaseIsRefusedAndLeftAsItIs(_ text: String) async throws {
        let folder = try TemporaryFolder("catalogue")
        let file = try folder.write(text, to: "notes.txt")
        chmod(file.path, 0o600)
        let error = await failure { try SQLiteCatalogue(path: file.path) }
        #expect(error?.code == .notACatalogue)
        let left = try String(contentsOf: file, encoding: .utf8)
        #expect(left == text)
    }

    @Test func theDatabaseOfAnotherProgramIsRefused() async throws {
        let folder = try TemporaryFolder("catalogue")
        let path = folder.file("other.sqlite").path
        let other = try DatabaseQueue(path: path)
        try await other.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA application_id = 77; CREATE TABLE theirs (a)")
        }
        try other.close()
        chmod(path, 0o600)
        let error = await failure { try SQLiteCatalogue(path: path) }
        #expect(error?.code == .notACatalogue)
        #expect(error?.got == "application 77")
    }

    @Test func aNewerCatalogueIsRefusedAndLeftAsItIs() async throws {
        let catalogue = try TemporaryCatalogue()
        try catalogue.edit("INSERT INTO grdb_migrations VALUES ('999 of a later year')")
        let error = await failure { try SQLiteCatalogue(path: catalogue.path) }
        #expect(error?.code == .newerSchema)
    }

    @Test func aFolderThatIsNotThereIsSaidInTheSystemsWords() async throws {
        let error = await failure { try SQLiteCatalogue(path: "/nowhere/at/all/catalogue.sqlite") }
        #expect(error?.code == .storage)
        #expect(error?.got == "No such file or directory")
    }
}
