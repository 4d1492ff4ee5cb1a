import Foundation
import TestSupport
import Testing

/// F9, F10: series without an end, with two, and with frames behind it.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct EndOfSeriesTests {
    @Test("F9: a series without an end is closed after silence, and what came is judged by itself")
    func aSeriesWithoutEndIsClosedAfterSilence() throws {
        let recorded = try FaultySeries.record("no-end", ingest: ["--stall", "1", "--close-after", "15"])
        #expect(recorded.status == 0)
        #expect(try recorded.sealed().frames == Counts(expected: 20, received: 20, written: 20))
        #expect(try recorded.run().ending == "silence")
        let events = recorded.events.map(\.event)
        let alarm = try #require(events.firstIndex { $0.contains("nothing has come for a while") })
        let closed = try #require(events.firstIndex { $0.contains("no end message") })
        #expect(alarm < closed)
        #expect(recorded.events[alarm].level == "warning")
        #expect(recorded.events[closed].level == "error")
    }

    @Test("F9: a detector that dies leaves what came, closed as partial")
    func aDetectorThatDiesLeavesWhatCame() throws {
        let recorded = try FaultySeries.record("kill:10", ingest: ["--close-after", "10"])
        let sealed = try recorded.sealed()
        #expect(recorded.status == 3)
        #expect(sealed.verdict == "partial")
        #expect(sealed.frames == Counts(expected: 20, received: 10, written: 10, lost_detector: 10))
        #expect(try HDF5View.frames(sealed.master).map(\.stamp) == Array(0..<10))
    }

    @Test("F9: the next start closes a series that has no end")
    func theNextStartClosesASeriesWithoutEnd() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(FaultySeries.source, FaultySeries.flags(["fewer:3", "no-end"]) + ["--repeat", "2"])
        let ingest = try ForeverIngest(from: player.address, in: folder)
        try ingest.wait(for: ["lysozyme_1", "lysozyme_2"])
        #expect(try ingest.stop().status == 0)
        let (first, second) = (try ingest.run("lysozyme_1"), try ingest.run("lysozyme_2"))
        #expect(first.ending == "next_start")
        #expect(first.verdict == "partial")
        #expect(first.frames == Counts(expected: 20, received: 17, written: 17, lost_detector: 3))
        #expect(second.verdict == "complete")
        #expect(second.frames == Counts(expected: 20, received: 20, written: 20))
        #expect(ingest.sealed == ["lysozyme_1", "lysozyme_2"])
    }

    @Test("F10: a second end changes nothing, and the next series is intact")
    func aSecondEndChangesNothing() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(FaultySeries.source, FaultySeries.flags(["double-end"]) + ["--repeat", "2"])
        let ingest = try ForeverIngest(from: player.address, in: folder)
        try ingest.wait(for: ["lysozyme_1", "lysozyme_2"])
        #expect(try ingest.stop().status == 0)
        #expect(ingest.sealed == ["lysozyme_1", "lysozyme_2"])
        for name in ingest.sealed {
            #expect(try ingest.run(name).verdict == "complete", "\(name)")
            #expect(try FaisceauProgram.run(["verify", ingest.runsFolder + "/" + name, "--decode"]).status == 0)
        }
    }

    @Test("F10: frames behind the end are kept in a sibling run and counted, and the next series is intact")
    func framesBehindTheEndAreKeptInASibling() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(FaultySeries.source, FaultySeries.flags(["late-frames:2"]) + ["--repeat", "2"])
        let ingest = try ForeverIngest(from: player.address, in: folder)
        try ingest.wait(for: ["lysozyme_1", "lysozyme_2"])
        #expect(try ingest.stop().status == 0)
        #expect(ingest.sealed == ["lysozyme_1", "lysozyme_1_late", "lysozyme_2"])
        #expect(try ingest.run("lysozyme_1").frames == Counts(expected: 20, received: 18, written: 18, lost_detector: 2))
        #expect(try ingest.run("lysozyme_1").missing_frames == [[18, 19]])
        let late = try ingest.run("lysozyme_1_late")
        #expect(late.frames.written == 2)
        #expect(late.notes.contains { $0.contains("lysozyme_1") }, "\(late.notes)")
        let frames = try HDF5View.frames(ingest.runsFolder + "/lysozyme_1_late/lysozyme_1_late_master.h5")
        #expect(frames.compactMap(\.stamp) == [18, 19])
        #expect(try ingest.run("lysozyme_2").verdict == "complete")
    }
}
