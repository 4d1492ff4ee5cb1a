import ChunkFile
import FrameIngest
import Foundation
import RunModel
import RunPipeline
import Synchronization
import TestFileSystems
import TestSupport
import Testing

/// An abort, or a writer that fails, while other writers have frames in hand: what was said to be written is what is in the files.
@Suite struct WriterLanesAbortTests {
    /// Two writers, sixteen frames a file; the second stands still at frame 16 until `act` has returned; then the
    /// series is stopped, if it is still open. Frames 0 to 15 and 32 to 47 are
    /// the first writer's, and written by then.
    private static func record(
        _ count: Int, in folder: TemporaryFolder, _ files: FaultyFileSystem,
        _ act: @escaping @Sendable (IngestSwitchboard) -> Void
    ) throws -> ForeverRecording {
        try ForeverRecording.record(
            Array(try ForeverTests.series(1, count: count).dropLast()), in: folder, until: 1,
            configure: { plan in
                plan.writers = 2
                plan.framesPerFile = 16
                plan.framesPerFileIsGiven = true
                plan.fileSystem = files
                plan.closeAfter_s = 600
            },
            whenArmed: { receiver, switchboard in
                files.change { $0.holdsWrites = true }
                Thread {
                    #expect(SteeringTests.eventually { receiver.counters.messages == count + 1 })
                    act(switchboard)
                    files.change { $0.holdsWrites = false }
                    switchboard.stop()
                }.start()
            })
    }

    /// With eighty frames the thread that shares them out waits for the second writer: it cannot hear of the abort before that goes on.
    @Test(arguments: [48, 80]) func anAbortLeavesWhatWaitsForAWriterUnwritten(count: Int) throws {
        let folder = try TemporaryFolder("abort")
        let recording = try Self.record(count, in: folder, FaultyFileSystem(.init(heldSuffix: "_data_000002.h5"))) {
            switchboard in
            let run = folder.path + "/run_1"
            #expect(SteeringTests.eventually { (try? KilledRun.records(run).count) == 32 })
            switchboard.abort()
        }
        let sealed = try #require(recording.events(.sealed).first)
        #expect(sealed.ending == .aborted)
        let frames = try #require(sealed.frames)
        // The one that the second writer had in hand may be finished.
        #expect(frames.written == 32 || frames.written == 33)
        #expect(frames.received == count && frames.lostHere == count - frames.written && frames.lostDetector == 0)
        try Self.expectFilesHold(frames, in: folder, recording)
    }

    @Test func whatOtherWritersHaveInHandWhenOneFailsIsWrittenAndCounted() throws {
        let folder = try TemporaryFolder("abort")
        let files = FaultyFileSystem(.init(capacity: 8_000, limitedSuffix: "_data_000003.h5", heldSuffix: "_data_000002.h5"))
        let recording = try Self.record(48, in: folder, files) { switchboard in
            #expect(SteeringTests.eventually { switchboard.status().problem?.contains("writing failed") == true })
        }
        let sealed = try #require(recording.events(.sealed).first)
        #expect(sealed.ending == .writingFailed)
        let frames = try #require(sealed.frames)
        #expect(frames.written >= 32 && frames.written < 48 && frames.lostHere == 48 - frames.written)
        let stored = try Self.expectFilesHold(frames, in: folder, recording)
        #expect(stored.isSuperset(of: 0..<32))
    }

    /// The frames of the ledgers, which are those that were counted, here and in the status.
    @discardableResult
    private static func expectFilesHold(
        _ frames: FrameCounts, in folder: TemporaryFolder, _ recording: ForeverRecording
    ) throws -> Set<Int> {
        let run = folder.path + "/run_1"
        let stored = Set(try KilledRun.records(run).keys)
        #expect(stored.count == frames.written)
        let totals = try #require(recording.status?.totals)
        #expect(totals.framesWritten == frames.written && totals.lostHere == frames.lostHere)
        let summary = try RunSummary(json: Data(contentsOf: URL(fileURLWithPath: run + "/run.json")))
        let missing = Set(summary.missingFrames.flatMap { Array($0[0]...$0[1]) })
        #expect(missing == Set(0..<frames.received).subtracting(stored))
        #expect(try RunVerifier(folder: run, decodes: true).verify().problems == [])
        return stored
    }
}
