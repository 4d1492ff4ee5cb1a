import Foundation
import TestSupport
import Testing

/// When ingest says that the detector may be armed, and how it ends when it is told to.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct ReadinessTests {
    /// Waits until the growing run holds so many frames, as `inspect` sees it from outside.
    static func wait(for frames: Int, in folder: TemporaryFolder) throws {
        let run = folder.file("runs/lysozyme_1").path
        let limit = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < limit {
            let output = try FaisceauProgram.run(["inspect", run, "--json"])
            if output.standardOutput.contains("\"chunks\":\(frames)") {
                #expect(output.standardOutput.contains("\"state\":\"recording\""))
                return
            }
            usleep(50_000)
        }
        throw ChildFailure(description: "\(frames) frames did not come")
    }

    @Test func readyIsSaidAndWrittenBeforeTheFirstFrame() throws {
        let folder = try TemporaryFolder("e2e")
        let readyFile = folder.file("ready")
        let player = try Player("synthetic:32x64:rings", ["--frames", "2", "--fault", "no-end"])
        let ingest = try Rehearsal.startIngest(from: player.address, ["--ready-file", readyFile.path], in: folder)
        try ingest.waitFor("\"event\":\"ready\"")
        #expect(try String(contentsOf: readyFile, encoding: .utf8) == "ready\n")
        try Self.wait(for: 2, in: folder)
        ingest.signal(SIGTERM)
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: player)
        #expect(!FileManager.default.fileExists(atPath: readyFile.path))
        let events = recorded.events.map(\.event)
        let ready = try #require(events.firstIndex(of: "ready"))
        let armed = try #require(events.firstIndex(of: "armed"))
        let first = try #require(events.firstIndex(of: "first frame"))
        #expect(ready < armed && armed < first)
        #expect(recorded.events[ready].from == player.address)
        #expect(recorded.events[ready].out == folder.file("runs").path)
        #expect(recorded.status == 0)
    }

    @Test func nothingIsReadyBeforeTheDetectorIsThere() throws {
        let folder = try TemporaryFolder("e2e")
        let readyFile = folder.file("ready")
        let ingest = try Rehearsal.startIngest(
            from: RefusalTests.nobody, ["--ready-file", readyFile.path, "--connect-timeout", "1"], in: folder)
        #expect(try ingest.wait().status == 1)
        #expect(!FileManager.default.fileExists(atPath: readyFile.path))
    }

    @Test func terminationSealsWhatHasCome() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player("synthetic:32x64:rings", ["--frames", "20", "--rate", "200", "--fault", "pause:600"])
        let ingest = try Rehearsal.startIngest(from: player.address, in: folder)
        try Self.wait(for: 10, in: folder)
        ingest.signal(SIGTERM)
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: player)
        let sealed = try recorded.sealed()
        #expect(recorded.status == 3)
        #expect(sealed.verdict == "partial")
        #expect(sealed.frames == Counts(expected: 20, received: 10, written: 10, lost_detector: 10))
        #expect(try recorded.run().ending == "stopped")
        #expect(try recorded.run().missing_frames == [[10, 19]])
        #expect(try FaisceauProgram.run(["verify", sealed.run, "--decode"]).status == 0)
    }

    @Test func terminationAfterTheLastFrameIsComplete() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player("synthetic:32x64:rings", ["--frames", "5", "--fault", "no-end"])
        let ingest = try Rehearsal.startIngest(from: player.address, in: folder)
        try Self.wait(for: 5, in: folder)
        ingest.signal(SIGTERM)
        let recorded = Recorded(folder: folder, output: try ingest.wait(), player: player)
        #expect(recorded.status == 0)
        #expect(try recorded.sealed().frames == Counts(expected: 5, received: 5, written: 5))
        #expect(try recorded.run().ending == "stopped")
    }

    @Test func terminationBeforeASeriesLeavesNoRun() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player("synthetic:32x64:rings", ["--frames", "5", "--fault", "no-start", "--fault", "no-end"])
        let ingest = try Rehearsal.startIngest(from: player.address, in: folder)
        try ingest.waitFor("start message was not seen")
        ingest.signal(SIGTERM)
        let output = try ingest.wait()
        // Nothing was asked of it that it did not do: the operator ended the wait.
        #expect(output.status == 0)
        #expect(output.standardOutput.contains("\"event\":\"stopped\""))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("runs").path) == [])
    }
}
