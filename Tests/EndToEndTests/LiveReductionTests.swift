import Foundation
import TestSupport
import Testing

/// `ingest stream --live`: the curve comes while frames do, and whatever becomes of the process that makes it, the run does not notice.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: TestPython.isAvailable("h5py"), "\(TestPython.absence)"))
struct LiveReductionTests {
    /// Records a series with a live reduction.
    ///
    /// - Parameters:
    ///   - yaml: of the reduction.
    ///   - during: called while frames come, with the recorder, a way to read its pages, and the process that reduces.
    private func record(
        _ yaml: String, frames: Int = 300, rate: Int = 100,
        during: (ChildProcess, (String) throws -> (status: Int, text: String), () throws -> pid_t) throws -> Void
    ) throws -> (ChildOutput, RunFile) {
        let folder = try TemporaryFolder("live-reduction")
        let configuration = try folder.write(yaml, to: "live.yaml")
        let player = try Player(
            "synthetic:eiger2-500k:bragg", ["--frames", "\(frames)", "--rate", "\(rate)", "--stamp", "--seed", "3"])
        let ingest = try Rehearsal.startIngest(
            from: player.address, ["--live", configuration.path, "--metrics", "0"], in: folder)
        try ingest.waitFor("\"event\":\"serving\"")
        let line = try #require(EventLine.all(in: ingest.standardError).first { $0.event == "serving" })
        let address = try #require(line.metrics?.replacingOccurrences(of: "/metrics", with: ""))
        func get(_ path: String) throws -> (status: Int, text: String) {
            let output = try TestPython.run(
                """
                import sys, urllib.error, urllib.request
                try:
                    answer = urllib.request.urlopen(sys.argv[1], timeout=20)
                except urllib.error.HTTPError as error:
                    answer = error
                sys.stdout.write(f"{answer.status}\\n{answer.read().decode()}")
                """, [address + path])
            let lines = output.standardOutput.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            return (Int(lines.first ?? "") ?? 0, lines.count > 1 ? String(lines[1]) : "")
        }
        // Looked for by who needs it: one that ends early may have ended before it is seen.
        try during(ingest, get) {
            try #require(Self.wait(seconds: 20) { Self.child(of: ingest.processID) }, "no process reduces")
        }
        let output = try ingest.wait(seconds: 60)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("runs").path).filter { !$0.hasPrefix(".") }
        let name = try #require(names.first)
        return (output, try RunFile(folder: folder.file("runs/\(name)").path))
    }

    private static func wait<Value>(seconds: Double, _ look: () throws -> Value?) rethrows -> Value? {
        let limit = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < limit {
            if let found = try look() { return found }
            usleep(50_000)
        }
        return nil
    }

    /// The process that an ingest has started to reduce.
    private static func child(of parent: pid_t) -> pid_t? {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let process = pid_t(name), let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline"),
                String(decoding: words, as: UTF8.self).contains("\0reduce\0azimuthal\0"),
                let status = FileManager.default.contents(atPath: "/proc/\(name)/status"),
                String(decoding: status, as: UTF8.self).contains("PPid:\t\(parent)\n")
            else { continue }
            return process
        }
        return nil
    }

    private static let yaml = "bins: {count: 200, unit: 2th_deg}\n"

    @Test func theCurveComesWhileFramesDo() throws {
        // More frames than are waited for: what has the processors' idle time only comes late on a machine that has none.
        let (output, run) = try record(Self.yaml, frames: 9000) { ingest, get, _ in
            defer { ingest.signal(SIGTERM) }
            let curve = try Self.wait(seconds: 80) { () -> String? in
                let answer = try get("/curve.svg")
                return answer.status == 200 ? answer.text : nil
            }
            #expect(ingest.isRunning)
            #expect(curve?.hasPrefix("<svg") == true || curve?.hasPrefix("<?xml") == true, "\(curve?.prefix(60) ?? "none")")
            // The picture is there before the page that tells of it is made anew.
            let page = try Self.wait(seconds: 80) { () -> String? in
                let page = try get("/").text
                return page.contains("Reduced live: ") ? page : nil
            }
            #expect(page?.contains("/curve.svg?") == true, "no page tells of the live reduction")
        }
        #expect(run.verdict == "partial", "it was ended early: \(output.standardError)")
    }

    /// Nice value and scheduling policy of a thread: fields 19 and 41 of proc_pid_stat(5), counted behind the name, which may have spaces.
    private static func priority(_ stat: String) -> (nice: Int, policy: Int)? {
        guard let data = FileManager.default.contents(atPath: stat) else { return nil }
        let words = String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard words.count > 38, let nice = Int(words[16]), let policy = Int(words[38]) else { return nil }
        return (nice, policy)
    }

    /// Behind everything that records: nice for who looks, and the class of what runs where a processor would else be idle.
    @Test func itHasALowerPriorityThanTheRecording() throws {
        let idleClass = 5
        let (output, run) = try record(Self.yaml, frames: 9000) { ingest, _, findReducer in
            defer { ingest.signal(SIGTERM) }
            let reducer = try findReducer()
            let lowered = Self.wait(seconds: 80) { () -> Bool? in
                let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(reducer)/task")) ?? []
                let priorities = threads.compactMap { Self.priority("/proc/\(reducer)/task/\($0)/stat") }
                return Self.priority("/proc/\(reducer)/stat")?.nice == 15
                    && priorities.contains { $0.policy == idleClass && $0.nice == 15 } ? true : nil
            }
            #expect(lowered == true, "nice 15 and SCHED_IDLE")
            let recorder = try #require(Self.priority("/proc/\(ingest.processID)/stat"))
            #expect(recorder.nice < 15 && recorder.policy != idleClass)
        }
        #expect(run.verdict == "partial", "it was ended early: \(output.standardError)")
    }

    @Test(arguments: [SIGKILL, SIGSTOP])
    func killingOrStoppingItChangesNothingInTheRun(_ signal: Int32) throws {
        let (output, run) = try record(Self.yaml) { _, _, findReducer in
            let reducer = try findReducer()
            usleep(300_000)
            kill(reducer, signal)
        }
        #expect(output.status == 0, "\(output.standardError)")
        #expect(run.verdict == "complete")
        #expect(run.frames.written == 300)
        // What is always said of a stream without a mask, and nothing else.
        #expect(run.notes.allSatisfy { $0.hasPrefix("the stream sent no pixel mask") }, "\(run.notes)")
    }

    /// One that hears nothing any more would come back and put its curve over that of the next run.
    @Test func theReductionOfTheRunBeforeIsGoneWhenThatOfTheNextBegins() throws {
        let folder = try TemporaryFolder("live-reduction")
        let configuration = try folder.write(Self.yaml, to: "live.yaml")
        let port = try LoopbackPort()
        let ingest = try Rehearsal.startIngest(from: port.address, ["--forever", "--live", configuration.path], in: folder)
        let player = try ForeverTests.play(1, at: port, ["--rate", "2"])
        let first = try #require(Self.wait(seconds: 20) { Self.child(of: ingest.processID) }, "no process reduces")
        kill(first, SIGSTOP)
        #expect(try player.wait().status == 0)
        try ForeverTests.wait(for: folder.file("runs/lysozyme_1/run.json").path, while: ingest)
        #expect(kill(first, 0) == 0, "it stands still")
        #expect(try ForeverTests.play(2, at: port, ["--rate", "1"]).wait().status == 0)
        #expect(Self.wait(seconds: 20) { kill(first, 0) == 0 ? nil : true } == true, "the one before is still there")
        ingest.signal(SIGTERM)
        let output = try ingest.wait(seconds: 60)
        withExtendedLifetime(port) {}
        #expect(output.status == 0, "\(output.standardError)")
    }

    @Test func aConfigurationThatFitsNoDetectorIsToldOnThePage() throws {
        let (output, run) = try record("geometry: {poni: /nowhere/at_all.poni}\n") { _, get, _ in
            let told = try Self.wait(seconds: 20) { () -> Bool? in try get("/").text.contains("PONI file") ? true : nil }
            #expect(told == true)
        }
        #expect(output.status == 0, "\(output.standardError)")
        #expect(run.verdict == "complete")
        #expect(output.standardError.contains("the live reduction ended early"))
    }

    @Test(arguments: [("bins: {cuont: 3}\n", "bins.cuont"), ("frames: {first: 3}\n", "frames.first")])
    func aConfigurationThatCannotBeReadOrUsedIsRefusedBeforeTheDetectorIsArmed(_ yaml: String, _ word: String) throws {
        let folder = try TemporaryFolder("live-reduction")
        let configuration = try folder.write(yaml, to: "live.yaml")
        let ingest = try Rehearsal.startIngest(from: "tcp://127.0.0.1:1", ["--live", configuration.path], in: folder)
        let output = try ingest.wait(seconds: 20)
        #expect(output.status == 2)
        #expect(output.standardError.contains(word), "\(output.standardError)")
    }
}
