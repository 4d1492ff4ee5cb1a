import ChunkFile
import DetectorWire
import Foundation
import Frames
import FrameIngest
import RunModel
import RunPipeline
import TestFileSystems
import TestSupport
import Testing

/// Frames that come alone, late or a thousand times, and files that cannot be begun.
@Suite struct SparseRunTests {
    @Test func aLateFrameOfAHighNumberBringsNoMaskedOnesWithIt() throws {
        let folder = try TemporaryFolder()
        let late = try StreamEncoder(version: .v2).image(
            ImageHead(seriesID: 1, frame: 15_000, uniqueID: "SERIES1"),
            [
                try Recording.array(frame: 15_000, channel: "threshold_1", slow: 20, fast: 30, encoding: .bitshuffleLZ4) {
                    UInt16(truncatingIfNeeded: $0 + $1)
                }
            ])
        var first = try Recording.series(.v2, count: 3, announced: 20_000)
        first = try first.map {
            try MessageTemplate($0, version: .v2).stamped(MessageStamp(seriesID: 1, uniqueID: "SERIES1"))
        }
        let recording = try ForeverRecording.record(
            first + (try ForeverTests.series(2)) + [late], in: folder, until: 3
        ) { $0.framesPerFile = 1000 }
        #expect(recording.sealed.contains("run_1_late partial"))
        let sibling = folder.path + "/run_1_late"
        let names = try FileManager.default.contentsOfDirectory(atPath: sibling + "/ledger").filter { $0.hasSuffix(".ledger") }
        #expect(names == ["run_1_late_data_000016.ledger"])
        #expect(try LedgerReader(path: sibling + "/ledger/run_1_late_data_000016.ledger").count == 1)
        let summary = try RunSummary(json: Data(contentsOf: URL(fileURLWithPath: sibling + "/run.json")))
        #expect(summary.frames.written == 1)
        #expect(summary.notes.contains { $0.contains("all other numbers are gaps") })
        #expect(try RunVerifier(folder: sibling, decodes: true).verify().problems == [])
    }

    @Test func framesThatComeAThousandTimesAreNotAllReadBack() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 2)
        messages.insert(contentsOf: repeatElement(messages[1], count: 1_101), at: 2)
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.frames.duplicate == 1_101)
        #expect(run.summary.notes.contains("101 frame(s) more came again and were not compared with the first"))
        #expect(!run.summary.notes.contains { $0.contains("with other content") })
    }

    @Test func aFullDiskAtAFileBoundaryDoesNotHoldTheSeal() throws {
        let folder = try TemporaryFolder()
        let files = FaultyFileSystem(.init(capacity: 0, limitedSuffix: "threshold_2_data_000002.h5.part"))
        let messages = try Recording.series(.v2, count: 6, channels: ["threshold_1", "threshold_2"])
        let run = try #require(
            try Recording.record(messages, in: folder) { plan, _ in
                plan.framesPerFile = 2
                plan.fileSystem = files
            })
        #expect(run.summary.ending == .writingFailed)
        #expect(run.summary.frames.written == 2 && run.summary.frames.lostHere == 4)
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
        for place in ["", "/ledger"] {
            let left = try FileManager.default.contentsOfDirectory(atPath: run.folder.path + place)
            #expect(left.allSatisfy { !$0.contains("threshold_2_data_000002") }, "\(left)")
        }
    }

    /// Whatever call fails, once: an acknowledged frame is counted as written, by the seal or by the recovery.
    @Test func aDiskThatFailsOnceAtAnyCallLosesNoAcknowledgedFrame() throws {
        func record(_ folder: TemporaryFolder, _ files: FaultyFileSystem) throws -> SealedRun? {
            try Recording.record(try Recording.series(.v2, count: 5), in: folder) { plan, _ in
                plan.fileSystem = files
                plan.framesPerFile = 2
                plan.space = SpaceOptions(preallocationStep: 1 << 16, endOfFileStep: 1 << 20)
            }
        }
        let counter = FaultyFileSystem(.init(refusesMapping: true))
        _ = try record(try TemporaryFolder("whole"), counter)
        var sealed = 0
        for call in 1...counter.changes {
            let folder = try TemporaryFolder("once")
            let files = FaultyFileSystem(.init(refusesMapping: true))
            files.change { $0.failsAt = call }
            let run = try? record(folder, files)
            guard let killed = try KilledRun(in: folder.path) else { continue }
            guard let summary = try run?.summary ?? killed.checkedRecovery("call \(call) failed") else { continue }
            if run != nil { sealed += 1 }
            #expect(summary.frames.written == killed.acknowledged.count, "call \(call) failed")
        }
        #expect(sealed > 20)
    }

    @Test func namesThatBecomeEqualGiveFilesOfTheirOwn() {
        let folder = RunFolder(path: "/data/run", name: "run")
        let names = ["first", "a/b", "a:b", "a_b_2", "a b"]
        #expect(
            (0..<6).map { folder.dataStem(channel: $0, of: names) } == [
                "run", "run_a_b", "run_a_b_2", "run_a_b_2_2", "run_a_b_3", "run_channel_6",
            ])
    }

    @Test func theFirstLateFrameMayHaveAnyNumber() {
        var series = SeriesTracker(seriesID: 1, expected: nil)
        #expect(series.arrive(seriesID: 1, frame: 2_000_000) == .outOfRange)
        var late = SeriesTracker(seriesID: 1, expected: nil, startsAnywhere: true)
        #expect(late.arrive(seriesID: 1, frame: 2_000_000) == .inOrder)
        #expect(late.arrive(seriesID: 1, frame: 1_999_999) == .reordered)
        #expect(late.arrive(seriesID: 1, frame: 3_000_000) == .outOfRange)
    }
}
