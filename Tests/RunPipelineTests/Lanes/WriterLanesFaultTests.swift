import BeamlineMetadata
import ChunkFile
import DetectorWire
import Diagnostics
import FrameIngest
import Foundation
import Frames
import Glibc
import RunModel
import RunPipeline
import Synchronization
import TestFileSystems
import TestSupport
import Testing

/// What happens to a run of several writers when one of them fails, stands still or dies.
@Suite struct WriterLanesFaultTests {
    /// Frames of 1,200 bytes in files of sixteen, stored as they come.
    private static func record(
        _ folder: TemporaryFolder, writers: Int, _ files: any FileSystem, frames: Int = 200
    ) throws -> SealedRun? {
        try Recording.record(try FailingDiskTests.series(frames), in: folder) { plan, options in
            plan.writers = writers
            plan.framesPerFile = 16
            plan.framesPerFileIsGiven = true
            plan.fileSystem = files
            plan.compression = .none
            options.compression = .none
            plan.space = SpaceOptions(preallocationStep: 1 << 12, endOfFileStep: 1 << 20)
        }
    }

    @Test func aDiskThatIsFullForOneWriterEndsTheSeriesForAll() throws {
        let folder = try TemporaryFolder("failing")
        let files = FaultyFileSystem(.init(capacity: 12_000, limitedSuffix: "_data_000002.h5"))
        let run = try #require(try Self.record(folder, writers: 2, files))
        let frames = run.summary.frames
        #expect(run.summary.ending == .writingFailed)
        #expect(run.summary.verdict == .partial)
        #expect(frames.received == 200 && frames.lostHere > 0 && frames.written + frames.lostHere == 200)
        // All of the first file was the other writer's.
        #expect(frames.written >= 16)
        #expect(run.summary.notes.contains { $0.contains("writing failed") && $0.contains("_data_000002.h5") })
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
        let stored = try FailingDiskTests.acknowledged(run.folder.path)
        #expect(stored.count >= frames.written && Set(stored).isSuperset(of: 0..<16))
    }

    @Test(arguments: [EIO, EROFS])
    func aDeviceThatFailsUnderOneWriterLosesNoAcknowledgedFrame(number: Int32) throws {
        let folder = try TemporaryFolder("device")
        let files = FaultyFileSystem(.init(capacity: 12_000, limitedSuffix: "_data_000003.h5"))
        files.change { $0.capacityError = number }
        // How far the other writers had got decides whether a seal has to write to the third file: then the run waits for a recovery.
        let sealed = try? Self.record(folder, writers: 3, files)
        let left = try #require(try KilledRun(in: folder.path))
        #expect(left.acknowledged.count >= 32)
        #expect(sealed == nil || sealed?.summary.ending == .writingFailed)
        let summary = try #require(try sealed?.summary ?? left.checkedRecovery("after errno \(number)"))
        #expect(summary.verdict == .partial && summary.frames.written == left.acknowledged.count)
        #expect(try RunVerifier(folder: left.folder, decodes: true).verify().problems == [])
    }

    /// After so many changes the disk takes no more, from any writer: what a kill leaves.
    @Test(arguments: [25, 40, 80, 120, 200, 300, 371])
    func whateverTheWritersHadAcknowledgedComesBack(changes: Int) throws {
        let folder = try TemporaryFolder("killed")
        let files = FaultyFileSystem(.init(refusesMapping: true, livesFor: changes, diesHalfway: true))
        _ = try? Self.record(folder, writers: 3, files)
        try KilledRun(in: folder.path)?.checkedRecovery("dead after \(changes) changes")
    }

    /// The first writer stands still at its first frame while the others go on: a lane may be any distance behind when all are killed.
    @Test func aWriterThatIsBehindIsRecoveredWithTheOthers() throws {
        let folder = try TemporaryFolder("behind")
        let copies = try TemporaryFolder("copies")
        let files = FaultyFileSystem(.init(heldSuffix: "_data_000001.h5"))
        files.change { $0.holdsWrites = true }
        let run = folder.file("run_42").path
        let copied = Mutex<(any Error)?>(nil)
        let watcher = Thread {
            // Until blocks 2 and 3 are written; then nothing moves, as the first lane's queue is full.
            let limit = ContinuousClock.now + .seconds(600)
            let others = Set(16..<48)
            while ContinuousClock.now < limit, !others.isSubset(of: Self.acknowledged(in: run)) { usleep(1000) }
            usleep(100_000)
            do { try Self.copy(run, to: copies.file("run_42").path) } catch { copied.withLock { $0 = error } }
            files.change { $0.holdsWrites = false }
        }
        watcher.start()
        let sealed = try #require(try Self.record(folder, writers: 3, files))
        #expect(copied.withLock { $0 == nil })
        #expect(sealed.summary.verdict == .complete)
        #expect(try RunVerifier(folder: run, decodes: true).verify().problems == [])

        let left = try #require(try KilledRun(in: copies.path))
        #expect(left.acknowledged.count >= 32 && left.acknowledged.keys.allSatisfy { $0 >= 16 })
        let summary = try #require(try left.checkedRecovery("the first writer was behind"))
        #expect(summary.frames.written == left.acknowledged.count)
        // The block that was not begun is there as masked frames.
        #expect(summary.missingFrames.first == [0, 15])
        #expect(summary.files.first { $0.role == .data }?.frames == 16)
    }

    private static func acknowledged(in run: String) -> Set<Int> { Set((try? KilledRun.records(run))?.keys.map(\.self) ?? []) }

    private static func copy(_ folder: String, to copy: String) throws {
        try FileManager.default.createDirectory(atPath: copy + "/ledger", withIntermediateDirectories: true)
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where name != "ledger" {
            try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)).write(to: URL(fileURLWithPath: copy + "/" + name))
        }
    }

    @Test func figuresAreSumsOverTheWriters() throws {
        let folder = try TemporaryFolder("figures")
        let files = FaultyFileSystem()
        var plan = IngestPlan(
            outputFolder: folder.path, beamline: BeamlineConfiguration(), nameTemplate: try RunNameTemplate("run"),
            version: "test")
        plan.writers = 3
        plan.framesPerFile = 16
        plan.framesPerFileIsGiven = true
        plan.compression = .none
        plan.fileSystem = files
        var options = StreamReceiver.Options()
        options.compression = .none
        let player = StreamPlayer(try FailingDiskTests.series(48))
        let receiver = try StreamReceiver(socket: try PullSocket(connectingTo: player.address), options: options)
        let switchboard = IngestSwitchboard(
            plan: plan, from: player.address,
            counters: { receiver.counters }, sendOrder: { receiver.sendOrder() })
        let acquisition = Acquisition(
            plan: plan, events: receiver.start(), switchboard: switchboard, logger: Quiet.logger,
            progress: { progress in
                // All three stand still at their first frames.
                if progress.state == .armed { files.change { $0.holdsWrites = true } }
            })
        let held = Mutex<IngestStatus?>(nil)
        let watcher = Thread {
            let limit = ContinuousClock.now + .seconds(60)
            while switchboard.status().totals.framesReceived < 48, ContinuousClock.now < limit { usleep(1000) }
            held.withLock { $0 = switchboard.status() }
            files.change { $0.holdsWrites = false }
        }
        watcher.start()
        let run = try #require(try acquisition.recordSeries())
        receiver.stop()
        #expect(run.summary.verdict == .complete)
        let waiting = try #require(held.withLock { $0 })
        #expect(waiting.writers == 3)
        // Sixteen frames of 1,200 bytes with each of three writers.
        #expect(waiting.unacknowledgedBytes >= 48 * 1200)
        #expect(waiting.totals.framesWritten == 0)
        let status = switchboard.status()
        #expect(status.unacknowledgedBytes == 0)
        #expect(status.totals.framesReceived == 48 && status.totals.framesWritten == 48)
        #expect(status.totals.bytesStored == 48 * 1200)
        #expect(plan.acknowledgement.snapshot().count == 48)
    }
}
