import Foundation
import TestSupport
import Testing

/// The recorder killed at random instants; `make kill-test` does it a thousand times.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py", "hdf5plugin", "cbor2", "zmq", "xxhash"), "\(TestPython.absence)"))
struct RandomKillTests {
    @Test func twentyKillsLoseNoAcknowledgedFrame() throws {
        let program = try #require(FaisceauProgram.path)
        let output = try TestPython.run(
            script: PackageRoot.file("Tests/KillTest/kill_test.py"), [program, "--kills", "20"],
            environment: ["HDF5_USE_FILE_LOCKING": "FALSE"], seconds: 300)
        #expect(output.standardOutput.contains("20 kills"))
        #expect(output.standardOutput.contains("0 rounds with one lost or wrong"), "\(output.standardOutput)")
    }
}

/// `faisceau recover` as its users call it.
@Suite(.enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct RecoverCommandTests {
    /// What recover says to a script.
    private struct Line: Decodable {
        let event: String
        let changed: Bool
        let missing: Int?
        let verdict: String
        let frames: Counts
        let exit_code: Int32
    }

    private static func line(_ output: ChildOutput) throws -> Line {
        try JSONDecoder().decode(Line.self, from: Data(output.standardOutput.utf8))
    }

    @Test func aKilledRunIsRecoveredOnceAndThenLeftAlone() throws {
        let folder = try TemporaryFolder("recover")
        // For longer than two programs need to start anywhere: the recorder is to be alive when recover comes.
        let frames = 12_000
        let player = try Player("synthetic:32x64:rings:distinct=2", ["--frames", "\(frames)", "--rate", "200", "--stamp"])
        let recorder = try Rehearsal.startIngest(from: player.address, ["--name", "cut"], in: folder)
        let run = folder.file("runs/cut").path
        // Until some frames are acknowledged: a record is 64 bytes, and the second page is the first with records.
        let limit = ContinuousClock.now + .seconds(60)
        func acknowledged() -> Int {
            guard let text = try? FaisceauProgram.run(["inspect", run, "--json"]).standardOutput,
                let found = text.firstMatch(of: /"chunks":(\d+)/)
            else { return 0 }
            return Int(found.1) ?? 0
        }
        while acknowledged() < 10, ContinuousClock.now < limit { usleep(5000) }

        let refused = try FaisceauProgram.run(["recover", run, "--json"])
        #expect(refused.status == 4)
        #expect(refused.standardOutput.contains("\"code\":\"writerLives\""))
        kill(recorder.processID, SIGKILL)
        try recorder.wait()
        let promised = acknowledged()
        #expect(promised >= 10)

        let recovered = try FaisceauProgram.run(["recover", run, "--json"])
        #expect(recovered.status == 3)
        let first = try Self.line(recovered)
        #expect(first.event == "recovered" && first.changed && first.verdict == "partial")
        #expect(first.frames.written == promised)
        #expect(first.missing == frames - promised)
        let again = try FaisceauProgram.run(["recover", run, "--json"])
        #expect(again.status == 0)
        #expect(try Self.line(again).event == "sealed")
        #expect(try Self.line(again).changed == false)
        #expect(try FaisceauProgram.run(["verify", run, "--decode"]).status == 0)
    }

    @Test func aFolderThatIsNoRunIsNotRecovered() throws {
        let folder = try TemporaryFolder("none")
        let empty = try FaisceauProgram.run(["recover", folder.path, "--json"])
        #expect(empty.status == 2)
        #expect(empty.standardOutput.contains("nothingToRecover"))
        #expect(try FaisceauProgram.run(["recover", folder.path + "/absent", "--json"]).status == 2)
    }
}
