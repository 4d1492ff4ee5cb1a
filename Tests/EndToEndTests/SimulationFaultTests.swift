import Foundation
import TestSupport
import Testing

/// What goes wrong on the wire, and how the run tells it. Twenty stamped frames of a small detector each.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct SimulationFaultTests {
    static let source = "synthetic:64x128:rings:detail=all"

    static func record(_ faults: String..., ingest: [String] = []) throws -> Recorded {
        try Rehearsal.record(
            source, playing: ["--frames", "20", "--stamp"] + faults.flatMap { ["--fault", $0] }, ingest: ingest)
    }

    @Test func droppedFramesAreNamedMaskedAndFlagged() throws {
        let recorded = try Self.record("drop:3,17")
        let sealed = try recorded.sealed()
        let run = try recorded.run()
        #expect(recorded.status == 3)
        #expect(sealed.verdict == "partial")
        #expect(sealed.frames == Counts(expected: 20, received: 18, written: 18, lost_detector: 2))
        #expect(run.missing_frames == [[3, 3], [17, 17]])
        let frames = try HDF5View.frames(sealed.master)
        #expect(frames.map(\.stamp) == (0..<20).map { [3, 17].contains($0) ? nil : $0 })
        #expect([frames[3], frames[17]].allSatisfy { $0.counts == 0 && $0.smallest == 65_535 })
        let record = "/entry/instrument/detector/frame_record"
        let paths = ["\(record)/valid", "\(record)/missing", "\(record)/missing_count", "/entry/instrument/detector/start_time"]
        let values = try HDF5View.values(sealed.master, paths)
        #expect(values[paths[0]]?.numbers == (0..<20).map { [3, 17].contains($0) ? 0 : 1 })
        #expect(values[paths[1]]?.numbers == [3, 17])
        #expect(values[paths[2]]?.number == 2)
        #expect(values[paths[3]]?.numbers?.enumerated().filter { $0.element == nil }.map(\.offset) == [3, 17])
    }

    /// A fault of frame 4 whose payload or description is wrong.
    @Test(arguments: [
        ("truncate:4", "ends within one of its blocks"), ("corrupt:4", "ends within one of its blocks"),
        ("shape:4", "32 x 128"), ("dtype:4", "uint32"), ("nohdr12:4", "announces another frame size"),
        ("bomb:4", "1000000000000000 bytes"),
    ])
    func aDamagedFrameIsInvalidAndTheOthersAreWhole(fault: String, reason: String) throws {
        let recorded = try Self.record(fault)
        let sealed = try recorded.sealed()
        let run = try recorded.run()
        #expect(recorded.status == 3)
        #expect(sealed.frames == Counts(expected: 20, received: 20, written: 19, invalid: 1))
        #expect(run.invalid_frames.map(\.frame) == [4])
        #expect(run.invalid_frames.first?.reason.contains(reason) == true, "\(run.invalid_frames.first?.reason ?? "none")")
        let frames = try HDF5View.frames(sealed.master)
        #expect(frames.map(\.stamp) == (0..<20).map { $0 == 4 ? nil : $0 })
        #expect(frames[4].smallest == 65_535)
    }

    @Test(arguments: [
        ("dup:5", Counts(expected: 20, received: 20, written: 20, duplicate: 1)),
        ("dup-differs:5", Counts(expected: 20, received: 20, written: 20, duplicate: 1)),
        ("reorder:6", Counts(expected: 20, received: 20, written: 20, reordered: 1)),
        ("stray:2", Counts(expected: 20, received: 20, written: 20)),
        ("indef:4", Counts(expected: 20, received: 20, written: 20)),
        ("deep:4", Counts(expected: 20, received: 20, written: 20)),
        ("pickle:4", Counts(expected: 20, received: 20, written: 20)),
        ("evil-name", Counts(expected: 20, received: 20, written: 20)),
    ])
    func aSeriesThatHasEveryFrameIsCompleteWhateverElseCame(fault: String, counts: Counts) throws {
        let recorded = try Self.record(fault)
        let sealed = try recorded.sealed()
        #expect(recorded.status == 0)
        #expect(sealed.verdict == "complete")
        #expect(sealed.frames == counts)
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<20))
        // The name that the detector gives is heard, and stays one name inside the folder.
        let name = fault == "evil-name" ? "evil" : "lysozyme_1"
        #expect(try FileManager.default.contentsOfDirectory(atPath: recorded.folder.file("runs").path) == [name])
    }

    @Test func moreFramesThanAnnouncedAreAllStored() throws {
        let recorded = try Self.record("more:3")
        let sealed = try recorded.sealed()
        #expect(recorded.status == 0)
        #expect(sealed.frames == Counts(expected: 20, received: 23, written: 23))
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<23))
    }

    @Test func fewerFramesThanAnnouncedAreAPartialRun() throws {
        let recorded = try Self.record("fewer:3")
        let sealed = try recorded.sealed()
        #expect(recorded.status == 3)
        #expect(sealed.frames == Counts(expected: 20, received: 17, written: 17, lost_detector: 3))
        #expect(try recorded.run().missing_frames == [[17, 19]])
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<17))
    }

    @Test func theMasterCountsMissingFramesAsRunJSONDoes() throws {
        let recorded = try Self.record("fewer:3", "drop:2")
        let path = "/entry/instrument/detector/frame_record/missing_count"
        #expect(try recorded.run().missing_frames == [[2, 2], [17, 19]])
        let missing = try HDF5View.values(try recorded.sealed().master, [path])[path]?.number
        #expect(missing == 4)
    }

    @Test func aSeriesWithoutEndIsClosedAfterSilence() throws {
        let recorded = try Self.record("no-end", ingest: ["--close-after", "2"])
        #expect(recorded.status == 0)
        #expect(try recorded.sealed().frames == Counts(expected: 20, received: 20, written: 20))
        #expect(try recorded.run().ending == "silence")
        #expect(recorded.events.contains { $0.level == "error" && $0.event.contains("no end message") })
    }

    @Test func aDetectorThatDiesLeavesWhatCame() throws {
        let recorded = try Self.record("kill:10", ingest: ["--close-after", "2"])
        let sealed = try recorded.sealed()
        #expect(recorded.status == 3)
        #expect(sealed.frames == Counts(expected: 20, received: 10, written: 10, lost_detector: 10))
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<10))
    }

    @Test(.enabled(if: TestPython.isAvailable("cbor2"), "\(TestPython.absence)"))
    func anUnknownEncodingIsRefusedByName() throws {
        let folder = try TemporaryFolder("e2e")
        let fixture = Fixtures.url("streams/eiger2-16m").path
        // The one image of the recording, with the name of its compression changed: no frame can be stored.
        let (process, address) = try OtherSources.push(
            """
            [[open("\(fixture)/start.cbor", "rb").read()],
                [open("\(fixture)/image.cbor", "rb").read().replace(b"bslz4", b"blosc")],
                [open("\(fixture)/end.cbor", "rb").read()]]
            """)
        let output = try Rehearsal.startIngest(from: address, in: folder).wait()
        let recorded = Recorded(folder: folder, output: output, player: nil)
        withExtendedLifetime(process) {}
        #expect(recorded.status == 3)
        #expect(try recorded.sealed().verdict == "failed")
        #expect(try recorded.sealed().frames.written == 0)
        let said = recorded.events.compactMap(\.reason).first { $0.contains("blosc") }
        #expect(said?.contains("expected bslz4, lz4, bszstd or zstd") == true)
        // Who opens the run later must find the reason too.
        let run = try recorded.run()
        #expect((run.notes + run.invalid_frames.map(\.reason)).contains { $0.contains("blosc") }, "\(run.notes)")
    }
}
