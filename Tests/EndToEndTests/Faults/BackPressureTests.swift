import Foundation
import TestSupport
import Testing

/// F4, F5: an ingest that falls behind, and a detector that buffers only so much.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: LedgerView.isAvailable, "\(TestPython.absence)"))
struct BackPressureTests {
    /// Half a mebibyte a frame, so that the system's own buffers hold only a few.
    static let source = "synthetic:512x512:background:distinct=2:encoding=none"

    @Test("F4: an ingest that stands still for a while loses nothing, in bounded memory")
    func anIngestThatStandsStillLosesNothing() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(Self.source, ["--frames", "300", "--stamp", "--fault", "no-end"])
        let ingest = try Rehearsal.startIngest(from: player.address, ["--pool", "64", "--compress", "none"], in: folder)
        let run = folder.file("runs/lysozyme_1").path
        try ingest.waitFor("first frame")
        ingest.signal(SIGSTOP)
        // What the player cannot hand over it keeps: whether it waits one second or ten changes nothing.
        usleep(1_500_000)
        ingest.signal(SIGCONT)
        try LedgerView.wait(for: 300, ofRun: run)
        let memory = try ingest.highestMemory()
        ingest.signal(SIGTERM)
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: player)
        #expect(recorded.status == 0)
        let sealed = try recorded.sealed()
        #expect(sealed.frames == Counts(expected: 300, received: 300, written: 300))
        #expect(memory < (64 + 200) << 20, "\(memory >> 20) MiB")
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<300))
    }

    @Test("F5: what a detector dropped at its high-water mark and what was recorded are together what it exposed, each by number")
    func droppedAndRecordedAreWhatWasExposed() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(
            Self.source, ["--frames", "500", "--rate", "25", "--stamp", "--high-water-mark", "10"])
        let ingest = try Rehearsal.startIngest(from: player.address, ["--compress", "none"], in: folder)
        // Twenty seconds of frames: the signal comes among them on any machine.
        try ingest.waitFor("first frame")
        ingest.signal(SIGSTOP)
        try player.process.waitFor("\"event\":\"dropping\"")
        ingest.signal(SIGCONT)
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: player)
        let played = try player.played()
        let sealed = try recorded.sealed()
        #expect(recorded.status == 3)
        #expect(played.dropped > 0)
        #expect(played.frames + played.dropped == 500)
        #expect(sealed.frames.written == played.frames)
        #expect(sealed.frames.written + sealed.frames.lost_detector == 500)
        #expect(try recorded.run().missing_frames == played.dropped_frames)
        let missing = Set(played.dropped_frames.flatMap { Array($0[0]...$0[1]) })
        let stamps = try HDF5View.frames(sealed.master).map(\.stamp)
        #expect(stamps == (0..<stamps.count).map { missing.contains($0) ? nil : $0 })
    }
}
