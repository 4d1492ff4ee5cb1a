import ChunkFile
import DetectorWire
import Foundation
import Frames
import HDF5
import RunModel
import RunPipeline
import TestFileSystems
import TestSupport
import Testing

/// Channels that do not hold what was announced: whatever they lack, the run is sealed, at once or by a recovery.
@Suite struct UnequalChannelsTests {
    private static let names = ["threshold_1", "threshold_2"]

    /// Images of both channels, the second of `slow` rows instead of 20.
    private static func images(_ frames: Range<Int>, slow: Int) throws -> [[[UInt8]]] {
        try frames.map { frame in
            try StreamEncoder(version: .v2).image(
                ImageHead(seriesID: 42, frame: Int64(frame), uniqueID: "01TEST"),
                names.enumerated().map { index, name in
                    try Recording.array(
                        frame: frame, channel: name, slow: index == 0 ? 20 : slow, fast: 30, encoding: .bitshuffleLZ4
                    ) { UInt16(truncatingIfNeeded: $0 + $1) }
                })
        }
    }

    @Test func aChannelThatNeverComesDoesNotHoldTheSeal() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 5, channels: Self.names)
        let one = try Recording.series(.v2, count: 5)
        for frame in 1...5 { messages[frame] = one[frame] }
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.frames.invalid == 5)
        #expect(run.summary.files.filter { $0.role == .data }.map(\.frames) == [5])
        #expect(run.summary.notes.contains { $0.contains("channel threshold_2 was announced and has no frame") })
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
    }

    @Test func aChannelOfAnotherShapeIsInvalidAndDoesNotHoldTheSeal() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 6, channels: Self.names)
        messages.replaceSubrange(1...3, with: try Self.images(0..<3, slow: 10))
        let run = try #require(try Recording.record(messages, in: folder))
        #expect(run.summary.frames.invalid == 3 && run.summary.frames.written == 3)
        #expect(run.summary.invalidFrames.first?.reason.contains("shape") == true)
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
    }

    @Test func aWriterOfTwoChannelsThatIsKilledAtAnyCallLeavesARunThatCanBeRecovered() throws {
        func record(_ folder: TemporaryFolder, _ fileSystem: any FileSystem) throws {
            _ = try Recording.record(try Recording.series(.v2, count: 3, channels: Self.names), in: folder) { plan, _ in
                plan.fileSystem = fileSystem
                plan.framesPerFile = 2
                plan.space = SpaceOptions(preallocationStep: 1 << 16, endOfFileStep: 1 << 20)
            }
        }
        let counter = FaultyFileSystem(.init(refusesMapping: true))
        try record(try TemporaryFolder("whole"), counter)
        var recovered = 0
        for life in 0..<counter.changes {
            let folder = try TemporaryFolder("killed")
            try? record(folder, FaultyFileSystem(.init(refusesMapping: true, livesFor: life)))
            guard let killed = try KilledRun(in: folder.path) else { continue }
            if try killed.checkedRecovery("killed at call \(life)") != nil { recovered += 1 }
        }
        #expect(recovered > 40)
    }

    @Test func theSecondFileOfTheSecondChannelIsMissingAndItsFramesReadAsMasked() throws {
        let folder = try TemporaryFolder()
        var messages = try Recording.series(.v2, count: 6, channels: Self.names)
        let one = try Recording.series(.v2, count: 6)
        for frame in 3...4 { messages[frame] = one[frame] }
        // The file cannot be made at the seal, which alone would want it.
        let files = FaultyFileSystem(.init(capacity: 0, limitedSuffix: "threshold_2_data_000002.h5.part"))
        let run = try #require(
            try Recording.record(messages, in: folder) { plan, _ in
                plan.framesPerFile = 2
                plan.fileSystem = files
            })
        #expect(run.summary.frames.invalid == 2 && run.summary.frames.written == 4)
        #expect(run.summary.notes.contains { $0.contains("a gap, which reads as masked pixels") })
        #expect(try RunVerifier(folder: run.folder.path, decodes: true).verify().problems == [])
    }
}
