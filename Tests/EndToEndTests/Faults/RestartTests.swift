import Foundation
import TestSupport
import Testing

/// F16, F17: detectors that restart or fall silent, and an ingest that never needs to.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: LedgerView.isAvailable, "\(TestPython.absence)"))
struct RestartTests {
    @Test("F16: a detector killed and started ten times is ten series, with nothing lost of what it sent and no restart of ours")
    func aDetectorThatRestartsIsASeriesEachTime() throws {
        let folder = try TemporaryFolder("e2e")
        let first = try Player(FaultySeries.source, FaultySeries.flags(["pause:600"]) + ["--series", "1"])
        let ingest = try ForeverIngest(from: first.address, in: folder)
        var player = first
        for series in 1...10 {
            if series > 1 {
                let faults = series < 10 ? ["pause:600"] : []
                player = try Player(
                    FaultySeries.source, FaultySeries.flags(faults) + ["--series", "\(series)"], bind: first.address)
            }
            guard series < 10 else { break }
            try LedgerView.wait(for: 10, ofRun: ingest.runsFolder + "/lysozyme_\(series)")
            player.process.signal(SIGKILL)
            try player.process.wait()
        }
        let names = (1...10).map { "lysozyme_\($0)" }
        try ingest.wait(for: names)
        #expect(try ingest.stop().status == 0)
        withExtendedLifetime(player) {}
        #expect(ingest.sealed == names.sorted())
        for series in 1...9 {
            let run = try ingest.run("lysozyme_\(series)")
            #expect(run.frames == Counts(expected: 20, received: 10, written: 10, lost_detector: 10), "series \(series)")
            #expect(run.ending == "next_start")
        }
        #expect(try ingest.run("lysozyme_10").verdict == "complete")
        let frames = try HDF5View.frames(ingest.runsFolder + "/lysozyme_5/lysozyme_5_master.h5")
        #expect(frames.map(\.stamp) == Array(0..<10))
    }

    @Test("F17: silence is said within the limit, and the series goes on when frames come again")
    func silenceIsSaidAndTheSeriesGoesOn() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(FaultySeries.source, FaultySeries.flags(["pause:12"]))
        let ingest = try Rehearsal.startIngest(from: player.address, ["--stall", "5"], in: folder)
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: player)
        #expect(recorded.status == 0)
        #expect(try recorded.sealed().frames == Counts(expected: 20, received: 20, written: 20))
        let events = recorded.events.map(\.event)
        #expect(events.count { $0.contains("nothing has come for a while") } == 1)
        #expect(try recorded.run().ending == "end_message")
    }
}
