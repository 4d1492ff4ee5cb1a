import Foundation
import Glibc
import TestSupport
import Testing

/// An ingest under a service manager: what is left behind, what is waited for, what is told.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct ServiceTests {
    /// Commands that take longer than any test, and say their niceness and process.
    private static func hook(_ folder: TemporaryFolder) -> String {
        "nice >> \(folder.file("nice").path); echo $$ >> \(folder.file("hooks").path); exec sleep 500 > /dev/null 2>&1"
    }

    private static func lines(_ file: URL) -> [String] {
        ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    private static func endHooks(_ folder: TemporaryFolder) {
        for process in lines(folder.file("hooks")).compactMap(pid_t.init) { kill(-process, SIGKILL) }
    }

    /// Says SIGTERM until the process has ended: the first ends the recording, one of the next the waiting.
    private static func terminate(_ process: ChildProcess) throws -> ChildOutput {
        let limit = ContinuousClock.now + .seconds(60)
        while process.isRunning, ContinuousClock.now < limit {
            process.signal(SIGTERM)
            usleep(100_000)
        }
        return try process.wait(seconds: 1)
    }

    @Test func aSignalAfterTheSealEndsTheWaitingForCommands() throws {
        let folder = try TemporaryFolder("e2e")
        defer { Self.endHooks(folder) }
        let player = try Player("synthetic:32x64:rings", ["--frames", "3"])
        let ingest = try Rehearsal.startIngest(from: player.address, ["--on-seal", Self.hook(folder)], in: folder)
        try ForeverTests.wait(for: folder.file("hooks").path, while: ingest)
        let output = try Self.terminate(ingest)
        #expect(output.status == 0)
        #expect(output.standardError.contains("on-seal commands are left to themselves"))
        #expect(output.standardOutput.contains(#""event":"sealed""#))
    }

    @Test func runsWithoutTheirCommandAreNamed() throws {
        let folder = try TemporaryFolder("e2e")
        defer { Self.endHooks(folder) }
        let port = try LoopbackPort()
        let ingest = try Rehearsal.startIngest(from: port.address, ["--forever", "--on-seal", Self.hook(folder)], in: folder)
        for series in 1...3 {
            _ = try ForeverTests.play(series, at: port).wait()
            try ForeverTests.wait(for: folder.file("runs/lysozyme_\(series)/manifest.sha256").path, while: ingest)
        }
        let output = try Self.terminate(ingest)
        #expect(output.status == 0)
        let errors = output.standardError.split(separator: "\n").filter { $0.contains("no on-seal command for this run") }
        #expect(errors.count == 1)
        #expect(errors.first?.contains("/lysozyme_3\"") == true, "\(errors)")
        // Beside the frame path, not before it.
        let niceness = Self.lines(folder.file("nice")).compactMap { Int($0) }
        #expect(niceness.count == 2 && niceness.allSatisfy { $0 >= 10 })
    }

    /// A service has itself spared when memory runs out (`OOMScoreAdjust=`): a command that eats it all must not be spared with it. Only a
    /// privileged process may ask to be spared, any may ask to go first; what was asked for is inherited alike.
    @Test func commandsAreNotSparedWhenMemoryRunsOut() throws {
        let folder = try TemporaryFolder("e2e")
        let told = folder.file("told").path
        let player = try Player("synthetic:32x64:rings", ["--frames", "3"])
        let wanted = getuid() == 0 ? "-600" : "300"
        let ingest = try ChildProcess(
            "/bin/sh",
            [
                "-c", "(echo \(wanted) > /proc/$$/oom_score_adj) 2>/dev/null || echo 300 > /proc/$$/oom_score_adj; exec \"$@\"",
                "sh", try #require(FaisceauProgram.path), "ingest", "stream", "--from", player.address, "--out", folder.path,
                "--on-seal", "cat /proc/self/oom_score_adj > \(told); echo \"$0 $#\" >> \(told)",
            ])
        try ingest.waitFor("ready")
        let own = try String(contentsOfFile: "/proc/\(ingest.processID)/oom_score_adj", encoding: .utf8)
        #expect(own == "-600\n" || own == "300\n")
        #expect(try ingest.wait().status == 0)
        // The command itself is what it was: run by `/bin/sh -c`, without arguments.
        #expect(Self.lines(folder.file("told")) == ["0", "/bin/sh 0"])
    }

    @Test func aReadyFileOfAnEarlierIngestIsRemoved() throws {
        let folder = try TemporaryFolder("e2e")
        let file = try folder.write("ready\n", to: "ready")
        let ingest = try Rehearsal.startIngest(
            from: RefusalTests.nobody, ["--ready-file", file.path, "--connect-timeout", "0"], in: folder)
        #expect(try ingest.wait().status == 1)
        #expect(!FileManager.default.fileExists(atPath: file.path))
    }

    @Test func systemdHearsOfEveryOrderlyEnd() throws {
        let folder = try TemporaryFolder("e2e")
        let socket = folder.file("notify").path
        let listener = try ChildProcess(
            "/usr/bin/env",
            [
                "python3", "-c",
                """
                import socket, sys
                s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                s.bind(sys.argv[1])
                print("bound", flush=True)
                while True: print(s.recv(4096).decode().replace("\\n", " "), flush=True)
                """, socket,
            ])
        try listener.waitFor("bound", in: .output)
        let player = try Player("synthetic:32x64:rings", ["--frames", "3"])
        let ingest = try Rehearsal.startIngest(
            from: player.address, environment: ["NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "60000000"], in: folder)
        #expect(try ingest.wait().status == 0)
        try listener.waitFor("STOPPING=1 EXTEND_TIMEOUT_USEC=300000000", in: .output)
        let heard = listener.standardOutput
        #expect(heard.components(separatedBy: "STOPPING=1").count == 2)
        #expect(heard.contains("READY=1") && heard.contains("WATCHDOG=1"))
        listener.signal(SIGTERM)
    }

    @Test func aSpillFileOfNoSizeIsRefused() throws {
        let folder = try TemporaryFolder("e2e")
        let output = try Rehearsal.startIngest(
            from: RefusalTests.nobody, ["--spill", folder.path, "--spill-size", "1"], in: folder
        ).wait()
        #expect(output.status == 1)
        #expect(output.standardError.contains("impossible size of the spill file"))
    }
}
