import ChunkFile
import Foundation
import RunPipeline
import TestFileSystems
import TestSupport
import Testing

struct HandOverOutboxTests {
    private func sealed(_ name: String, in folder: TemporaryFolder, manifest: Bool = true) throws -> String {
        let run = folder.file(name).path
        try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
        try folder.write("{}", to: "\(name)/run.json")
        if manifest { try folder.write("", to: "\(name)/manifest.sha256") }
        return run
    }

    @Test func onlySealedRunsWaitAndEachUntilItIsDone() throws {
        let folder = try TemporaryFolder("outbox")
        let outbox = HandOverOutbox(outputFolder: folder.url.path, fileSystem: LocalFileSystem())
        #expect(outbox.waiting() == [])
        try outbox.prepare()
        try outbox.prepare()
        let armed = folder.file("armed").path
        try outbox.put(run: armed)
        let half = try sealed("half", in: folder, manifest: false)
        try outbox.put(run: half)
        let (first, second) = (try sealed("a", in: folder), try sealed("b", in: folder))
        for run in [second, first, first] { try outbox.put(run: run) }
        #expect(outbox.waiting() == [first, second])
        // Another process sees the same.
        let other = HandOverOutbox(outputFolder: folder.url.path, fileSystem: LocalFileSystem())
        try other.done(run: first)
        try other.refused(run: second, saying: "malformed\nrun.json")
        #expect(outbox.waiting() == [])
        try folder.write("", to: "half/manifest.sha256")
        #expect(outbox.waiting() == [half])
    }

    /// With what the catalogue said, until a person lets it go again.
    @Test func whatWasRefusedIsKeptWithItsReason() throws {
        let folder = try TemporaryFolder("outbox")
        let outbox = HandOverOutbox(outputFolder: folder.url.path, fileSystem: LocalFileSystem())
        try outbox.prepare()
        let run = try sealed("a", in: folder)
        let armed = folder.file("b").path
        for one in [run, armed] { try outbox.put(run: one) }
        try outbox.refused(run: run, saying: "malformed\nrun.json")
        typealias Entry = HandOverOutbox.Entry
        #expect(
            outbox.entries() == [
                Entry(run: run, standing: .refused("malformed\nrun.json")), Entry(run: armed, standing: .notSealed),
            ])
        #expect(outbox.waiting() == [])
        try outbox.retry(run: run)
        #expect(outbox.entries().first == Entry(run: run, standing: .waiting))
        // As earlier versions left it.
        try folder.write(run + "\n", to: ".faisceau/outbox/a.run.refused")
        try outbox.done(run: run)
        #expect(outbox.entries().first == Entry(run: run, standing: .refused("")))
    }

    @Test func whatAKilledWriterLeftIsWrittenAnew() throws {
        let folder = try TemporaryFolder("outbox")
        let outbox = HandOverOutbox(outputFolder: folder.url.path, fileSystem: LocalFileSystem())
        try outbox.prepare()
        let run = try sealed("a", in: folder)
        try Data("hal".utf8).write(to: URL(fileURLWithPath: outbox.folder + "/a.run.part"))
        #expect(outbox.waiting() == [])
        try outbox.put(run: run)
        #expect(outbox.waiting() == [run])
    }
}
