import Foundation
import TestSupport
import Testing

/// Detectors, packings and layouts of files: each is read by others as it was calculated.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin", "fabio", "silx", "nexusformat"), "\(TestPython.absence)"))
struct StorageTests {
    /// Records `source`, has it judged by every reader, and gives its frames as h5py sees them.
    static func record(
        _ source: String, frames: Int, playing: [String] = [], ingest: [String] = [], judges: Bool = false
    ) throws -> (Recorded, [HDF5View.Frame]) {
        let recorded = try Rehearsal.record(source, playing: ["--frames", "\(frames)", "--stamp"] + playing, ingest: ingest)
        #expect(recorded.status == 0)
        let sealed = try recorded.sealed()
        #expect(sealed.frames == Counts(expected: frames, received: frames, written: frames))
        let verified = try FaisceauProgram.run(["verify", sealed.run, "--decode"])
        #expect(verified.status == 0, "\(verified.standardOutput)")
        if judges {
            let lines = try Judges.readers(sealed.run, frames: frames)
            #expect(lines.filter { $0.hasPrefix("FAIL") } == [])
            #expect(lines.count { $0.hasPrefix("PASS") } >= 7)
        }
        let seen = try HDF5View.frames(sealed.master)
        #expect(seen.map(\.stamp) == Array(0..<frames))
        return (recorded, seen)
    }

    /// The same photons in every packing: what bitshuffle-LZ4 over Stream V2 gives is what all others must give.
    @Test func everyVersionAndPackingGivesTheSamePixels() throws {
        let (_, reference) = try Self.record("synthetic:96x160:bragg", frames: 4, judges: true)
        #expect(reference.allSatisfy { $0.counts > 0 })
        for (version, encoding) in [
            ("v1", "bslz4"), ("v1", "lz4"), ("v1", "none"), ("v2", "lz4"), ("v2", "none"), ("v2", "bszstd"), ("v2", "zstd"),
        ] {
            let (recorded, frames) = try Self.record(
                "synthetic:96x160:bragg:encoding=\(encoding)", frames: 4, playing: ["--protocol", version],
                judges: version == "v1" && encoding != "bslz4")
            #expect(frames == reference, "\(version) \(encoding)")
            #expect(try recorded.run().verdict == "complete")
        }
    }

    @Test(arguments: [8, 16, 32])
    func everyBitDepthIsKept(bits: Int) throws {
        let (recorded, frames) = try Self.record("synthetic:96x160:rings:bits=\(bits)", frames: 3)
        let types: [String] = try HDF5View.answer(
            "print(json.dumps([str(h5py.File(sys.argv[1])['/entry/data/frames'].dtype)]))", [try recorded.sealed().master])
        #expect(types == ["uint\(bits)"])
        #expect(frames.allSatisfy { $0.counts > 0 })
    }

    @Test func aSeriesIsSplitOverFilesAndReadAsOne() throws {
        let (recorded, frames) = try Self.record(
            "synthetic:96x160:rings", frames: 25, ingest: ["--frames-per-file", "10"], judges: true)
        let data = try recorded.run().dataFiles
        #expect(data.map(\.path) == (1...3).map { "lysozyme_1_data_00000\($0).h5" })
        #expect(data.map(\.first_frame) == [0, 10, 20])
        #expect(data.map(\.frames) == [10, 10, 5])
        #expect(frames.count == 25)
        let linked = try HDF5View.frames(try recorded.sealed().master, at: "/entry/data/data_000002")
        #expect(linked.map(\.stamp) == Array(10..<20))
    }

    @Test func aLostFrameAtTheEdgeOfAFileIsMaskedInItsOwnFile() throws {
        let recorded = try Rehearsal.record(
            "synthetic:96x160:rings", playing: ["--frames", "12", "--stamp", "--fault", "drop:4,5"],
            ingest: ["--frames-per-file", "5"])
        #expect(recorded.status == 3)
        #expect(try recorded.run().dataFiles.map(\.frames) == [5, 5, 2])
        let frames = try HDF5View.frames(try recorded.sealed().master)
        #expect(frames.map(\.stamp) == (0..<12).map { [4, 5].contains($0) ? nil : $0 })
    }

    @Test func allFramesGoIntoASingleFileWhenAsked() throws {
        let (recorded, _) = try Self.record(
            "synthetic:96x160:rings", frames: 25, ingest: ["--single-file", "--frames-per-file", "10"])
        #expect(try recorded.run().dataFiles.map(\.frames) == [25])
    }

    @Test func twoChannelsAreBothReadable() throws {
        let (recorded, low) = try Self.record("synthetic:96x160:rings:channels=2", frames: 5, judges: true)
        let sealed = try recorded.sealed()
        #expect(
            try recorded.run().dataFiles.map(\.path) == ["lysozyme_1_data_000001.h5", "lysozyme_1_threshold_2_data_000001.h5"])
        let high = try HDF5View.frames(sealed.master, at: "/entry/data_threshold_2/frames")
        #expect(high.map(\.stamp) == Array(0..<5))
        // Only higher harmonics count above the second threshold.
        #expect(zip(high, low).allSatisfy { $0.counts < $1.counts })
        let detector = "/entry/instrument/detector"
        let paths = ["\(detector)/threshold_1_channel/threshold_energy", "\(detector)/threshold_2_channel/threshold_energy"]
        let values = try HDF5View.values(sealed.master, paths)
        #expect(paths.map { values[$0]?.number } == [6200, 18_600])
    }
}
