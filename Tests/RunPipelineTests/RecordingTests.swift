import ChunkFile
import DetectorWire
import Diagnostics
import FrameIngest
import Foundation
import Frames
import NeXus
import RunModel
import RunPipeline
import TestSupport
import Testing

/// Messages in, a sealed run out, over a real socket.
@Suite struct RecordingTests {
    @Test(arguments: [StreamVersion.v1, .v2])
    func aWholeSeriesBecomesACompleteRun(version: StreamVersion) throws {
        let folder = try TemporaryFolder()
        let run = try #require(try Recording.record(try Recording.series(version, count: 25), in: folder))
        #expect(run.summary.verdict == .complete)
        #expect(run.summary.frames == FrameCounts(expected: 25, received: 25, written: 25))
        #expect(run.summary.ending == .endMessage)
        let report = try RunVerifier(folder: run.folder.path, decodes: true).verify()
        #expect(report.problems == [])
        #expect(report.framesDecoded == 25)
    }

    @Test func aLostFrameIsAMaskedOneAndTheRunIsPartial() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 10)
        messages.remove(at: 1 + 4)
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.verdict == .partial)
        #expect(run.summary.frames.lostDetector == 1)
        #expect(run.summary.missingFrames == [[4, 4]])
        #expect(run.exitStatus == .framesMissing)
        let ledger = try LedgerReader(path: run.folder.path + "/ledger/\(run.folder.name)_data_000001.ledger")
        let masked = try ledger.records(0..<ledger.count).filter { $0.flags.contains(.masked) }
        #expect(masked.map(\.frame) == [4])
    }

    @Test func aSeriesThatStopsEarlyHoldsWhatCame() throws {
        let folder = try TemporaryFolder()
        let run = try #require(try Recording.record(try Recording.series(.v2, count: 6, announced: 10), in: folder))
        #expect(run.summary.verdict == .partial)
        #expect(run.summary.frames.expected == 10)
        #expect(run.summary.frames.written == 6)
        #expect(run.summary.frames.lostDetector == 4)
        #expect(run.summary.missingFrames == [[6, 9]])
        #expect(run.summary.files.first { $0.role == .data }?.frames == 6)
    }

    @Test func moreFramesThanAnnouncedAreAllStored() throws {
        let folder = try TemporaryFolder()
        let run = try #require(try Recording.record(try Recording.series(.v2, count: 8, announced: 6), in: folder))
        #expect(run.summary.frames.written == 8)
        #expect(run.summary.frames.expected == 6)
        #expect(run.summary.verdict == .complete)
    }

    @Test func duplicatesAndReorderedFramesAreStoredOnceAtTheirPlace() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 6)
        messages.swapAt(2, 4)
        messages.insert(messages[1], at: 3)
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.verdict == .complete)
        #expect(run.summary.frames.duplicate == 1)
        #expect(run.summary.frames.reordered == 2)
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
    }

    @Test func aCutPayloadIsAnInvalidFrameAndTheOthersAreWhole() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v1, count: 5)
        messages[3][2].removeLast(7)
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.frames.invalid == 1)
        #expect(run.summary.frames.written == 4)
        #expect(run.summary.invalidFrames.map(\.frame) == [2])
        #expect(run.summary.verdict == .partial)
    }

    @Test func aShapeThatChangesInMidSeriesIsRefusedByName() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 4)
        messages[2] = try Recording.series(.v2, count: 2, slow: 10, fast: 30)[2]
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.frames.invalid == 1)
        let reason = try #require(run.summary.invalidFrames.first)
        #expect(reason.frame == 1)
        #expect(reason.reason.contains("10 x 30") && reason.reason.contains("20 x 30"))
    }

    @Test func strayFramesAreNotMixedIn() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 4)
        let other = try MessageTemplate(messages[2], version: .v2).stamped(MessageStamp(seriesID: 99, frame: 1))
        messages.insert(other, at: 2)
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.verdict == .complete)
        #expect(run.summary.notes.contains { $0.contains("other series") })
    }

    @Test func aMissingEndMessageIsClosedAfterSilence() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 4)
        messages.removeLast()
        let run = try #require(try Recording.record(messages, in: folder) { plan, _ in plan.closeAfter_s = 5 })
        #expect(run.summary.ending == .silence)
        #expect(run.summary.verdict == .complete)
    }

    @Test(arguments: [ChunkEncoding.none, .bitshuffleLZ4, .bitshuffleZstd, .lz4, .zstd])
    func everyPackingIsStoredAndDecodes(encoding: ChunkEncoding) throws {
        let folder = try TemporaryFolder()
        let run = try #require(try Recording.record(try Recording.series(.v2, count: 7, encoding: encoding), in: folder))
        // Unpacked frames are compressed on the way.
        #expect(run.summary.detector.compression == (encoding == .none ? "bslz4" : encoding.rawValue))
        let report = try RunVerifier(folder: run.folder.path, decodes: true).verify()
        #expect(report.problems == [])
        #expect(report.framesDecoded == 7)
    }

    @Test func unpackedFramesKeepTheirOrderThroughTheWorkers() throws {
        let folder = try TemporaryFolder()
        let run = try #require(
            try Recording.record(try Recording.series(.v2, count: 300, encoding: .none), in: folder) { _, options in
                options.packingThreads = 3
            })
        #expect(run.summary.verdict == .complete)
        #expect(run.summary.frames.reordered == 0)
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
    }

    @Test func twoChannelsHaveFilesOfTheirOwn() throws {
        let folder = try TemporaryFolder()
        let messages = try Recording.series(.v2, count: 5, channels: ["threshold_1", "threshold_2"])
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.verdict == .complete)
        let data = run.summary.files.filter { $0.role == .data }.map(\.path)
        #expect(data == ["run_42_data_000001.h5", "run_42_threshold_2_data_000001.h5"])
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
    }

    @Test func aChannelThatWasNotAnnouncedSpoilsItsFrameOnly() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 5)
        messages[3] = try Recording.series(.v2, count: 3, channels: ["strange", "threshold_1"])[3]
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.frames.invalid == 1)
        #expect(run.summary.frames.written == 4)
        #expect(run.summary.frames.lostHere == 0)
        #expect(run.summary.invalidFrames.first?.reason.contains("strange") == true)
    }

    @Test func theSameChannelTwiceSpoilsItsFrameOnly() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 5)
        messages[2] = try Recording.series(.v2, count: 2, channels: ["threshold_1", "threshold_1"])[2]
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.frames.written == 4)
        #expect(run.summary.frames.lostHere == 0)
    }

    @Test func aSeriesWithoutOneWholeFrameHasFailedAndKeepsItsHeader() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v1, count: 3)
        for frame in 1...3 { messages[frame][2].removeLast(5) }
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.verdict == .failed)
        #expect(run.summary.frames.invalid == 3)
        #expect(run.exitStatus == .framesMissing)
        let header = try NeXusReader.value(at: "/entry/instrument/detector/stream/header", in: run.folder.master)
        #expect("\(String(describing: header))".contains("photon_energy"))
    }

    @Test func framesAreSplitOverDataFiles() throws {
        let folder = try TemporaryFolder()
        let run = try #require(
            try Recording.record(try Recording.series(.v2, count: 10), in: folder) { plan, _ in plan.framesPerFile = 4 })
        let data = run.summary.files.filter { $0.role == .data }
        #expect(data.map(\.frames) == [4, 4, 2])
        #expect(data.map(\.firstFrame) == [0, 4, 8])
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
    }

    @Test func anExistingRunIsNeverOverwritten() throws {
        let folder = try TemporaryFolder()
        let first = try #require(try Recording.record(try Recording.series(.v2, count: 2), in: folder))
        let second = try #require(try Recording.record(try Recording.series(.v2, count: 2), in: folder))
        #expect(first.folder.name == "run_42")
        #expect(second.folder.name == "run_42_2")
    }

    @Test func sealedFilesCannotBeWritten() throws {
        let folder = try TemporaryFolder()
        let run = try #require(try Recording.record(try Recording.series(.v2, count: 2), in: folder))
        for file in run.summary.files.map(\.path) + ["run.json", "manifest.sha256"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: run.folder.path + "/" + file)
            let mode = try #require(attributes[.posixPermissions] as? NSNumber).uint32Value
            #expect(mode & 0o222 == 0, "\(file) has mode \(String(mode, radix: 8))")
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: run.folder.path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.uint32Value == 0o2750)
    }

    @Test func aChangedByteIsFoundByVerify() throws {
        let folder = try TemporaryFolder()
        let run = try #require(try Recording.record(try Recording.series(.v2, count: 3), in: folder))
        let path = run.folder.path + "/run_42_data_000001.h5"
        let record = try LedgerReader(path: run.folder.path + "/ledger/run_42_data_000001.ledger").record(1)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seek(toOffset: record.offset + 20)
        let byte = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: record.offset + 20)
        try handle.write(contentsOf: Data([byte ^ 1]))
        try handle.close()
        let problems = try RunVerifier(folder: run.folder.path, decodes: false).verify().problems
        #expect(problems.contains { $0.contains("frame 1") && $0.contains("stored bytes changed") })
        #expect(problems.contains { $0.contains("SHA-256") })
    }

    @Test func framesWithoutAStartMessageAreNotRecorded() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 3)
        let wholeSeries = messages
        messages.removeFirst()
        let run = try #require(try Recording.record(messages + wholeSeries, in: folder))
        #expect(run.summary.verdict == .complete)
        #expect(run.summary.frames.received == 3)
    }

    @Test func aNewStartEndsTheSeriesBeforeIt() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 3)
        messages.removeLast()
        let run = try #require(try Recording.record(messages + (try Recording.series(.v2, count: 3)), in: folder))
        #expect(run.summary.ending == .nextStart)
        #expect(run.summary.frames.written == 3)
    }

    @Test func aSocketThatIsNoDetectorIsAnErrorAtOnce() throws {
        let folder = try TemporaryFolder()
        #expect {
            _ = try Recording.record([[Array("hello".utf8)]], in: folder)
        } throws: { error in
            (error as? IngestError)?.code == .unknownProtocol
        }
    }
}
