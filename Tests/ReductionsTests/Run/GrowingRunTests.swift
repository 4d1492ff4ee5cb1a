import Diagnostics
import Foundation
import Reductions
import RunModel
import TestSupport
import Testing

/// What is still being written has no final result.
@Suite("Runs and files that are not finished")
struct GrowingRunTests {
    private func job(_ input: String, _ folder: TemporaryFolder) throws -> AzimuthalJob {
        AzimuthalJob(
            input: try InputRun(path: input),
            configuration: try AzimuthalConfiguration(yaml: FrameFile.geometry + JobFolder.bins, file: "test.yaml"),
            out: folder.file("out").path, version: "0.1.0")
    }

    /// A folder as it is while frames come: a provisional master over the first data file, `armed.json`, no `run.json`.
    private func recording() throws -> TemporaryFolder {
        let folder = try TemporaryFolder("growing")
        _ = try FrameFile(folder, "a.h5", count: 4)
        _ = try MasterFile(parts: [.init(file: "a.h5", count: 4)]).write(folder, "sample_1_master.h5")
        try folder.write("{}", to: "armed.json")
        return folder
    }

    @Test(arguments: ["", "/sample_1_master.h5", "/a.h5"])
    func aRunThatIsBeingRecordedIsRefusedHoweverItIsNamed(_ name: String) throws {
        let folder = try recording()
        let error = #expect(throws: ReductionError.self) { try job(folder.path + name, folder).run() }
        #expect(error?.code == .inputInvalid)
        #expect(error?.remedy?.contains("--live") == true && error?.remedy?.contains("faisceau recover") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.file("out").path))
    }

    /// `--live` opens it, and so does everything else that only looks.
    @Test func aRunThatIsBeingRecordedCanBeLookedAt() throws {
        let folder = try recording()
        #expect(try FrameStore(path: InputRun(path: folder.path).file).frameCount == 4)
    }

    @Test func aSealedRunKeepsItsArmingAndIsReduced() throws {
        let folder = try recording()
        let first = try TemporaryFolder("sealed")
        let outcome = try job(FrameFile(first, count: 3).path, first).run()
        try FileManager.default.copyItem(atPath: outcome.folder + "/run.json", toPath: folder.file("run.json").path)
        #expect(try job(folder.file("a.h5").path, folder).run().verdict == .complete)
    }

    /// The superblock says how long the file ought to be.
    @Test func aFileThatEndsWithinAChunkIsRefused() throws {
        let folder = try TemporaryFolder("growing")
        let path = try FrameFile(folder, count: 20).path
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.prefix(bytes.count - 100).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: ReductionError.self) { try job(path, folder).run() }
        #expect(error?.code == .inputInvalid && error?.place == path)
        #expect(!FileManager.default.fileExists(atPath: folder.file("out").path))
    }

    /// Cut while the frames are being reduced: the last one is lost, and the others are not.
    @Test func aFileThatIsCutWhileItIsReadLosesTheFramesBehindTheCut() throws {
        let folder = try TemporaryFolder("growing")
        let path = try FrameFile(folder, count: 20).path
        let store = try FrameStore(path: path)
        guard case .chunk(_, let offset, let size, _) = store.place(of: 19) else {
            Issue.record("\(store.place(of: 19))")
            return
        }
        let plan = try AzimuthalPlan(
            try AzimuthalConfiguration(yaml: FrameFile.geometry + JobFolder.bins, file: "test.yaml"), for: store)
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: UInt64(offset + size / 2))
        try handle.close()
        var failed: [Int: String] = [:]
        try AzimuthalReduction(plan: plan, store: store, workers: 1).run(frames: Array(0..<20)) { batch in
            for case (let frame, .failed(let reason)) in batch { failed[frame] = reason }
        }
        #expect(failed[19]?.contains("ends within a chunk") == true, "\(failed)")
        #expect(failed.count == 1)
    }
}
