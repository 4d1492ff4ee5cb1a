import Diagnostics
import Foundation
import GRDB
import RunCatalogue
import Testing
import TestStore
import TestSupport

struct UpkeepTests {
    @Test func aSoundCatalogueIsSound() async throws {
        let catalogue = try TemporaryCatalogue()
        _ = try await catalogue.store.handOver(batch: (0..<20).map { try SampleRuns.run($0) })
        try await catalogue.store.checkIntegrity()
        try await catalogue.store.sqlite.tidy()
        try await catalogue.store.checkIntegrity()
    }

    @Test(arguments: [
        ("DELETE FROM team", "refers to nothing in team"), ("UPDATE run_text SET labels = 'else'", "search index"),
    ])
    func whatDoesNotFitIsFound(_ edit: String, _ finding: String) async throws {
        let catalogue = try TemporaryCatalogue()
        _ = try await catalogue.store.handOver(SampleRuns.run(1))
        try catalogue.edit(edit)
        let error = await failure { try await catalogue.store.checkIntegrity() }
        #expect(error?.code == .damaged)
        #expect(error?.got?.contains(finding) == true, "\(error?.description ?? "no error")")
    }

    @Test func pagesThatAreOverwrittenAreFound() async throws {
        let catalogue = try TemporaryCatalogue()
        _ = try await catalogue.store.handOver(batch: (0..<200).map { try SampleRuns.run($0) })
        try catalogue.store.close()
        // Without the log, which would mend them.
        let damaged = catalogue.folder.file("damaged.sqlite")
        try FileManager.default.copyItem(atPath: catalogue.path, toPath: damaged.path)
        let handle = try FileHandle(forUpdating: damaged)
        let size = try handle.seekToEnd()
        try #require(size > 100 * 4096)
        for page in stride(from: UInt64(40 * 4096), to: size - 4096, by: 7 * 4096) {
            try handle.seek(toOffset: page + 200)
            try handle.write(contentsOf: Data(repeating: 0xA5, count: 2000))
        }
        try handle.close()
        let error = await failure { try await SQLiteCatalogue(path: damaged.path).checkIntegrity() }
        #expect(error?.code == .damaged)
    }

    @Test func aBackupMadeWhileOthersWriteIsOfOneInstantAndCanBeRestored() async throws {
        let catalogue = try TemporaryCatalogue()
        _ = try await catalogue.store.handOver(batch: (0..<100).map { try SampleRuns.run($0) })
        let copy = catalogue.folder.file("backup.sqlite").path
        let store = catalogue.store
        async let more: Void = {
            for number in 100..<160 { _ = try await store.handOver(SampleRuns.run(number)) }
        }()
        try await store.backUp(to: copy)
        try await more

        let mode = try #require(FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int)
        #expect(mode == 0o600)
        // The drill: the catalogue is lost, the copy is put in its place, everything is there and holds, and work goes on.
        let restored = try SQLiteCatalogue(path: copy)
        try await restored.checkIntegrity()
        let page = try await restored.page(RunFilter(), scope: SampleRuns.everything, after: nil, limit: 200, countLimit: 1000)
        #expect((100...160).contains(page.runs.count))
        let expected = (0..<page.runs.count).reversed().map { "lysozyme_\($0)" }
        #expect(page.runs.map(\.name) == expected)
        for run in page.runs { try await restored.verifyHistory(of: run.pid, tenant: SampleRuns.tenant) }
        let next = try await restored.handOver(SampleRuns.run(500))
        #expect(next.change == Int64(page.runs.count) + 1)
        let again = await failure { try await store.backUp(to: copy) }
        #expect(again?.code == .storage)
    }
}
