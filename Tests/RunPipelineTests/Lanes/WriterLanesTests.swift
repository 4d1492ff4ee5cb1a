import ChunkFile
import DetectorWire
import Diagnostics
import FrameIngest
import Foundation
import Frames
import RunModel
import RunPipeline
import TestSupport
import Testing

/// `--writers N`: blocks of frames over N files at a time.
@Suite struct WriterLanesTests {
    /// 200 frames of two channels: two have changed places, one is lost, one comes twice, one cannot be read.
    private static func messages() throws -> [[[UInt8]]] {
        var messages = try Recording.series(.v2, count: 200, channels: ["threshold_1", "threshold_2"])
        messages[151] = try Recording.series(.v2, count: 151, slow: 10, fast: 30, channels: ["threshold_1", "threshold_2"])[151]
        messages.swapAt(30, 40)
        messages.remove(at: 100)
        messages.insert(messages[50], at: 60)
        return messages
    }

    /// All that a ledger says of a stored chunk, but where it lies and when it came.
    private struct Stored: Hashable {
        let file: String
        let channel: UInt16
        let frame: UInt64
        let digest: ChunkDigest
        let flags: UInt16
    }

    /// By data file, in the order in which the chunks were acknowledged; masked ones too.
    private static func chunks(_ run: SealedRun) throws -> [[Stored]] {
        try run.summary.files.filter { $0.role == .ledger }.map { file in
            let ledger = try LedgerReader(path: run.folder.path + "/" + file.path)
            return try ledger.records(0..<ledger.count).map { record in
                Stored(
                    file: ledger.header.dataFileName, channel: record.channel, frame: record.frame, digest: record.digest,
                    flags: record.flags.rawValue)
            }
        }
    }

    @Test func anyNumberOfWritersStoresTheSameChunksInTheSameOrder() throws {
        var expected: [[Stored]] = []
        for writers in [1, 3, 2, 16] {
            let folder = try TemporaryFolder("writers")
            let run = try #require(
                try Recording.record(try Self.messages(), in: folder) { plan, _ in
                    plan.writers = writers
                    plan.framesPerFile = 16
                    plan.framesPerFileIsGiven = true
                    plan.flushInterval_s = 0.001
                })
            let frames = run.summary.frames
            #expect(frames.written == 198 && frames.lostDetector == 1 && frames.invalid == 1, "\(writers) writers")
            #expect(frames.duplicate == 1 && frames.lostHere == 0 && frames.received == 199, "\(writers) writers")
            #expect(run.summary.missingFrames == [[99, 99], [150, 150]])
            #expect(run.summary.invalidFrames.map(\.frame) == [150])
            #expect(run.summary.ending == .endMessage)
            // Twelve whole blocks and a short one.
            let data = run.summary.files.filter { $0.role == .data && !$0.path.contains("threshold_2") }
            #expect(data.map(\.firstFrame) == (0..<13).map { Optional($0 * 16) }, "\(writers) writers")
            #expect(data.map(\.frames) == Array(repeating: Optional(16), count: 12) + [8], "\(writers) writers")
            let report = try RunVerifier(folder: run.folder.path, decodes: true).verify()
            #expect(report.problems == [], "\(writers) writers")
            let found = try Self.chunks(run)
            #expect(found.joined().count == 400)
            if writers == 1 { expected = found }
            #expect(found == expected, "\(writers) writers")
        }
    }

    @Test func framesThatCameUnpackedArePackedBeforeTheyAreSharedOut() throws {
        let folder = try TemporaryFolder("packed")
        let run = try #require(
            try Recording.record(try Recording.series(.v2, count: 100, encoding: .none), in: folder) { plan, _ in
                plan.writers = 3
                plan.framesPerFile = 7
                plan.framesPerFileIsGiven = true
            })
        #expect(run.summary.verdict == .complete)
        #expect(run.summary.detector.compression == "bslz4")
        #expect(run.summary.files.filter { $0.role == .data }.map(\.frames) == Array(repeating: Optional(7), count: 14) + [2])
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
    }

    @Test func dataFilesAreCutSoThatEveryWriterHasABlockInThePool() throws {
        // 100 × 100 pixels of 2 bytes at a quarter are 5,000 bytes a frame: 52 of them are a quarter of a MiB.
        #expect(try Self.cut(writers: 2) == [52, 52, 26])
        #expect(try Self.cut(writers: 1) == [130])
        // As asked for, also where it does not fit.
        #expect(try Self.cut(writers: 2, framesPerFile: 100) == [100, 30])
        // Files of fewer than sixteen frames would be too many.
        #expect(try Self.cut(writers: 12) == Array(repeating: 16, count: 8) + [2])
    }

    private static func cut(writers: Int, framesPerFile: Int? = nil) throws -> [Int?] {
        let folder = try TemporaryFolder("cut")
        let run = try #require(
            try Recording.record(try Recording.series(.v2, count: 130, slow: 100, fast: 100), in: folder) { plan, options in
                plan.writers = writers
                plan.framesPerFile = framesPerFile ?? plan.framesPerFile
                plan.framesPerFileIsGiven = framesPerFile != nil
                options.poolBytes = 1 << 20
            })
        #expect(run.summary.verdict == .complete)
        return run.summary.files.filter { $0.role == .data }.map(\.frames)
    }

    @Test func aSingleFileHasOneWriter() throws {
        let folder = try TemporaryFolder("single")
        let run = try #require(
            try Recording.record(try Recording.series(.v2, count: 30), in: folder) { plan, _ in
                plan.writers = 4
                plan.framesPerFile = nil
            })
        #expect(run.summary.verdict == .complete)
        #expect(run.summary.files.filter { $0.role == .data }.map(\.frames) == [30])
    }
}
