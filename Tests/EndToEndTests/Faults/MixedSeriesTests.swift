import Foundation
import TestSupport
import Testing

/// F11: frames of a series that nobody announced, or of two at once: each in its series, or refused with a reason.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct MixedSeriesTests {
    @Test("F11: strays are not mixed in, and counted", arguments: ["v1", "v2"])
    func straysAreNotMixedIn(version: String) throws {
        let recorded = try Rehearsal.record(
            "synthetic:64x128:rings", playing: ["--protocol", version] + FaultySeries.flags(["stray:3"]))
        let sealed = try recorded.sealed()
        #expect(recorded.status == 0)
        #expect(sealed.frames == Counts(expected: 20, received: 20, written: 20))
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<20))
        #expect(try recorded.run().notes.contains { $0.hasPrefix("3 frame(s) of other series") })
        #expect(try FileManager.default.contentsOfDirectory(atPath: recorded.folder.file("runs").path) == ["lysozyme_1"])
    }

    @Test("F11: a series without a start is refused with the reason, and the next one is recorded")
    func aSeriesWithoutStartIsRefused() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(FaultySeries.source, FaultySeries.flags(["no-start"]) + ["--repeat", "2"])
        let ingest = try ForeverIngest(from: player.address, in: folder)
        try ingest.wait(for: ["lysozyme_2"])
        let output = try ingest.stop()
        #expect(output.status == 0)
        #expect(output.standardError.contains("start"), "\(output.standardError)")
        #expect(output.standardError.contains("was ingest started before arming?"))
        #expect(try ingest.run("lysozyme_2").frames == Counts(expected: 20, received: 20, written: 20))
        #expect(try FileManager.default.contentsOfDirectory(atPath: ingest.runsFolder) == ["lysozyme_2"])
    }

    @Test("F11: two series at once are both kept, and never mixed", arguments: ["v1", "v2"])
    func twoSeriesAtOnceAreNeverMixed(version: String) throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(
            "synthetic:64x128:rings", ["--protocol", version] + FaultySeries.flags(["two-series"]) + ["--repeat", "2"])
        let ingest = try ForeverIngest(from: player.address, in: folder)
        // The second series of the same player closes whatever of the first two was still open.
        try ingest.wait(for: ["lysozyme_1", "lysozyme_1001", "lysozyme_2"])
        #expect(try ingest.stop().status == 0)
        #expect(try ingest.run("lysozyme_2").verdict == "complete")
        #expect(try ingest.run("lysozyme_1001").frames == Counts(expected: 20, received: 20, written: 20))
        let first = ingest.sealed.filter { $0 == "lysozyme_1" || $0.hasPrefix("lysozyme_1_") }
        // Once each, wherever they lie.
        var stamps: [Int] = []
        for name in first {
            stamps += try HDF5View.frames("\(ingest.runsFolder)/\(name)/\(name)_master.h5").compactMap(\.stamp)
            #expect(try FaisceauProgram.run(["verify", ingest.runsFolder + "/" + name, "--decode"]).status == 0)
        }
        #expect(stamps.sorted() == Array(0..<20), "\(first)")
    }
}
