import Foundation
import TestSupport
import Testing

/// F1: an ingest killed at any instant. What a ledger of the dead process holds must come back, bit for bit.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: LedgerView.isAvailable, "\(TestPython.absence)"))
struct KillTests {
    @Test(
        "F1: recover restores every acknowledged frame of an ingest that was killed",
        arguments: [(1, false), (40, false), (97, false), (60, true)])
    func everyAcknowledgedFrameComesBack(frames: Int, whileSealing: Bool) throws {
        let folder = try TemporaryFolder("e2e")
        // A megapixel, fifty a second, as row F1 has it; killed at whatever frame it has got to by then.
        let player = try Player("synthetic:1024x1024:background:distinct=4", ["--frames", "1000", "--rate", "50", "--stamp"])
        let ingest = try Rehearsal.startIngest(from: player.address, in: folder)
        let run = folder.file("runs/lysozyme_1").path
        let known = try LedgerView.wait(for: frames, ofRun: run)
        if whileSealing {
            ingest.signal(SIGTERM)
            usleep(UInt32(frames) * 1000)
        }
        ingest.signal(SIGKILL)
        _ = try ingest.wait()
        let before = try LedgerView.records(ofRun: run).filter { !$0.isMasked }
        #expect(before.count >= known)
        #expect(before.allSatisfy { $0.isIntact })
        // A plain reader opens it already, and sees whole frames only.
        let plain = try HDF5View.frames(run + "/lysozyme_1_data_000001.h5", at: "/entry/data/data")
        #expect(plain.count <= before.count)
        #expect(plain.map(\.stamp) == Array(0..<plain.count))

        let recovered = try FaisceauProgram.run(["recover", run, "--json"])
        #expect(recovered.status == 3 || whileSealing, "\(recovered.standardError)")
        let file = try RunFile(folder: run)
        #expect(file.frames.expected == 1000)
        #expect(file.frames.written == before.count)
        #expect(file.missing_frames == [[before.count, 999]])
        #expect(file.verdict == "partial")
        let after = try LedgerView.records(ofRun: run).filter { !$0.isMasked }
        #expect(after.map(\.sha256) == before.map(\.sha256))
        #expect(after.map(\.frame) == before.map(\.frame))
        let seen = try HDF5View.frames(run + "/lysozyme_1_master.h5")
        #expect(seen.prefix(before.count).map(\.stamp) == Array(0..<before.count))
        #expect(try FaisceauProgram.run(["verify", run, "--decode"]).status == 0)
        // Done once, it stays done.
        let again = try FaisceauProgram.run(["recover", run, "--json"])
        #expect(again.status == 0)
    }

    @Test("F1: a run whose writer lives is not touched")
    func aRunWhoseWriterLivesIsNotTouched() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(FaultySeries.source, FaultySeries.flags(["pause:600"]))
        let ingest = try Rehearsal.startIngest(from: player.address, in: folder)
        let run = folder.file("runs/lysozyme_1").path
        try LedgerView.wait(for: 10, ofRun: run)
        let refused = try FaisceauProgram.run(["recover", run, "--json"])
        #expect(refused.status == 4)
        #expect(!FileManager.default.fileExists(atPath: run + "/run.json"))
        ingest.signal(SIGTERM)
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: player)
        #expect(try recorded.sealed().frames.written == 10)
        #expect(try FaisceauProgram.run(["verify", run, "--decode"]).status == 0)
    }
}
