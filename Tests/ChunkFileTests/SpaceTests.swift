import ChunkFile
import Foundation
import TestSupport
import Testing

@Suite struct SpaceTests {
    @Test func spaceThatIsGivenBackIsTakenAgainByTheNextFrame() throws {
        let folder = try TemporaryFolder("space")
        let skeleton = try Skeleton(in: folder, slow: 5, fast: 7, elementSize: 2)
        let recording = try Recording(skeleton, in: folder)
        for frame in 0..<3 { try recording.take(frame) }
        let before = recording.appender.spaceFigures.reservedAhead
        try recording.appender.giveBackSpaceAhead()
        let after = recording.appender.spaceFigures.reservedAhead
        // A file system that reserves nothing has nothing to give back.
        #expect(before == 0 || (before > 900_000 && after < 100_000))
        for frame in 3..<300 { try recording.take(frame) }
        try recording.flush()
        try recording.appender.giveBackSpaceAhead()
        for frame in 300..<310 { try recording.take(frame) }
        try recording.appender.seal(frames: 310)
        try recording.appender.giveBackSpaceAhead()
        #expect(try HDF5Judge(skeleton.path).read(0..<310) == (0..<310).flatMap(skeleton.frame))
    }
}
