import BeamlineMetadata
import ChunkFile
import DetectorWire
import Diagnostics
import FrameIngest
import Foundation
import Frames
import RunModel
import RunPipeline
import TestFileSystems
import TestSupport
import Testing

/// F3, F4: a disk that is full, fails, may no longer be written or is slow, through the file system that the pipeline is given.
@Suite struct FailingDiskTests {
    /// Frames of 1,200 bytes, stored as they come.
    static func series(_ count: Int) throws -> [[[UInt8]]] { try Recording.series(.v2, count: count, encoding: .none) }

    /// Every acknowledged frame has the bytes that its ledger record vouches for, and is the frame that was sent.
    static func acknowledged(_ run: String) throws -> [Int] {
        let ledgers = try FileManager.default.contentsOfDirectory(atPath: run + "/ledger").filter { $0.hasSuffix(".ledger") }
            .sorted()
        return try ledgers.flatMap { name in
            let ledger = try LedgerReader(path: run + "/ledger/" + name)
            // A file that was not sealed looks 16 GiB long: it is never read whole.
            let data = try FileHandle(forReadingFrom: URL(fileURLWithPath: run + "/" + ledger.header.dataFileName))
            defer { try? data.close() }
            return try ledger.records(0..<ledger.count).map { record in
                try data.seek(toOffset: record.offset)
                let chunk = [UInt8](try data.read(upToCount: Int(record.size)) ?? Data())
                let frame = Int(record.frame)
                if !record.flags.contains(.masked) {
                    #expect(chunk == Recording.pixels(frame: frame, count: 600) { UInt16(truncatingIfNeeded: $0 * 7 + $1) })
                }
                return frame
            }
        }
    }

    /// Without room taken ahead (a file system that cannot), the disk refuses where it happens to: amid a frame, or amid the index of the seal.
    @Test(
        "F3: a disk that refuses at any byte loses no acknowledged frame: the run is sealed, or recovered when the disk takes bytes again",
        arguments: [ENOSPC, EDQUOT, EIO, EROFS], [30_000, 30_700, 31_500])
    func aDiskThatRefusesLosesNoAcknowledgedFrame(errorNumber: Int32, capacity: Int) throws {
        let files = FaultyFileSystem(.init(capacity: capacity, limitedSuffix: ".h5", refusesAllocation: true))
        files.change { $0.capacityError = errorNumber }
        try Self.losesNoAcknowledgedFrame(on: files, saying: errorNumber)
    }

    /// The chunk is in the data file when its record is refused: it must not be in the index either, for nobody vouches for it.
    @Test("F3: a ledger that refuses a record leaves no frame in the file that is not in the ledger", arguments: [0, 40])
    func aLedgerThatRefusesLeavesNoUnrecordedFrame(torn: Int) throws {
        let files = FaultyFileSystem(
            .init(
                // A page of header and 64 bytes a record.
                capacity: 4_096 + 20 * 64 + torn, limitedSuffix: ".ledger",
                refusesAllocation: true, refusesMapping: true))
        files.change { $0.capacityError = EIO }
        try Self.losesNoAcknowledgedFrame(on: files, saying: EIO)
    }

    /// Records sixty frames, recovers what was not sealed, and compares the run with its ledger.
    private static func losesNoAcknowledgedFrame(on files: FaultyFileSystem, saying errorNumber: Int32) throws {
        let folder = try TemporaryFolder()
        var sealed: SealedRun?
        var failure: (any Error)?
        do {
            sealed = try Recording.record(try Self.series(60), in: folder) { plan, receiver in
                plan.fileSystem = files
                plan.compression = .none
                receiver.compression = .none
            }
        } catch { failure = error }
        let run = folder.file("run_42").path
        let acknowledged = try Self.acknowledged(run)
        #expect(acknowledged.count > 5 && acknowledged.count < 60)
        #expect(acknowledged == Array(0..<acknowledged.count))
        if sealed == nil {
            // Said with what the disk said, and without a run.json that would claim an end.
            #expect(failure.map { "\($0)".contains(SystemErrno(errorNumber).text) } == true, "\(String(describing: failure))")
            #expect(!FileManager.default.fileExists(atPath: run + "/run.json"))
            let recovery = RunRecovery(folder: run, version: "test", logger: Quiet.logger)
            guard case .recovered(let recovered) = try recovery.recover() else {
                Issue.record("nothing was recovered")
                return
            }
            try recovered.writeManifest()
            sealed = recovered
        }
        let summary = try #require(sealed).summary
        #expect(summary.verdict == .partial)
        #expect(summary.frames.written == acknowledged.count)
        #expect(summary.missingFrames == [[acknowledged.count, 59]])
        #expect(try Self.acknowledged(run) == acknowledged)
        #expect(try RunVerifier(folder: run, decodes: true).verify().problems == [])
    }

    @Test("F4: a disk that stands still stops the receiving, within the pool, and loses nothing")
    func aDiskThatStandsStillStopsTheReceiving() throws {
        let folder = try TemporaryFolder()
        let files = FaultyFileSystem()
        var plan = IngestPlan(
            outputFolder: folder.path, beamline: .init(), nameTemplate: try RunNameTemplate("run"), version: "test")
        plan.fileSystem = files
        var options = StreamReceiver.Options()
        // Frames of 100 kB in a pool of 1 MB: what waits beyond it waits in the sockets and then at the detector.
        options.poolBytes = 1 << 20
        let player = StreamPlayer(try Recording.series(.v2, count: 200, slow: 200, fast: 250, encoding: .none))
        let receiver = try StreamReceiver(socket: try PullSocket(connectingTo: player.address), options: options)
        files.change { $0.holdsWrites = true }
        let acquisition = Acquisition(plan: plan, events: receiver.start(), logger: Quiet.logger)
        let watcher = Thread {
            // The disk comes back when the pool is full, and not before: that it gets full is what is tested.
            let limit = ContinuousClock.now + .seconds(60)
            while receiver.counters.pool.highestBytes < 900_000, ContinuousClock.now < limit { usleep(1000) }
            files.change { $0.holdsWrites = false }
        }
        watcher.start()
        let run = try #require(try acquisition.recordSeries())
        receiver.stop()
        #expect(run.summary.frames == FrameCounts(expected: 200, received: 200, written: 200))
        #expect(run.summary.verdict == .complete)
        // One message may lie beyond: it was in memory when the pool was found to be full.
        #expect(receiver.counters.pool.highestBytes <= (1 << 20) + 101_000)
        #expect(receiver.counters.pool.highestBytes >= 900_000)
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
    }
}
