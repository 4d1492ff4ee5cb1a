import Diagnostics
import Foundation
import HDF5
import Identifiers
import Reductions
import RunModel
import TestSupport
import Testing

/// A recorder puts a masked frame in the place of each lost one, and says so in `frame_record/valid`: it is there, and no measurement.
@Suite("Lost frames of a run")
struct LostFramesTests {
    private static let lost: Set = [3, 7]

    private func isAbsent(_ place: FrameStore.Place) -> Bool { if case .absent = place { true } else { false } }

    /// A series of two files, six frames and four.
    private func series(_ folder: TemporaryFolder, valid: [Bool]) throws -> String {
        _ = try FrameFile(folder, "a.h5", count: 6, seed: 1)
        _ = try FrameFile(folder, "b.h5", count: 4, seed: 2)
        return try MasterFile(
            parts: [.init(file: "a.h5", count: 6), .init(file: "b.h5", number: 2, start: 6, count: 4)], frames: 10, valid: valid
        ).write(folder)
    }

    private var valid: [Bool] { (0..<10).map { !Self.lost.contains($0) } }

    @Test func areAbsentThoughTheFileHasAChunkForThem() throws {
        let folder = try TemporaryFolder("lost")
        let store = try FrameStore(path: series(folder, valid: valid))
        #expect(store.frameCount == 10)
        #expect((0..<10).filter { isAbsent(store.place(of: $0)) } == Self.lost.sorted())
        let other = try TemporaryFolder("whole")
        let whole = try FrameStore(path: series(other, valid: []))
        #expect((0..<10).allSatisfy { !isAbsent(whole.place(of: $0)) })
    }

    /// A part of the series has numbers of its own.
    @Test func areKnownInADatasetThatIsAPartOfTheSeries() throws {
        let folder = try TemporaryFolder("lost")
        let path = try series(folder, valid: valid)
        let second = try FrameStore(path: path, dataset: "/entry/data/data_000002")
        #expect((0..<4).filter { isAbsent(second.place(of: $0)) } == [1])
        let first = try FrameStore(path: path, dataset: "/entry/data/data_000001")
        #expect((0..<6).filter { isAbsent(first.place(of: $0)) } == [3])
    }

    /// A data file has the masked frames and does not say so.
    @Test func areKnownInADataFileThatIsGivenAlone() throws {
        let folder = try TemporaryFolder("lost")
        let master = try series(folder, valid: valid)
        func lost(_ name: String) throws -> [Int] {
            let store = try FrameStore(path: folder.file(name).path)
            return (0..<store.frameCount).filter { isAbsent(store.place(of: $0)) }
        }
        let before = try lost("b.h5")
        #expect(before == [], "nothing tells of which run it is")
        try summary(of: [("a.h5", 0, 6), ("b.h5", 6, 4)], master: master).write(to: folder.file("run.json"))
        let (first, second) = (try lost("a.h5"), try lost("b.h5"))
        #expect(first == [3] && second == [1])
        try FileManager.default.createSymbolicLink(atPath: folder.path + "-link", withDestinationPath: folder.path)
        defer { try? FileManager.default.removeItem(atPath: folder.path + "-link") }
        let linked = try FrameStore(path: folder.path + "-link/b.h5")
        #expect((0..<4).filter { isAbsent(linked.place(of: $0)) } == [1])
        _ = try FrameFile(folder, "other.h5", count: 4, seed: 3)
        let other = try lost("other.h5")
        #expect(other == [], "the run does not name it")
    }

    private func summary(
        of files: [(name: String, first: Int, count: Int)], master: String, prefix: String? = nil
    ) throws -> Data {
        var generator = SystemRandomNumberGenerator()
        let time = Timestamp(unixNanoseconds: 1_800_000_000_000_000_000)
        return try RunSummary(
            name: "series", pid: .draw(prefix: prefix, using: &generator), verdict: .partial,
            frames: FrameCounts(expected: 10, received: 8, written: 8, lostDetector: 2),
            times: .init(armed: time, sealed: time), master: URL(fileURLWithPath: master).lastPathComponent,
            files: files.map { try FileEntry(path: $0.name, role: .data, bytes: 1, firstFrame: $0.first, frames: $0.count) },
            software: .init(name: "faisceau", version: "0.1.0")
        ).json()
    }

    /// A run that was given a DOI has results that can be given one.
    @Test(arguments: ["10.5072", "21.T11998", nil]) func aResultIsNamedBelowThePrefixOfItsRun(_ prefix: String?) throws {
        let folder = try TemporaryFolder("named")
        let master = try series(folder, valid: [])
        let summary = try summary(of: [("a.h5", 0, 6), ("b.h5", 6, 4)], master: master, prefix: prefix)
        try summary.write(to: folder.file("run.json"))
        var job = AzimuthalJob(
            input: try InputRun(path: folder.path),
            configuration: try AzimuthalConfiguration(yaml: FrameFile.geometry + JobFolder.bins, file: "test.yaml"),
            out: folder.file("out").path, version: "0.1.0")
        job.workers = 1
        let outcome = try job.run()
        let (pid, input) = (try RunIdentifier(outcome.pid), try RunSummary(json: summary).pid)
        #expect(pid.prefix == prefix && pid != input)
        #expect(try ReductionReader(outcome.master).identifier == outcome.pid)
    }

    @Test func aRecordOfOtherFramesIsRefused() throws {
        let folder = try TemporaryFolder("lost")
        let path = try series(folder, valid: [true, false, true])
        let error = #expect(throws: ReductionError.self) { try FrameStore(path: path) }
        #expect(error?.code == .inputInvalid)
        #expect(error?.got == "3 values" && error?.expected == "10, one a frame")
        #expect(error?.place?.hasSuffix("frame_record/valid") == true)
    }

    @Test func areMissingInTheResult() throws {
        let folder = try TemporaryFolder("lost")
        var job = AzimuthalJob(
            input: try InputRun(path: series(folder, valid: valid)),
            configuration: try AzimuthalConfiguration(yaml: FrameFile.geometry + JobFolder.bins, file: "test.yaml"),
            out: folder.file("out").path, version: "0.1.0")
        job.workers = 1
        let outcome = try job.run()
        #expect(outcome.verdict == .partial)
        let result = URL(fileURLWithPath: outcome.folder).appendingPathComponent("run.json")
        let summary = try RunSummary(json: Data(contentsOf: result))
        #expect(summary.missingFrames == [[3, 3], [7, 7]])
        #expect(summary.frames == FrameCounts(expected: 10, received: 8, written: 8, lostDetector: 2))
    }
}
