import Foundation
import TestSupport
import Testing

/// An ingest that serves a beamline: series after series, and those who are told.
@Suite(.serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"))
struct ForeverTests {
    /// A detector that sends one series and is gone.
    static func play(_ series: Int, at port: LoopbackPort, _ flags: [String] = []) throws -> ChildProcess {
        try FaisceauProgram.start(
            [
                "simulate", "stream", "--bind", port.address, "--from", "synthetic:32x64:rings", "--frames", "5", "--series",
                "\(series)",
                "--wait-for-puller", "--quiet",
            ] + flags)
    }

    /// Waits until a file is there.
    static func wait(for file: String, while process: ChildProcess, seconds: Double = 60) throws {
        let limit = ContinuousClock.now + .seconds(seconds)
        while !FileManager.default.fileExists(atPath: file) {
            guard process.isRunning, ContinuousClock.now < limit else {
                throw ChildFailure(description: "\(file) did not come: \(process.standardError)")
            }
            usleep(20_000)
        }
    }

    @Test func threeDetectorsOneAfterAnotherAreThreeRunsOfOneProcess() throws {
        let folder = try TemporaryFolder("e2e")
        let port = try LoopbackPort()
        let told = folder.file("told").path
        let ingest = try Rehearsal.startIngest(
            from: port.address,
            ["--forever", "--on-seal", #"echo "$FAISCEAU_VERDICT $FAISCEAU_RUN $(grep -c '"verdict"')" >> \#(told)"#], in: folder)
        let runs = (1...3).map { folder.file("runs/lysozyme_\($0)").path }
        for series in 1...3 {
            #expect(try Self.play(series, at: port).wait().status == 0)
            try Self.wait(for: runs[series - 1] + "/manifest.sha256", while: ingest)
        }
        ingest.signal(SIGTERM)
        let output = try ingest.wait()
        #expect(output.status == 0)
        // One object for each run, and one for the end.
        let lines = output.standardOutput.split(separator: "\n").map(String.init)
        let sealed = try lines.dropLast().map { try JSONDecoder().decode(ForeverLine.self, from: Data($0.utf8)) }
        #expect(sealed.map(\.run) == runs)
        #expect(sealed.allSatisfy { $0.event == "sealed" && $0.verdict == "complete" && $0.frames.written == 5 })
        #expect(lines.last?.contains(#""event":"stopped","runs":{"complete":3,"partial":0,"failed":0},"exit_code":0"#) == true)
        // The hooks have ended before the ingest did; run.json was their standard input.
        let hooks = try String(contentsOfFile: told, encoding: .utf8).split(separator: "\n").map(String.init).sorted()
        withExtendedLifetime(port) {}
        #expect(hooks == runs.map { "complete \($0) 1" })
        for run in runs { #expect(try FaisceauProgram.run(["verify", run, "--decode"]).status == 0) }
    }

    @Test func aHookThatFailsIsLoggedAndStopsNothing() throws {
        let folder = try TemporaryFolder("e2e")
        let port = try LoopbackPort()
        let ingest = try Rehearsal.startIngest(from: port.address, ["--forever", "--on-seal", "exit 7"], in: folder)
        for series in 1...2 {
            _ = try Self.play(series, at: port).wait()
            try Self.wait(for: folder.file("runs/lysozyme_\(series)/run.json").path, while: ingest)
        }
        try ingest.waitFor("on-seal command failed")
        ingest.signal(SIGTERM)
        let output = try ingest.wait()
        #expect(output.status == 0)
        withExtendedLifetime(port) {}
        #expect(output.standardError.contains(#""ending":"7""#))
    }

    @Test(.enabled(if: TestPython.isAvailable("zmq", "jsonschema"), "\(TestPython.absence)"))
    func eventsArePublishedAsTheirSchemaSays() throws {
        let folder = try TemporaryFolder("e2e")
        let port = try LoopbackPort()
        let ingest = try Rehearsal.startIngest(
            from: port.address, ["--forever", "--stall", "5", "--events", "tcp://127.0.0.1:*"], in: folder)
        try ingest.waitFor("\"event\":\"publishing\"")
        let published = try #require(
            ingest.standardError.split(separator: "\n").compactMap {
                try? JSONDecoder().decode(Publishing.self, from: Data($0.utf8)).events
            }.first)
        let listener = try ChildProcess(
            try #require(TestPython.path),
            [
                "-c",
                """
                import json, os, sys, jsonschema, zmq
                from zmq.utils.monitor import recv_monitor_message
                schema = json.load(open(sys.argv[2]))
                s = zmq.Context().socket(zmq.SUB)
                monitor = s.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
                s.subscribe(b"")
                s.connect(sys.argv[1])
                recv_monitor_message(monitor)
                print("listening", flush=True)
                while True:
                    topic, message = s.recv_multipart()
                    event = json.loads(message)
                    jsonschema.validate(event, schema)
                    assert topic.decode() == event["event"]
                    print(event["event"], event["run"].split("/")[-1], event.get("verdict"), flush=True)
                    if event["event"] == "manifest": os._exit(0)
                """, published, PackageRoot.file("schemas/event.schema.json").path,
            ])
        try listener.waitFor("listening", in: .output)
        _ = try Self.play(1, at: port, ["--fault", "pause:12"]).wait()
        withExtendedLifetime(port) {}
        let heard = try listener.wait().standardOutput.split(separator: "\n").dropFirst().map(String.init)
        ingest.signal(SIGTERM)
        #expect(try ingest.wait().status == 0)
        #expect(
            heard == [
                "armed lysozyme_1 None", "first_frame lysozyme_1 None", "stalled lysozyme_1 None", "resumed lysozyme_1 None",
                "sealed lysozyme_1 complete", "manifest lysozyme_1 complete",
            ])
    }

    @Test func anIngestIsAskedAndToldThroughItsSocket() throws {
        let folder = try TemporaryFolder("e2e")
        let port = try LoopbackPort()
        let path = folder.file("ctl").path
        func ask(_ words: String...) throws -> Asked {
            let output = try FaisceauProgram.run(["ctl", "--socket", path, "--json"] + words)
            #expect(output.status == 0, "\(words): \(output.standardError)")
            return try JSONDecoder().decode(Asked.self, from: Data(output.standardOutput.utf8))
        }
        let ingest = try Rehearsal.startIngest(from: port.address, ["--forever", "--socket", path], in: folder)
        try ingest.waitFor("\"event\":\"listening\"")
        #expect(try ask("status").status.state == "armed")
        try folder.write(#"{"name": "first_crystal", "proposal": "mx-9", "sample": "thaumatin"}"#, to: "next.json")
        let next = try ask("next", folder.file("next.json").path)
        #expect(next.status.next_path == folder.file("runs/first_crystal").path)

        // A series that waits for its sixth frame is ended by hand, and the next one is recorded.
        let player = try Self.play(1, at: port, ["--fault", "pause:600"])
        try ingest.waitFor("\"event\":\"first frame\"")
        #expect(try ask("status").status.run?.name == "first_crystal")
        _ = try ask("stop")
        try Self.wait(for: folder.file("runs/first_crystal/run.json").path, while: ingest)
        player.signal(SIGKILL)
        _ = try player.wait()
        _ = try Self.play(2, at: port).wait()
        try Self.wait(for: folder.file("runs/lysozyme_2/run.json").path, while: ingest)
        // run.json comes first, then the word that it is there.
        var last = try ask("status").status
        let limit = ContinuousClock.now + .seconds(60)
        while last.last_run?.path.hasSuffix("/lysozyme_2") != true, ContinuousClock.now < limit {
            last = try ask("status").status
        }
        #expect(last.last_run?.verdict == "complete")
        #expect(last.totals.runs == ["complete": 1, "partial": 1, "failed": 0])
        ingest.signal(SIGTERM)
        #expect(try ingest.wait().status == 0)

        let first = try RunFile(folder: folder.file("runs/first_crystal").path)
        withExtendedLifetime(port) {}
        #expect(first.ending == "stopped")
        let values =
            try TestPython.isAvailable("h5py", "hdf5plugin")
            ? HDF5View.values(
                folder.file("runs/first_crystal/first_crystal_master.h5").path,
                ["/entry/sample/name", "/entry/experiment_identifier"]) : [:]
        #expect(values["/entry/sample/name"]?.text ?? "thaumatin" == "thaumatin")
        #expect(values["/entry/experiment_identifier"]?.text ?? "mx-9" == "mx-9")
    }

    @Test func announcedMetadataThatAreWrongAreRefused() throws {
        let folder = try TemporaryFolder("e2e")
        let path = folder.file("ctl").path
        let ingest = try Rehearsal.startIngest(from: RefusalTests.nobody, ["--forever", "--socket", path], in: folder)
        try ingest.waitFor("\"event\":\"listening\"")
        for (text, word, status) in [(#"{"sampel": "a"}"#, "sampel", 2), (#"{"name": "{nothing}"}"#, "{nothing}", 4)] {
            try folder.write(text, to: "next.json")
            let output = try FaisceauProgram.run(["ctl", "--socket", path, "next", folder.file("next.json").path])
            #expect(output.status == Int32(status))
            #expect(output.standardError.contains(word))
        }
        ingest.signal(SIGKILL)
    }

    @Test func theNameOfARunComesWithItsStartMessage() throws {
        let folder = try TemporaryFolder("e2e")
        let recorded = try Rehearsal.record(
            "synthetic:32x64:rings", playing: ["--frames", "3", "--fault", "evil-name"], in: folder)
        let sealed = try recorded.sealed()
        #expect(sealed.run == folder.file("runs/evil").path)
        #expect(try recorded.run().notes.contains { $0.contains("'user'") })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["beamline.yaml", "runs"])
    }

    /// The final object of `faisceau ctl`, as far as it is asked for here.
    private struct Asked: Decodable {
        struct Status: Decodable {
            struct Run: Decodable { let name: String }
            struct Last: Decodable {
                let path: String
                let verdict: String
            }
            struct Totals: Decodable { let runs: [String: Int] }
            let state: String
            let next_path: String
            let run: Run?
            let last_run: Last?
            let totals: Totals
        }
        let status: Status
    }

    private struct Publishing: Decodable { let events: String }

    private struct ForeverLine: Decodable {
        let event: String
        let run: String
        let verdict: String
        let frames: Counts
    }
}
