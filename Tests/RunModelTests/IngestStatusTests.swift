import Diagnostics
import Foundation
import Identifiers
import RunModel
import TestSupport
import Testing

@Suite struct IngestStatusTests {
    static func idle() throws -> IngestStatus {
        let start = try Timestamp("2026-11-21T04:45:55Z")
        return IngestStatus(
            state: .armed, since: start, started: start, time: start.advanced(bySeconds: 2.5), program: "faisceau",
            version: "0.1.0", from: "tcp://172.31.1.1:31001", out: "/data/mx", nextPath: "/data/mx/20261121_7")
    }

    static func recording() throws -> IngestStatus {
        var generator = SeededGenerator(seed: 3)
        var status = try idle()
        status.state = .recording
        status.problem = "a second puller takes every other frame"
        status.run = .init(
            name: "x", path: "/data/mx/x", pid: try .draw(prefix: nil, using: &generator), series: 7,
            frames: FrameCounts(expected: 10, received: 4, written: 3), bytesStored: 300, armed: status.started,
            firstFrame: status.started, lastFrame: status.time, missingSoFar: 1)
        status.nextRun = ArmMetadata(sample: "lysozyme", metadata: ["temperature": .number(100)])
        status.pool = .init(usedBytes: 10, limitBytes: 100, highestBytes: 90)
        status.spill = .init(usedBytes: 5, limitBytes: 1 << 36, highestBytes: 6)
        status.freeBytes = 1 << 40
        status.totals.runs.count(.partial)
        status.totals.framesReceived = 4
        let latency = LatencyHistogram()
        latency.record(nanoseconds: 3_000_000)
        status.acknowledgement = .init(latency.snapshot())
        status.lastRun = .init(path: "/data/mx/w", verdict: .partial, sealedAt: status.started)
        return status
    }

    @Test func aStatusIsReadBackAsWritten() throws {
        for status in [try Self.idle(), try Self.recording()] {
            #expect(try IngestStatus(json: status.json()) == status)
        }
    }

    @Test func aStatusIsOneLine() throws {
        let text = String(decoding: try Self.recording().json(), as: UTF8.self)
        #expect(!text.contains("\n"))
        #expect(text.contains(#""next_path":"/data/mx/20261121_7""#))
        #expect(text.contains(#""runs":{"complete":0,"failed":0,"partial":1}"#))
    }

    @Test func aStatusOfAnotherVersionIsRefused() throws {
        let text = String(decoding: try Self.idle().json(), as: UTF8.self)
        let newer = text.replacingOccurrences(of: "faisceau.ingest-status.1", with: "faisceau.ingest-status.9")
        let error = #expect(throws: RunModelError.self) { try IngestStatus(json: Data(newer.utf8)) }
        #expect(error?.code == .badStatus)
        #expect(error?.got == "'faisceau.ingest-status.9'")
    }

    /// An independent judge: the Python package jsonschema.
    @Test(.enabled(if: TestPython.isAvailable("jsonschema"), "\(TestPython.absence)"))
    func theSchemaAcceptsWhatIsWrittenAndNothingElse() throws {
        let folder = try TemporaryFolder("status")
        for (name, status) in [("idle", try Self.idle()), ("recording", try Self.recording())] {
            try folder.write([UInt8](status.json()), to: "\(name).json")
        }
        try SchemaJudge.judge(
            schema: "schemas/ingest-status.schema.json",
            documents: [folder.file("idle.json"), folder.file("recording.json")],
            refusing: [
                #"d.pop("state")"#,
                #"d.update(state="sealed")"#,
                #"d["pool"].update(used_bytes=-1)"#,
                #"d["totals"].pop("invalid")"#,
                #"d.update(time="2026-11-21T04:45:55")"#,
            ])
    }
}
