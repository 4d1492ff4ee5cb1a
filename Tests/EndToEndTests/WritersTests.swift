import Foundation
import TestSupport
import Testing

/// `--writers N` as its users ask for it: the real programs, judged by readers of others.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: LedgerView.isAvailable, "\(TestPython.absence)"))
struct WritersTests {
    private static let source = "synthetic:64x128:rings:distinct=4"

    @Test func threeWritersMakeOneRunThatIsReadAsAnyOther() throws {
        let recorded = try Rehearsal.record(
            Self.source, playing: ["--frames", "110", "--stamp"], ingest: ["--writers", "3", "--frames-per-file", "16"])
        #expect(recorded.status == 0)
        let sealed = try recorded.sealed()
        #expect(sealed.frames == Counts(expected: 110, received: 110, written: 110))
        let data = try recorded.run().dataFiles
        #expect(data.map(\.first_frame) == (0..<7).map { $0 * 16 })
        #expect(data.map(\.frames) == Array(repeating: 16, count: 6) + [14])
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<110))
        let records = try LedgerView.records(ofRun: sealed.run)
        // In each file the frames stand in the order in which they came.
        #expect(records.map(\.frame) == Array(0..<110))
        #expect(records.allSatisfy { $0.isIntact && $0.stamp == $0.frame })
        let verified = try FaisceauProgram.run(["verify", sealed.run, "--decode"])
        #expect(verified.status == 0, "\(verified.standardOutput)")
    }

    @Test(arguments: [
        ([], ["FAISCEAU_WRITERS": "2"], ""), ([], [:], "ingest: {writers: 2}"),
        (["--writers", "2"], ["FAISCEAU_WRITERS": "5"], "ingest: {writers: 4}"),
    ])
    func writersAreAskedForAsAnyOtherSetting(flags: [String], environment: [String: String], yaml: String) throws {
        let recorded = try Rehearsal.record(
            Self.source, playing: ["--frames", "20"], ingest: flags + ["--pool", "64"],
            beamline: Rehearsal.beamline + "\n" + yaml, environment: environment)
        #expect(recorded.status == 0)
        // Half of 64 MiB for two, in frames of 4 KiB at a quarter of their pixels' bytes.
        let line = try #require(
            recorded.output.standardError.split(separator: "\n").first { $0.contains("one for each writer fits") })
        #expect(line.contains(#""writers":"2""#) && line.contains(#""pool_mib":"64""#), "\(line)")
    }

    @Test(arguments: [["--writers", "0"], ["--writers", "17"], ["--writers", "2", "--single-file"]])
    func impossibleNumbersOfWritersAreRefused(flags: [String]) throws {
        let folder = try TemporaryFolder("e2e")
        let output = try FaisceauProgram.run(
            ["ingest", "stream", "--from", RefusalTests.nobody, "--out", folder.path, "--json"] + flags)
        let recorded = Recorded(folder: folder, output: output, player: nil)
        #expect(recorded.status == 1)
        #expect(try recorded.failed().error.where == "--writers")
    }

    @Test("F1: two writers killed in mid-series lose no acknowledged frame", arguments: [20, 75])
    func killedWritersLoseNoAcknowledgedFrame(frames: Int) throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player("synthetic:512x512:background:distinct=4", ["--frames", "1000", "--rate", "100", "--stamp"])
        let ingest = try Rehearsal.startIngest(from: player.address, ["--writers", "2", "--frames-per-file", "16"], in: folder)
        let run = folder.file("runs/lysozyme_1").path
        let known = try LedgerView.wait(for: frames, ofRun: run)
        ingest.signal(SIGKILL)
        _ = try ingest.wait()
        let before = try LedgerView.records(ofRun: run).filter { !$0.isMasked }
        #expect(before.count >= known)
        #expect(before.allSatisfy { $0.isIntact && $0.stamp == $0.frame })

        let recovered = try FaisceauProgram.run(["recover", run, "--json"])
        #expect(recovered.status == 3, "\(recovered.standardError)")
        let file = try RunFile(folder: run)
        #expect(file.frames.expected == 1000)
        #expect(file.frames.written == before.count)
        // One writer may be behind the other: what is missing need not be at the end alone.
        let missing = Set(file.missing_frames.flatMap { Array($0[0]...$0[1]) })
        #expect(missing == Set(0..<1000).subtracting(before.map(\.frame)))
        let after = try LedgerView.records(ofRun: run).filter { !$0.isMasked }
        #expect(Set(before.map(\.sha256)).isSubset(of: after.map(\.sha256)))
        #expect(after.map(\.frame) == before.map(\.frame))
        let seen = try HDF5View.frames(run + "/lysozyme_1_master.h5")
        #expect(before.allSatisfy { seen[$0.frame].stamp == $0.frame })
        #expect(try FaisceauProgram.run(["verify", run, "--decode"]).status == 0)
    }
}
