import ChunkFile
import DetectorWire
import Diagnostics
import Foundation
import Frames
import RunModel
import RunPipeline
import TestFileSystems
import TestSupport
import Testing

/// Runs whose writer died: what was acknowledged is there after `recover`, whatever the instant.
@Suite struct RecoveryTests {
    /// Three data files, one frame out of order, one lost, one invalid: every kind of thing that a seal has to do.
    private static func messages() throws -> [[[UInt8]]] {
        var messages = try Recording.series(.v1, count: 10)
        messages.swapAt(3, 4)
        messages[6][2].removeLast(5)
        messages.remove(at: 8)
        return messages
    }

    private static func record(_ folder: TemporaryFolder, _ fileSystem: any FileSystem) throws -> SealedRun? {
        try Recording.record(try messages(), in: folder) { plan, _ in
            plan.fileSystem = fileSystem
            plan.framesPerFile = 4
            plan.flushInterval_s = 0
            plan.space = SpaceOptions(preallocationStep: 1 << 16, endOfFileStep: 1 << 20)
        }
    }

    /// The writer dies before, or in the middle of, every single call that changes a file: while it arms, records, flushes, seals.
    @Test(arguments: [false, true])
    func aWriterKilledAtAnyCallLosesNoAcknowledgedFrame(halfway: Bool) throws {
        let counter = FaultyFileSystem(.init(refusesMapping: true))
        _ = try Self.record(try TemporaryFolder("whole"), counter)
        #expect(counter.changes > 100)
        var verdicts: [Verdict: Int] = [:]
        var most = 0
        for life in 0..<counter.changes {
            let folder = try TemporaryFolder("killed")
            let files = FaultyFileSystem(.init(refusesMapping: true, livesFor: life, diesHalfway: halfway))
            _ = try? Self.record(folder, files)
            guard let killed = try KilledRun(in: folder.path) else { continue }
            most = max(most, killed.acknowledged.count)
            guard let summary = try killed.checkedRecovery("killed at call \(life)") else { continue }
            verdicts[summary.verdict, default: 0] += 1
            #expect(summary.frames.written == killed.acknowledged.count, "killed at call \(life)")
        }
        #expect(most == 8)
        #expect(verdicts[.failed, default: 0] > 0 && verdicts[.partial, default: 0] > 50, "\(verdicts)")
    }

    /// The recovery itself dies at every call; the next one ends what it began.
    @Test(arguments: [false, true])
    func aRecoveryKilledAtAnyCallCanBeRunAgain(halfway: Bool) throws {
        let counter = FaultyFileSystem(.init(refusesMapping: true))
        _ = try Self.record(try TemporaryFolder("whole"), counter)
        let folder = try TemporaryFolder("origin")
        // Dead in the seal of the last file.
        _ = try? Self.record(folder, FaultyFileSystem(.init(refusesMapping: true, livesFor: counter.changes * 3 / 5)))
        let origin = try #require(try KilledRun(in: folder.path))
        #expect(origin.acknowledged.count > 4)
        for life in 0..<1_000 {
            let copies = try TemporaryFolder("again")
            let copy = copies.path + "/" + (origin.folder as NSString).lastPathComponent
            try FileManager.default.copyItem(atPath: origin.folder, toPath: copy)
            let files = FaultyFileSystem(.init(refusesMapping: true, livesFor: life, diesHalfway: halfway))
            let wasWhole = (try? KilledRun.recovery(of: copy, fileSystem: files).recover()) != nil
            let killed = try #require(try KilledRun(in: copies.path))
            #expect(killed.acknowledged == origin.acknowledged, "recovery killed at call \(life)")
            _ = try killed.checkedRecovery("recovery killed at call \(life)")
            if wasWhole {
                #expect(life > 30)
                return
            }
        }
        Issue.record("no recovery lived long enough")
    }

    @Test func aRecoveredRunSaysWhatItIs() throws {
        let folder = try TemporaryFolder("said")
        _ = try? Recording.record(try Recording.series(.v2, count: 10), in: folder) { plan, _ in
            plan.fileSystem = FaultyFileSystem(.init(capacity: 0, limitedSuffix: "run.json.part"))
        }
        let killed = try #require(try KilledRun(in: folder.path))
        let summary = try #require(try killed.checkedRecovery("without run.json"))
        #expect(summary.verdict == .complete)
        #expect(summary.ending == .writerDied)
        #expect(summary.recovery?.note.contains("10 frames were acknowledged and are here, 10 announced, 0 missing") == true)
        #expect(summary.notes.contains { $0.contains("detector's own times") })
        #expect(summary.detector.compression == "bslz4")
        #expect(summary.times.firstFrame != nil)
        #expect(summary.files.contains { $0.path == "ledger/start.cbors" && $0.role == .header })
    }

    @Test(arguments: [ChunkEncoding.bitshuffleLZ4, .bitshuffleZstd, .lz4, .zstd])
    func theLedgerTellsHowChunksAreEncoded(encoding: ChunkEncoding) throws {
        let folder = try TemporaryFolder("encoding")
        _ = try? Recording.record(try Recording.series(.v2, count: 3, encoding: encoding), in: folder) { plan, _ in
            plan.fileSystem = FaultyFileSystem(.init(capacity: 0, limitedSuffix: "run.json.part"))
        }
        let killed = try #require(try KilledRun(in: folder.path))
        #expect(try killed.checkedRecovery("\(encoding)")?.detector.compression == encoding.rawValue)
    }

    @Test func aRunWhoseWriterLivesIsRefusedAndUntouched() throws {
        let folder = try TemporaryFolder("alive")
        _ = try? Recording.record(try Recording.series(.v2, count: 3), in: folder) { plan, _ in
            plan.fileSystem = FaultyFileSystem(.init(capacity: 0, limitedSuffix: "run.json.part"))
        }
        let killed = try #require(try KilledRun(in: folder.path))
        let files = LocalFileSystem()
        let held = try files.open(killed.folder + "/armed.json", .readOnly)
        #expect(try files.tryLock(held))
        #expect {
            _ = try KilledRun.recovery(of: killed.folder).recover()
        } throws: { error in
            (error as? PipelineError)?.code == .writerLives && (error as? PipelineError)?.exitStatus == .refused
        }
        files.closeFile(held)
        #expect(try killed.checkedRecovery("after the lock was gone") != nil)
    }

    @Test func anEmptyFolderHasNothingToRecover() throws {
        let folder = try TemporaryFolder("empty")
        #expect {
            _ = try KilledRun.recovery(of: folder.path).recover()
        } throws: { error in
            (error as? PipelineError)?.code == .nothingToRecover && (error as? PipelineError)?.exitStatus == .invalidInput
        }
    }

    @Test func chunksThatChangedAreNamedMaskedAndLeftOutOfTheLedger() throws {
        let folder = try TemporaryFolder("changed")
        _ = try? Recording.record(try Recording.series(.v2, count: 6), in: folder) { plan, _ in
            plan.fileSystem = FaultyFileSystem(.init(capacity: 0, limitedSuffix: "run.json.part"))
        }
        let killed = try #require(try KilledRun(in: folder.path))
        let record = try LedgerReader(path: killed.folder + "/ledger/run_42_data_000001.ledger").record(2)
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: killed.folder + "/run_42_data_000001.h5"))
        try handle.seek(toOffset: record.offset + 20)
        try handle.write(contentsOf: Data([0xA5, 0x5A]))
        try handle.close()
        let summary = try #require(
            try killed.checkedRecovery("changed", keeping: Set(killed.acknowledged.keys).subtracting([2])))
        #expect(summary.verdict == .partial)
        #expect(summary.frames.lostHere == 1 && summary.frames.written == 5)
        #expect(summary.missingFrames == [[2, 2]])
        let note = "1 record(s) whose stored bytes are not those that were received: frames 2"
        #expect(summary.notes.contains { $0.contains(note) })
    }

    @Test func whatOthersPutIntoTheFolderStaysAsItIs() throws {
        let folder = try TemporaryFolder("others")
        _ = try? Recording.record(try Recording.series(.v2, count: 3), in: folder) { plan, _ in
            plan.fileSystem = FaultyFileSystem(.init(capacity: 0, limitedSuffix: "run.json.part"))
        }
        let killed = try #require(try KilledRun(in: folder.path))
        let names = ["processed.h5", "run_42_background.h5", "notes.part", "run_43_data_000001.h5"]
        for name in names { try Data("mine".utf8).write(to: URL(fileURLWithPath: killed.folder + "/" + name)) }
        guard case .recovered = try KilledRun.recovery(of: killed.folder).recover() else {
            Issue.record("not recovered")
            return
        }
        for name in names {
            #expect(FileManager.default.contents(atPath: killed.folder + "/" + name) == Data("mine".utf8), "\(name)")
        }
    }
}
