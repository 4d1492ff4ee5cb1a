import Foundation
import TestSupport
import Testing

/// F6, F9, F17 from outside: what the operator and the metrics are told, and what the operator can do about it.
@Suite(
    .serialized, .enabled(if: FaisceauProgram.isBuilt, "\(FaisceauProgram.absence)"),
    .enabled(if: LedgerView.isAvailable, "\(TestPython.absence)"))
struct SteeringTests {
    @Test(
        "F9: a series without an end is ended by hand, and the process goes on",
        arguments: [("stop", "stopped"), ("abort", "aborted")])
    func aSeriesWithoutAnEndIsEndedByHand(verb: String, ending: String) throws {
        let folder = try TemporaryFolder("e2e")
        let first = try Player(FaultySeries.source, FaultySeries.flags(["fewer:3", "no-end"]))
        let control = IngestControlView(in: folder)
        let ingest = try ForeverIngest(from: first.address, control.flags, in: folder)
        _ = try first.played()
        let status = try control.wait(for: "recording") { $0.run?.frames.received == 17 }
        #expect(status.run?.name == "lysozyme_1")
        try control.ctl(verb)
        try ingest.wait(for: ["lysozyme_1"])
        let run = try ingest.run("lysozyme_1")
        #expect(run.ending == ending)
        #expect(run.frames == Counts(expected: 20, received: 17, written: 17, lost_detector: 3))
        let second = try Player(FaultySeries.source, FaultySeries.flags([]) + ["--series", "2"], bind: first.address)
        try ingest.wait(for: ["lysozyme_2"])
        withExtendedLifetime(second) {}
        #expect(try ingest.stop().status == 0)
        #expect(try ingest.run("lysozyme_2").verdict == "complete")
    }

    @Test("F17: the state is stalled while nothing comes, and recording again when frames do")
    func theStateIsStalledWhileNothingComes() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(FaultySeries.source, FaultySeries.flags(["pause:30", "no-end"]))
        let control = IngestControlView(in: folder)
        let ingest = try ForeverIngest(from: player.address, ["--stall", "5"] + control.flags, in: folder)
        try ingest.process.waitFor("\"event\":\"ready\"")
        let stalled = try control.wait(for: "stalled")
        #expect(stalled.run?.frames.received == 10)
        #expect(stalled.problem?.contains("nothing has come") == true)
        #expect(try control.metrics(of: ingest.process)["faisceau_ingest_state{state=\"stalled\"}"] == 1)
        // The state may be stalled again by the time that anybody asks: that it went on is in the log.
        try ingest.process.waitFor("frames come again")
        _ = try player.played()
        try LedgerView.wait(for: 20, ofRun: ingest.runsFolder + "/lysozyme_1")
        try control.ctl("stop")
        try ingest.wait(for: ["lysozyme_1"])
        #expect(try ingest.stop().status == 0)
        #expect(try ingest.run("lysozyme_1").frames == Counts(expected: 20, received: 20, written: 20))
    }

    /// The service goes on: somebody will set the detector right, and until then it must not look healthy.
    @Test(.enabled(if: TestPython.path != nil, "\(TestPython.absence)"))
    func aDetectorOfAnotherProtocolIsAlarmedOnceAndCounted() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(FaultySeries.source, ["--frames", "5", "--protocol", "v2"])
        let control = IngestControlView(in: folder)
        let ingest = try ForeverIngest(from: player.address, ["--protocol", "v1"] + control.flags, in: folder)
        let status = try control.wait(for: "failed")
        #expect(status.problem?.contains("--protocol auto") == true)
        _ = try player.played()
        _ = try control.metrics(of: ingest.process, until: "faisceau_ingest_messages_refused_total", is: 7)
        #expect(ingest.events.filter { $0.reason?.contains("another protocol") == true }.count == 1)
        let right = try Player(FaultySeries.source, ["--frames", "5", "--protocol", "v1"], bind: player.address)
        let name = "lysozyme_1"
        try ingest.wait(for: [name])
        withExtendedLifetime(right) {}
        // That the player has gone may be a problem now; the protocol is none any more.
        #expect(try control.wait(for: "armed").problem?.contains("protocol") != true)
        #expect(try ingest.run(name).verdict == "complete")
        #expect(try ingest.stop().status == 0)
    }

    @Test func theStatusPageAnswersToTheNamesOfItsSettingOnly() throws {
        let folder = try TemporaryFolder("e2e")
        let control = IngestControlView(in: folder)
        let ingest = try Rehearsal.startIngest(
            from: RefusalTests.nobody, control.flags,
            environment: ["FAISCEAU_METRICS_HOSTS": "page.beamline.example,other"], in: folder)
        let page = try control.metricsAddress(of: ingest)
        let statuses: [Int] = try HDF5View.answer(
            """
            import http.client
            from urllib.parse import urlsplit
            answer = []
            for host in sys.argv[2:]:
                c = http.client.HTTPConnection(urlsplit(sys.argv[1]).netloc, timeout=60)
                c.request("GET", "/health", headers={"Host": host})
                answer.append(c.getresponse().status)
            print(json.dumps(answer))
            """, [page, "page.beamline.example", "other:80", "evil.example", "127.0.0.1"])
        #expect(statuses == [200, 200, 421, 200])
        withExtendedLifetime(ingest) {}
    }

    @Test("F6, F13: the metrics count what was lost, and why")
    func theMetricsCountWhatWasLost() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(
            FaultySeries.source, FaultySeries.flags(["drop:3,17", "corrupt:5", "dup:7", "reorder:9", "stray:2", "badcbor:12"]))
        let control = IngestControlView(in: folder)
        let ingest = try ForeverIngest(from: player.address, control.flags, in: folder)
        try ingest.wait(for: ["lysozyme_1"])
        // run.json comes first, then the word that it is there.
        let metrics = try control.metrics(
            of: ingest.process, until: "faisceau_ingest_runs_total{verdict=\"partial\"}", is: 1)
        let expected: [String: Double] = [
            "faisceau_ingest_frames_received_total": 18, "faisceau_ingest_frames_written_total": 17,
            "faisceau_ingest_frames_lost_total{reason=\"detector\"}": 2, "faisceau_ingest_frames_lost_total{reason=\"here\"}": 0,
            "faisceau_ingest_frames_lost_total{reason=\"invalid\"}": 1, "faisceau_ingest_frames_duplicate_total": 1,
            "faisceau_ingest_frames_reordered_total": 1, "faisceau_ingest_messages_stray_total": 2,
            "faisceau_ingest_messages_refused_total": 1, "faisceau_ingest_runs_total{verdict=\"partial\"}": 1,
        ]
        for (name, value) in expected { #expect(metrics[name] == value, "\(name)") }
        #expect(try ingest.stop().status == 0)
    }

    @Test func theNextRunIsNamedBeforeItsDetectorIsArmed() throws {
        let folder = try TemporaryFolder("e2e")
        let player = try Player(FaultySeries.source, FaultySeries.flags(["pause:600"]))
        let control = IngestControlView(in: folder)
        let ingest = try ForeverIngest(from: player.address, control.flags, in: folder)
        try LedgerView.wait(for: 10, ofRun: ingest.runsFolder + "/lysozyme_1")
        let note = try folder.write("{\"sample\": \"thaumatin\", \"metadata\": {\"shutter\": 3}}", to: "next.json")
        let status = try control.ctl("next", note.path)
        #expect(status.next_path == ingest.runsFolder + "/thaumatin_{series}")
        try control.ctl("stop")
        try ingest.wait(for: ["lysozyme_1"])
        player.process.signal(SIGKILL)
        try player.process.wait()
        let second = try Player(
            FaultySeries.source, FaultySeries.flags([]) + ["--series", "2", "--repeat", "2"], bind: player.address)
        // Said once, for one run.
        try ingest.wait(for: ["thaumatin_2", "lysozyme_3"])
        withExtendedLifetime(second) {}
        #expect(try ingest.stop().status == 0)
    }
}
