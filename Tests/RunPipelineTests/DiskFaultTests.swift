import ChunkFile
import DetectorWire
import Diagnostics
import Foundation
import FrameIngest
import Frames
import Glibc
import RunModel
import RunPipeline
import TestFileSystems
import TestSupport
import Testing

/// Disks that fill up, fail, turn read-only or are slow while a run is recorded.
@Suite struct DiskFaultTests {
    private static func record(
        _ messages: [[[UInt8]]], _ folder: TemporaryFolder, _ fileSystem: any FileSystem,
        compression: ChunkEncoding = .bitshuffleLZ4
    ) throws -> SealedRun? {
        try Recording.record(messages, in: folder) { plan, options in
            plan.fileSystem = fileSystem
            plan.compression = compression
            options.compression = compression
            plan.space = SpaceOptions(preallocationStep: 1 << 14, endOfFileStep: 1 << 20)
        }
    }

    @Test func aFullDiskEndsTheFramesAndNotTheRun() throws {
        let folder = try TemporaryFolder("full")
        let files = FaultyFileSystem(.init(capacity: 150_000, limitedSuffix: "_data_000001.h5"))
        let run = try #require(
            try Self.record(try Recording.series(.v2, count: 200, encoding: .none), folder, files, compression: .none))
        #expect(run.summary.verdict == .partial)
        #expect(run.summary.ending == .writingFailed)
        #expect(run.summary.frames.written > 5 && run.summary.frames.lostHere == 200 - run.summary.frames.written)
        #expect(run.summary.frames.lostDetector == 0)
        #expect(run.summary.missingFrames == [[run.summary.frames.written, 199]])
        #expect(run.summary.notes.contains { $0.contains("No space left on device") })
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
    }

    @Test func aFullDiskWithoutRoomForMaskedFramesLeavesGapsAndSaysSo() throws {
        let folder = try TemporaryFolder("gaps")
        var messages = try Recording.series(.v2, count: 200, encoding: .none)
        messages.remove(at: 4)
        let files = FaultyFileSystem(.init(capacity: 150_000, limitedSuffix: "_data_000001.h5"))
        let run = try #require(try Self.record(messages, folder, files, compression: .none))
        #expect(run.summary.frames.lostDetector == 1)
        #expect(run.summary.missingFrames.first == [3, 3])
        #expect(run.summary.notes.contains { $0.contains("a gap, which reads as masked pixels") })
        let data = try #require(run.summary.files.first { $0.role == .data })
        #expect(data.frames == run.summary.frames.written + 1)
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
    }

    /// The device fails for good in the middle; what was acknowledged waits in the folder until it works again.
    @Test(arguments: [EIO, EROFS])
    func aDeviceThatFailsLeavesARunThatCanBeRecovered(number: Int32) throws {
        let folder = try TemporaryFolder("device")
        let files = FaultyFileSystem(.init(refusesMapping: true, errorNumber: number, failsFrom: 60))
        #expect(throws: (any Error).self) {
            _ = try Self.record(try Recording.series(.v2, count: 40), folder, files)
        }
        let left = try #require(try KilledRun(in: folder.path))
        #expect(left.acknowledged.count > 5)
        let summary = try #require(try left.checkedRecovery("after errno \(number)"))
        #expect(summary.verdict == .partial && summary.frames.written == left.acknowledged.count)
    }

    @Test func aDiskWithoutRoomForTheSealIsRefusedBeforeTheFirstFrame() throws {
        let folder = try TemporaryFolder("noseal")
        let files = FaultyFileSystem(.init(capacity: 10_000, limitedSuffix: ".room-for-the-seal"))
        #expect {
            _ = try Self.record(try Recording.series(.v2, count: 3), folder, files)
        } throws: { error in
            (error as? PipelineError)?.code == .noSpace
        }
    }

    /// HDF5's own account is five lines of its functions' names, and nothing that an operator can do.
    @Test func whatTheSystemAnswersWhenAFileIsMadeIsSaidInItsWords() throws {
        let folder = try TemporaryFolder("gone")
        let recording = try ForeverRecording.record(
            try ForeverTests.series(1), in: folder, until: 1,
            whenArmed: { _, _ in try? FileManager.default.removeItem(atPath: folder.path + "/run_1") })
        let problem = try #require(recording.status?.problem)
        #expect(
            problem.contains(
                "cannot make the data file (\(folder.path)/run_1/run_1_data_000001.h5): got No such file or directory (ENOENT)"),
            "\(problem)")
        #expect(!problem.contains("H5F"), "\(problem)")
    }

    @Test func aSlowDiskLosesNothing() throws {
        let folder = try TemporaryFolder("slow")
        let files = FaultyFileSystem(.init(refusesMapping: true, delay_us: 2_000))
        let run = try #require(try Self.record(try Recording.series(.v2, count: 50), folder, files))
        #expect(run.summary.verdict == .complete)
    }

    @Test func aSealedRunLeavesNoReservation() throws {
        let folder = try TemporaryFolder("reserved")
        let run = try #require(try Self.record(try Recording.series(.v2, count: 3), folder, LocalFileSystem()))
        let names = try FileManager.default.contentsOfDirectory(atPath: run.folder.path)
        #expect(names.allSatisfy { !$0.hasPrefix(".") })
    }
}
