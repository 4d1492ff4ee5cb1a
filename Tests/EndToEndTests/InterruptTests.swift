import Foundation
import TestSupport
import Testing

/// An operator who does not want to wait for the seal.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: LedgerView.isAvailable, "\(TestPython.absence)"))
struct InterruptTests {
    @Test func theSecondInterruptEndsAtOnceAndAcknowledgedFramesAreSafe() throws {
        let folder = try TemporaryFolder("e2e")
        // More frames than will be sent: a stream in full flow is drained for two seconds before the seal, so the second interrupt is in time.
        let player = try Player("synthetic:64x128:rings", ["--frames", "1000000", "--rate", "5000", "--stamp"])
        let ingest = try Rehearsal.startIngest(from: player.address, in: folder)
        let run = folder.file("runs/lysozyme_1").path
        let acknowledged = try LedgerView.wait(for: 100, ofRun: run)
        // Signals of one kind do not queue: one that is sent before the first was taken is the same one.
        while ingest.isRunning {
            ingest.signal(SIGINT)
            usleep(10_000)
        }
        let output = try ingest.wait()
        #expect(output.status == 130)
        #expect(!FileManager.default.fileExists(atPath: run + "/run.json"))
        #expect(!output.standardOutput.contains("sealed"))

        let records = try LedgerView.records(ofRun: run)
        #expect(records.count >= acknowledged)
        #expect(records.map(\.frame) == Array(0..<records.count))
        #expect(records.allSatisfy { $0.isIntact })
        #expect(records.count { $0.isDecoded } >= min(records.count, 200))
        #expect(records.allSatisfy { !$0.isDecoded || $0.stamp == $0.frame })
        // And a plain reader, which sees what was flushed: whole frames.
        let seen = try HDF5View.frames(run + "/lysozyme_1_data_000001.h5", at: "/entry/data/data")
        #expect(seen.count <= records.count)
        #expect(seen.map(\.stamp) == Array(0..<seen.count))
    }
}
