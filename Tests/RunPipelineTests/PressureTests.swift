import BeamlineMetadata
import DetectorWire
import Diagnostics
import FrameIngest
import Frames
import Foundation
import Logging
import RunModel
import RunPipeline
import TestSupport
import Testing

/// What a run says of frames that the receiver threw away, and of the detector's own counters.
@Suite struct PressureTests {
    @Test func framesThatWereThrownAwayAreLostHereByNumber() throws {
        let folder = try TemporaryFolder("pressure")
        let frames = 300
        let player = StreamPlayer(
            try Recording.series(.v2, count: frames, slow: 100, fast: 100, encoding: .none))
        var options = StreamReceiver.Options()
        options.compression = .none
        options.poolBytes = 1 << 20
        options.patience = .zero
        options.whenFull = .drop
        let receiver = try StreamReceiver(socket: try PullSocket(connectingTo: player.address), options: options)
        var plan = IngestPlan(
            outputFolder: folder.path, beamline: BeamlineConfiguration(), nameTemplate: try RunNameTemplate("run"),
            version: "test")
        plan.compression = .none
        plan.closeAfter_s = 30
        var isFirst = true
        let acquisition = Acquisition(
            plan: plan, events: receiver.start(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            progress: { _ in
                // The writer's thread stands still until the whole series has been received or thrown away.
                while isFirst, receiver.counters.messages < frames + 2 { Thread.sleep(forTimeInterval: 0.005) }
                isFirst = false
            })
        let run = try #require(try acquisition.recordSeries())
        receiver.stop()
        let dropped = receiver.counters.droppedFrames
        #expect(dropped > 100)
        #expect(run.summary.frames.lostHere == dropped)
        #expect(run.summary.frames.written == frames - dropped)
        #expect(run.summary.frames.received == frames && run.summary.frames.lostDetector == 0)
        #expect(run.summary.missingFrames.reduce(0) { $0 + $1[1] - $1[0] + 1 } == dropped)
        #expect(run.summary.verdict == .partial)
        #expect(run.summary.ending == .endMessage)
    }

    /// A detector that says it dropped three images.
    private struct Detector: SimplonTransport {
        let address = "http://detector"

        func get(_ path: String, until deadline: ContinuousClock.Instant) throws(IngestError) -> [UInt8] {
            guard path == "/stream/api/1.8.0/status/dropped" else {
                throw IngestError(.simplonFailed, "the detector refuses", at: path)
            }
            return Array(#"{"value": 3, "value_type": "uint"}"#.utf8)
        }
    }

    @Test func theDetectorsOwnCountersStandInTheNotes() throws {
        let folder = try TemporaryFolder("pressure")
        var messages = try Recording.series(.v2, count: 20)
        messages.removeSubrange(5..<10)
        let run = try #require(
            try Recording.record(messages, in: folder) { plan, _ in
                plan.simplon = SimplonClient(Detector(), patience: .seconds(30))
            })
        #expect(run.summary.frames.lostDetector == 5)
        #expect(run.summary.notes.contains { $0.contains("dropped 3 message(s) of this series") })
        #expect(run.summary.notes.contains { $0.hasPrefix("2 frame(s) were neither received nor dropped by the detector") })
    }

    @Test func aSharedStreamStandsInTheNotes() throws {
        let folder = try TemporaryFolder("pressure")
        let whole = try Recording.series(.v2, count: 60)
        let half = whole.enumerated().filter { $0.offset == 0 || $0.offset == 61 || $0.offset % 2 == 1 }.map(\.element)
        let run = try #require(try Recording.record(half, in: folder))
        #expect(run.summary.frames.lostDetector == 30)
        #expect(run.summary.notes.contains { $0.contains("frames 1, 3, 5, … of series 42 are missing in a regular pattern") })
    }
}
