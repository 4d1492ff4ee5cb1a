import Diagnostics
import Foundation
import HDF5
import Reductions
import RunModel
import TestSupport
import Testing

/// What was finished of damaged files is not what the repaired ones would give.
@Suite("A data file that was damaged and is put right")
struct RepairedInputTests {
    private static let master = "series_master.h5"

    /// A run of two data files, six frames and four.
    private func series(_ folder: TemporaryFolder, damage: FrameFile.Damage, hasManifest: Bool) throws {
        _ = try FrameFile(folder, "a.h5", count: 6, seed: 1)
        try writeSecond(folder, damage: damage)
        _ = try MasterFile(
            parts: [.init(file: "a.h5", count: 6), .init(file: "b.h5", number: 2, start: 6, count: 4)], frames: 10
        ).write(folder, Self.master)
        guard hasManifest else { return }
        try folder.write("\(String(repeating: "0a", count: 32))  \(Self.master)\n", to: "manifest.sha256")
    }

    private func writeSecond(_ folder: TemporaryFolder, damage: FrameFile.Damage) throws {
        try? FileManager.default.removeItem(at: folder.file("b.h5"))
        _ = try FrameFile(folder, "b.h5", count: 4, seed: 2) { $0 == 1 ? damage : .none }
    }

    private func job(_ folder: TemporaryFolder, _ yaml: String = "") throws -> AzimuthalJob {
        var job = AzimuthalJob(
            input: try InputRun(path: folder.path),
            configuration: try AzimuthalConfiguration(yaml: FrameFile.geometry + JobFolder.bins + yaml, file: "test.yaml"),
            out: folder.file("out").path, version: "0.1.0")
        job.workers = 1
        job.resumes = true
        return job
    }

    @Test(
        arguments: [
            (FrameFile.Damage.corrupt, false, ""), (.corrupt, true, ""), (.missing, true, ""),
            (.corrupt, true, "frames: {dataset: /entry/data}\n"),
            (.missing, false, "frames: {dataset: /entry/data/data_000002}\n"),
        ])
    func isNotTakenForWhatWasReducedBefore(_ damage: FrameFile.Damage, hasManifest: Bool, yaml: String) throws {
        let folder = try TemporaryFolder("repaired")
        try series(folder, damage: damage, hasManifest: hasManifest)
        #expect(try job(folder, yaml).run().verdict == .partial)
        let identity = try InputRun(path: folder.path).identity
        #expect(try job(folder, yaml).finishedBefore()?.verdict == .partial, "nothing has changed")
        try writeSecond(folder, damage: .none)
        #expect(try InputRun(path: folder.path).identity == identity, "the master file is the same")
        #expect(try job(folder, yaml).finishedBefore() == nil)
        let error = #expect(throws: ReductionError.self) { try job(folder, yaml).run() }
        #expect(error?.code == .outputExists && error?.remedy?.contains("remove the folder") == true)
        try FileManager.default.removeItem(at: folder.file("out"))
        #expect(try job(folder, yaml).run().verdict == .complete)
        #expect(try job(folder, yaml).finishedBefore()?.verdict == .complete)
    }

    @Test func endsAReductionThatWouldGoOnWithIt() throws {
        let folder = try TemporaryFolder("repaired")
        _ = try FrameFile(folder, "a.h5", count: 100, seed: 1)
        try writeSecond(folder, damage: .corrupt)
        let parts = [MasterFile.Part(file: "a.h5", count: 100), .init(file: "b.h5", number: 2, start: 100, count: 4)]
        _ = try MasterFile(parts: parts).write(folder, Self.master)
        #expect(try job(folder).run(isCancelled: { true }).verdict == nil)
        try writeSecond(folder, damage: .none)
        let error = #expect(throws: ReductionFileError.self) { try job(folder).run() }
        #expect(error?.code == .descriptionDiffers)
        #expect(error?.expected?.contains("data files: ") == true, "\(error?.expected ?? "none")")
    }

    @Test func theFilesBehindAVirtualDatasetAreToldEachOnce() throws {
        let folder = try TemporaryFolder("repaired")
        try series(folder, damage: .none, hasManifest: false)
        let found = try FrameDatasetReader(path: folder.file(Self.master).path).files()
        #expect(found == [folder.file("a.h5").path, folder.file("b.h5").path])
    }
}
