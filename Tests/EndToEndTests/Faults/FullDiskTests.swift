import Foundation
import TestSupport
import Testing

/// F3: disks that are full or may not be written.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: MemoryDisk.canMount, "\(MemoryDisk.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin"), "\(TestPython.absence)"))
struct FullDiskTests {
    @Test func aReadOnlyDiskIsRefusedBeforeReady() throws {
        let recorded = try MemoryDisk.record(mount: "ro", source: "synthetic:32x64:rings", playing: ["--frames", "2"])
        let failed = try recorded.failed()
        #expect(recorded.status == 1)
        #expect(failed.error.what == "nothing can be made in the output folder")
        #expect(failed.error.next?.contains("faisceau doctor --out") == true)
        #expect(!recorded.events.contains { $0.event == "ready" })
    }

    @Test func aDiskWithoutSpaceForAnyRunIsRefusedBeforeReady() throws {
        let recorded = try MemoryDisk.record(mount: "size=8m", source: "synthetic:32x64:rings", playing: ["--frames", "2"])
        #expect(recorded.status == 1)
        #expect(try recorded.failed().error.code == "noSpace")
        #expect(!recorded.events.contains { $0.event == "ready" })
    }

    @Test func aSeriesThatCannotFitIsRefusedBeforeItsFirstFrame() throws {
        let recorded = try MemoryDisk.record(
            mount: "size=24m", source: "synthetic:512x1024:rings", playing: ["--frames", "1000"])
        let failed = try recorded.failed()
        #expect(recorded.status == 1)
        #expect(failed.error.code == "noSpace")
        #expect(failed.error.expected?.contains("1000 frames of 1048576 bytes") == true)
    }

    @Test("F3: a disk that fills up keeps what was acknowledged")
    func aDiskThatFillsUpKeepsWhatWasAcknowledged() throws {
        let recorded = try MemoryDisk.record(
            mount: "size=24m", source: "synthetic:512x1024:rings:encoding=none:distinct=4",
            playing: ["--frames", "40", "--stamp"], ingest: ["--compress", "none", "--name", "full"])
        // Said when it happened, and by the exit status; never by a crash.
        #expect(recorded.events.contains { $0.event.contains("what was acknowledged before is safe") })
        #expect(recorded.events.compactMap(\.reason).contains { $0.contains("No space left on device") })
        // The room for the end of the run was taken before its first frame.
        #expect(recorded.status == 3)
        let kept = recorded.folder.file("kept/full").path
        let data = kept + "/full_data_000001.h5"
        let frames = try HDF5View.frames(data, at: "/entry/data/data")
        #expect(frames.count >= 10 && frames.count < 40)
        #expect(frames.map(\.stamp) == Array(0..<frames.count))
        let inspected = try FaisceauProgram.run(["inspect", kept, "--json"])
        #expect(inspected.standardOutput.contains("\"chunks\":\(frames.count)"))
        let sealed = try recorded.sealed()
        #expect(sealed.verdict == "partial")
        #expect(sealed.frames.written == frames.count)
        #expect(sealed.frames.lost_here == 40 - frames.count)
        let master = try HDF5View.frames(kept + "/full_master.h5")
        #expect(master.map(\.stamp) == frames.map(\.stamp))
    }

    @Test("F3: a full disk is said at once, the process lives, and the next series works when space is freed")
    func theNextSeriesWorksWhenSpaceIsFreed() throws {
        let folder = try TemporaryFolder("disk")
        let source = "synthetic:512x1024:rings:encoding=none:distinct=4"
        let first = try Player(source, ["--frames", "40", "--rate", "40", "--stamp"])
        let session = try MemoryDisk.Session(
            megabytes: 104, filler: 80, from: first.address, ["--compress", "none", "--name", "run_{series}"], in: folder)
        try session.process.waitFor("what was acknowledged before is safe")
        _ = try first.played()
        try session.free()
        let second = try Player(source, ["--frames", "10", "--series", "2", "--stamp"], bind: first.address)
        _ = try second.played()
        try EventLine.wait(for: "sealed", ofRun: "run_2", from: session.process)
        let output = try session.stop()
        #expect(output.status == 0, "\(output.standardError)")

        let events = EventLine.all(in: output.standardError)
        let said = try #require(events.first { $0.event.contains("what was acknowledged before is safe") })
        #expect(said.reason?.contains("No space left on device") == true)
        let records = try LedgerView.records(ofRun: session.kept + "/run_1").filter { !$0.isMasked }
        #expect(records.count >= 10 && records.count < 40)
        #expect(records.allSatisfy { $0.isIntact && $0.stamp == $0.frame })
        // Forty frames a second: the first that was refused came a fortieth of a second after the last that was stored; the rest is for
        // machines that are slow.
        let last = try #require(records.last?.received)
        let delay = try Self.nanoseconds(#require(said.time)) - last
        #expect(delay < 10_000_000_000, "\(delay) ns")

        let run = try RunFile(folder: session.kept + "/run_2")
        #expect(run.verdict == "complete")
        #expect(run.frames == Counts(expected: 10, received: 10, written: 10))
        #expect(try FaisceauProgram.run(["verify", session.kept + "/run_2", "--decode"]).status == 0)
        // Whatever became of the first, it can be brought to an end now.
        if !FileManager.default.fileExists(atPath: session.kept + "/run_1/run.json") {
            #expect(try FaisceauProgram.run(["recover", session.kept + "/run_1", "--json"]).status == 3)
        }
        #expect(try RunFile(folder: session.kept + "/run_1").frames.written == records.count)
    }

    /// Of RFC 3339 in UTC with milliseconds.
    private static func nanoseconds(_ text: String) throws -> Int {
        let time = try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        return Int((time.timeIntervalSince1970 * 1000).rounded()) * 1_000_000
    }
}
