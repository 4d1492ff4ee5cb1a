import ChunkFile
import Diagnostics
import TestSupport
import Testing

@Suite struct IndexTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder("index") }

    @Test(arguments: [0, 1, 63, 64, 65, 5_000])
    func aSealedIndexIsReadBackByUsAndByHDF5(count: Int) throws {
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender()
        var stored: [StoredChunk] = []
        for frame in 0..<count { stored.append(try appender.append(skeleton.frame(frame), frame: frame)) }
        try appender.seal(frames: count)

        let index = try skeleton.read()
        #expect(index.extent == count)
        #expect(index.chunks.map(\.frame) == Array(0..<count))
        #expect(index.chunks.map(\.offset) == stored.map(\.offset))
        #expect(index.dataset.endOfFile == (try Bytes.of(skeleton.path).count))

        let judge = try HDF5Judge(skeleton.path)
        #expect(judge.frames == count)
        #expect(try judge.chunkCount() == count)
        for frame in 0..<count {
            let chunk = try judge.chunk(frame)
            #expect(chunk == (stored[frame].offset, skeleton.frameBytes, 0))
        }
        if count > 0 { #expect(try judge.read(0..<count) == (0..<count).flatMap(skeleton.frame)) }
    }

    /// Three levels above the leaves. Every node is read by us; HDF5 reads samples and all chunks at the ends of nodes.
    @Test func aMillionChunksAreReadBack() throws {
        let count = 1_000_000
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender()
        for frame in 0..<count {
            try appender.append(Self.small(frame), frame: frame)
            if frame % 100_000 == 99_999 { try appender.flush() }
        }
        try appender.seal(frames: count)

        let index = try skeleton.read()
        #expect(index.chunks.count == count)
        #expect(index.chunks.indices.allSatisfy { index.chunks[$0].frame == $0 && index.chunks[$0].size == 8 })
        let judge = try HDF5Judge(skeleton.path)
        #expect(try judge.chunkCount() == count)
        let boundaries = [0, 63, 64, 4_095, 4_096, 262_143, 262_144, count - 1]
        for frame in boundaries + stride(from: 1_009, to: count, by: 1_009) {
            #expect(try judge.read(frame..<frame + 1) == Self.small(frame))
        }
    }

    @Test func framesOutOfOrderLieAtTheirOwnIndex() throws {
        let count = 9_000
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender()
        var generator = SeededGenerator(seed: 7)
        let order = Array(0..<count).shuffled(using: &generator)
        for (step, frame) in order.enumerated() {
            try appender.append(skeleton.frame(frame), frame: frame)
            if step % 500 == 0 {
                try appender.flush()
                let seen = try skeleton.read()
                #expect(seen.chunks.map(\.frame) == order[...step].sorted())
                let judge = try HDF5Judge(skeleton.path)
                #expect(try judge.chunkCount() == step + 1)
                #expect(try judge.read(frame..<frame + 1) == skeleton.frame(frame))
            }
        }
        #expect(appender.contiguousFrames == count && appender.missingFrames(below: count).isEmpty)
        try appender.seal(frames: count)
        #expect(try HDF5Judge(skeleton.path).read(0..<count) == (0..<count).flatMap(skeleton.frame))
    }

    /// The tree grows by several levels at once, around an old tree that had its own root.
    @Test(arguments: [[0, 5_000], [0, 63, 64, 300_000], [5, 4_096, 70, 20_000_000, 262_144], [17_000_000, 1]])
    func aFrameFarAheadDeepensTheTreeAndLosesNone(frames: [Int]) throws {
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender()
        for (step, frame) in frames.enumerated() {
            try appender.append(skeleton.frame(frame), frame: frame)
            try appender.flush()
            #expect(try skeleton.read().chunks.map(\.frame) == frames[...step].sorted())
            let judge = try HDF5Judge(skeleton.path)
            #expect(judge.frames == frames[...step].max().map { $0 + 1 })
            for seen in frames[...step] { #expect(try judge.read(seen..<seen + 1) == skeleton.frame(seen)) }
        }
    }

    @Test func aGapRefusesTheSealUntilItIsFilledIn() throws {
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender()
        for frame in [0, 1, 4, 6] { try appender.append(skeleton.frame(frame), frame: frame) }
        #expect(appender.missingFrames(below: 8) == [2..<4, 5..<6, 7..<8])
        let error = #expect(throws: ChunkFileError.self) { try appender.seal(frames: 8) }
        #expect(error?.code == .framesMissing)
        #expect(error?.got?.contains("4 missing, the first: 2..3, 5..5, 7..7") == true)
        #expect(throws: ChunkFileError.self) { try appender.seal(frames: 3) }
        for frame in [2, 3, 5, 7] { try appender.append([UInt8](repeating: 0xFF, count: 8), frame: frame, filterMask: 1) }
        try appender.seal(frames: 8)
        try appender.seal(frames: 8)
        #expect(throws: ChunkFileError.self) { try appender.seal(frames: 9) }
        #expect(try skeleton.read().chunks.map(\.filterMask) == [0, 0, 1, 1, 0, 1, 0, 1])
        #expect(try HDF5Judge(skeleton.path).chunk(3).filterMask == 1)
        #expect(try HDF5Judge(skeleton.path).read(2..<3) == [UInt8](repeating: 0xFF, count: 8))
    }

    @Test func aFrameIsTakenOnceAndOnlyWithinTheLimits() throws {
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender()
        try appender.append(skeleton.frame(3), frame: 3)
        let twice = #expect(throws: ChunkFileError.self) { try appender.append(skeleton.frame(3), frame: 3) }
        #expect(twice?.code == .duplicateFrame)
        for frame in [-1, 1 << 28, Int.max, Int.min] {
            let error = #expect(throws: ChunkFileError.self) { try appender.append(skeleton.frame(0), frame: frame) }
            #expect(error?.code == .limitExceeded)
        }
        #expect(throws: ChunkFileError.self) { try appender.append([], frame: 0) }
        #expect(appender.frameCount == 1 && appender.frameEnd == 4)
        #expect(appender.location(of: 3)?.size == 8)
    }

    @Test func aHeaderAndABodyBecomeOneChunk() throws {
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender()
        let header: [UInt8] = [1, 2, 3]
        let body: [UInt8] = [4, 5, 6, 7, 8]
        try header.withUnsafeBytes { header in
            try body.withUnsafeBytes { body in
                let chunk = try appender.write(header: header, body: body, frame: 0).chunk
                appender.enter(chunk, frame: 0, filterMask: 0)
                #expect(ChunkDigest.of(header, body) == [UInt8](1...8).withUnsafeBytes { ChunkDigest.of($0) })
            }
        }
        try appender.seal(frames: 1)
        #expect(try HDF5Judge(skeleton.path).read(0..<1) == Array(1...8))
    }

    @Test func visibleFramesCanBeHeldBack() throws {
        let skeleton = try Skeleton(in: folder)
        let appender = try skeleton.appender()
        for frame in [0, 1, 2, 5] { try appender.append(skeleton.frame(frame), frame: frame) }
        try appender.flush(visibleFrames: appender.contiguousFrames)
        #expect(try HDF5Judge(skeleton.path).frames == 3)
        try appender.flush()
        #expect(try HDF5Judge(skeleton.path).frames == 6)
    }

    static func small(_ frame: Int) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: frame >> (8 * ($0 % 4))) ^ UInt8($0) }
    }
}
