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
        try other.refused(run: second)
        #expect(outbox.waiting() == [])
        try folder.write("", to: "half/manifest.sha256")
        #expect(outbox.waiting() == [half])
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
