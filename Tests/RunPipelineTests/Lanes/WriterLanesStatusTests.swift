import ChunkFile
import Foundation
import Glibc
import RunModel
import RunPipeline
import Synchronization
import TestFileSystems
import TestSupport
import Testing

/// What the status says of a run whose writers fail when the series is over: with one writer nothing is in hand by then, with several a
/// block of frames for each may be.
@Suite struct WriterLanesStatusTests {
    /// Two writers, sixteen frames a file, the second writer held at its first frame until it is released.
    private static func configure(_ plan: inout IngestPlan, _ files: FaultyFileSystem) {
        plan.writers = 2
        plan.framesPerFile = 16
        plan.framesPerFileIsGiven = true
        plan.fileSystem = files
    }

    /// Waits until the series is closed and its first writer has ended, then lets the second meet its error.
    private static func failTheHeldWriter(_ files: FaultyFileSystem, _ switchboard: IngestSwitchboard) {
        #expect(SteeringTests.eventually { switchboard.status().totals.framesWritten >= 16 })
        // Nothing else writes now: the next change is the held one.
        let changes = files.changes
        files.change {
            $0.failsAt = changes + 1
            $0.holdsWrites = false
        }
    }

    @Test func aWriterThatFailsAfterTheEndOfTheSeriesIsAProblemOfTheIngest() throws {
        let folder = try TemporaryFolder("status")
        let files = FaultyFileSystem(.init(heldSuffix: "_data_000002.h5"))
        let said = Mutex<[IngestStatus]>([])
        let recording = try ForeverRecording.record(
            try ForeverTests.series(1, count: 32), in: folder, until: 1, configure: { Self.configure(&$0, files) },
            on: { event, switchboard in
                guard event.event == .sealed else { return }
                _ = SteeringTests.eventually { switchboard.status().state == .failed }
                said.withLock { $0.append(switchboard.status()) }
            },
            whenArmed: { _, switchboard in
                files.change { $0.holdsWrites = true }
                Thread {
                    #expect(SteeringTests.eventually { switchboard.status().state == .sealing })
                    Self.failTheHeldWriter(files, switchboard)
                }.start()
            })
        let sealed = try #require(recording.events(.sealed).first)
        #expect(sealed.ending == .writingFailed)
        #expect(sealed.frames == FrameCounts(expected: 32, received: 32, written: 16, lostHere: 16))
        let status = try #require(said.withLock { $0.first })
        #expect(status.problem?.contains("writing failed") == true, "\(status.problem ?? "no problem")")
        // As after a failure that was seen while frames came: the next would be lost as well.
        #expect(status.state == .failed)
    }

    @Test func aWriterThatFailsBehindTheNextSeriesIsSaidAndDoesNotEndIt() throws {
        let folder = try TemporaryFolder("status")
        let files = FaultyFileSystem(.init(heldSuffix: "run_1_data_000002.h5"))
        let said = Mutex<[IngestStatus]>([])
        let recording = try ForeverRecording.record(
            try ForeverTests.series(1, count: 32) + (try ForeverTests.series(2, count: 8).dropLast()), in: folder, until: 2,
            configure: { Self.configure(&$0, files) },
            whenArmed: { _, switchboard in
                guard switchboard.status().totals.framesReceived > 0 else { return files.change { $0.holdsWrites = true } }
                Thread {
                    #expect(SteeringTests.eventually { switchboard.status().totals.framesWritten == 24 })
                    Self.failTheHeldWriter(files, switchboard)
                    _ = SteeringTests.eventually { switchboard.status().totals.runs.partial == 1 }
                    said.withLock { $0.append(switchboard.status()) }
                    switchboard.stop()
                }.start()
            })
        #expect(recording.sealed == ["run_1 partial", "run_2 complete"])
        let status = try #require(said.withLock { $0.first })
        #expect(status.problem?.contains("writing failed") == true, "\(status.problem ?? "no problem")")
        #expect(status.state == .recording)
    }

    @Test(arguments: [1, 2]) func aDataFileThatCannotBeForcedToTheDiskAtTheSealIsAProblem(writers: Int) throws {
        let folder = try TemporaryFolder("status")
        let files = FaultyFileSystem()
        let recording = try ForeverRecording.record(
            try ForeverTests.series(1, count: 20), in: folder, until: 1,
            configure: { plan in
                Self.configure(&plan, files)
                plan.writers = writers
                plan.syncInterval_s = 1000
            },
            whenArmed: { _, _ in files.change { $0.unsyncableSuffix = "_data_000002.h5" } })
        let status = try #require(recording.status)
        #expect(status.problem?.contains("_data_000002.h5") == true, "\(status.problem ?? "no problem")")
        #expect(status.totals.runsUnsealed == 1 && status.totals.framesWritten == 20)
        #expect(try KilledRun(in: folder.path)?.checkedRecovery("not synced")?.verdict == .complete)
    }
}
