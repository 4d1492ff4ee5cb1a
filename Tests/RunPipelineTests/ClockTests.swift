import BeamlineMetadata
import DetectorWire
import FrameIngest
import Foundation
import RunModel
import RunPipeline
import Synchronization
import TestSupport
import Testing

/// F20: clocks that step. Frames are ordered by their numbers, never by a time; times are written with their zone.
@Suite struct ClockTests {
    /// Nanoseconds since 1970 that rise by a millisecond a call, and step by `step_s` at the call `at`.
    final class SteppingClock: Sendable {
        private let state: Mutex<(calls: Int, now: Int64)>
        private let stepCall: Int
        private let step_ns: Int64

        init(from start: Int64, at stepCall: Int, by step_s: Int64) {
            state = Mutex((0, start))
            self.stepCall = stepCall
            step_ns = step_s * 1_000_000_000
        }

        @Sendable func now_ns() -> Int64 {
            state.withLock { state in
                state.calls += 1
                state.now += 1_000_000 + (state.calls == stepCall ? step_ns : 0)
                return state.now
            }
        }
    }

    /// 2026-10-25 02:30 in Berlin, half an hour before the clocks there are set back; and the same for a leap second's neighbourhood.
    static let starts: [Int64] = [1_792_888_200, 1_483_228_799]

    @Test("F20: a clock that steps in mid-series moves no frame and ends no series", arguments: starts, [-3600, 3600] as [Int64])
    func aClockThatStepsMovesNoFrame(start: Int64, step: Int64) throws {
        let folder = try TemporaryFolder()
        let clock = SteppingClock(from: start * 1_000_000_000, at: 14, by: step)
        var plan = IngestPlan(
            outputFolder: folder.path, beamline: .init(), nameTemplate: try RunNameTemplate("run"), version: "test")
        plan.clock = ManualClock(Timestamp(unixNanoseconds: start * 1_000_000_000))
        let player = StreamPlayer(try Recording.series(.v2, count: 30))
        let receiver = try StreamReceiver(
            socket: try PullSocket(connectingTo: player.address), clocks: ReceiverClocks(wall_ns: { clock.now_ns() }))
        let run = try #require(
            try Acquisition(plan: plan, events: receiver.start(), logger: Quiet.logger).recordSeries())
        receiver.stop()
        #expect(run.summary.verdict == .complete)
        #expect(run.summary.ending == .endMessage)
        #expect(run.summary.frames == FrameCounts(expected: 30, received: 30, written: 30))
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
        let json = try String(contentsOfFile: run.folder.runFile, encoding: .utf8)
        let times = json.split(separator: "\"").filter {
            $0.count > 18 && $0.contains("T") && $0.prefix(4).allSatisfy(\.isNumber)
        }
        #expect(times.count >= 4)
        #expect(times.allSatisfy { $0.hasSuffix("Z") }, "\(times)")
    }

    @Test("F20: a leap second in a detector's text is no reason to refuse a series")
    func aLeapSecondInTheHeaderIsKept() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v1, count: 3)
        for part in messages[0].indices {
            let text = String(decoding: messages[0][part], as: UTF8.self)
            guard text.contains("\"nimages\"") else { continue }
            messages[0][part] = Array(
                text.replacingOccurrences(
                    of: "{\"", with: "{\"data_collection_date\":\"2016-12-31T23:59:60+00:00\",\"", options: [.anchored]
                ).utf8)
        }
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.verdict == .complete)
        let header = try String(contentsOfFile: run.folder.path + "/run.json", encoding: .utf8)
        #expect(!header.isEmpty)
    }
}
