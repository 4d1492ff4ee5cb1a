import CLZ4
import Frames
import TestSupport
import Testing

@Suite struct ChunkRoundTripTests {
    /// Shapes around the block of 8 KiB for element sizes 1 to 8, with every number of leftover pixels.
    static let shapes = [
        (1, 1), (1, 7), (1, 8), (1, 9), (3, 5), (7, 11), (16, 64), (1, 1023), (1, 1025), (1, 2047), (2, 1030), (64, 64),
        (1, 4097),
        (1, 8191), (8, 1024), (1, 8193), (11, 1031), (97, 131),
    ]

    @Test(arguments: ChunkEncoding.allCases) func everyShapeTypeAndKindComesBack(encoding: ChunkEncoding) throws {
        for (slow, fast) in Self.shapes {
            for type in PixelType.allCases {
                let format = try FrameFixtures.format(slow, fast, type)
                for kind in FrameFixtures.kinds {
                    let pixels = FrameFixtures.pixels(format, kind: kind, seed: 7)
                    let chunk = try FrameFixtures.encode(pixels, format, encoding)
                    try FrameFixtures.check(chunk, format, encoding)
                    let back = try FrameFixtures.decode(chunk, format, encoding)
                    if back != pixels { Issue.record("\(format), kind \(kind), \(encoding) differs") }
                }
            }
        }
    }

    @Test(arguments: [ChunkEncoding.bitshuffleLZ4, .bitshuffleZstd])
    func everyLevelWritesTheSameChunkAndReadsIt(encoding: ChunkEncoding) throws {
        for type in [PixelType.uint8, .uint16, .int32, .float64] {
            let format = try FrameFixtures.format(97, 131, type)
            for kind in FrameFixtures.kinds {
                let pixels = FrameFixtures.pixels(format, kind: kind, seed: 8)
                let chunk = try FrameFixtures.encode(pixels, format, encoding, level: .scalar)
                for level in BitPlaneKernelTests.available {
                    #expect(try FrameFixtures.encode(pixels, format, encoding, level: level) == chunk)
                    #expect(try FrameFixtures.decode(chunk, format, encoding, level: level) == pixels)
                }
            }
        }
    }

    @Test(arguments: [ChunkEncoding.bitshuffleLZ4, .bitshuffleZstd])
    func oneEncoderGivesEqualChunksForEqualFramesWhateverCameBetween(encoding: ChunkEncoding) throws {
        let format = try FrameFixtures.format(33, 129, .uint16)
        var encoder = try ChunkEncoder(format: format, encoding: encoding)
        func encode(_ pixels: [UInt8]) throws -> [UInt8] {
            var chunk = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
            let count = try chunk.withUnsafeMutableBytes { output in
                try pixels.withUnsafeBytes { try encoder.encode($0, into: output) }
            }
            return Array(chunk[..<count])
        }
        let frame = FrameFixtures.pixels(format, kind: 4, seed: 9)
        let first = try encode(frame)
        // Enough blocks between for the compressor's positions to begin again.
        var between = 0
        for kind in FrameFixtures.kinds {
            for seed in UInt64(0)..<10 { between += try encode(FrameFixtures.pixels(format, kind: kind, seed: seed)).count }
        }
        #expect(between > 0)
        #expect(try encode(frame) == first)
    }

    @Test func blocksOfAnotherSizeThanTheDefaultAreRead() throws {
        // 40 elements in blocks of 16: two full blocks, one of 8; each a valid LZ4 block of literals only.
        let format = try FrameFixtures.format(6, 7, .uint16)
        let pixels = FrameFixtures.pixels(format, kind: 6, seed: 10)
        var chunk = FrameFixtures.bytes("0000000000000054 00000020")
        for (start, count) in [(0, 16), (16, 16), (32, 8)] {
            let planes = BitPlaneReference.shuffle(Array(pixels[(2 * start)..<(2 * (start + count))]), elementSize: 2)
            let literals = [UInt8(0xf0), UInt8(planes.count - 15)] + planes
            chunk += [0, 0, 0, UInt8(literals.count)] + literals
        }
        chunk += pixels[80...]
        try FrameFixtures.check(chunk, format, .bitshuffleLZ4)
        #expect(try FrameFixtures.decode(chunk, format, .bitshuffleLZ4) == pixels)
    }

    @Test func anLZ4ChunkOfOneBlockIsRead() throws {
        let format = try FrameFixtures.format(97, 131, .uint16)
        let pixels = FrameFixtures.pixels(format, kind: 4, seed: 11)
        var block = [UInt8](repeating: 0, count: pixels.count * 2)
        let count = pixels.withUnsafeBytes { input in
            block.withUnsafeMutableBytes {
                LZ4_compress_default(input.baseAddress, $0.baseAddress, Int32(input.count), Int32($0.count))
            }
        }
        let chunk =
            try LZ4BlockWrapping.header(uncompressedBytes: pixels.count, compressedBytes: Int(count)).bytes + block[..<Int(count)]
        try FrameFixtures.check(chunk, format, .lz4)
        #expect(try FrameFixtures.decode(chunk, format, .lz4) == pixels)
    }

    @Test func wrongBuffersAreRefused() throws {
        let format = try FrameFixtures.format(10, 10, .uint16)
        var encoder = try ChunkEncoder(format: format, encoding: .bitshuffleLZ4)
        var small = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes - 1)
        let pixels = [UInt8](repeating: 0, count: 200)
        #expect(throws: FrameError.self) {
            try small.withUnsafeMutableBytes { output in try pixels.withUnsafeBytes { try encoder.encode($0, into: output) } }
        }
        #expect(throws: FrameError.self) { try FrameFixtures.encode(Array(pixels[1...]), format, .bitshuffleLZ4) }
    }

    @Test func aZstdLevelThatDoesNotExistIsStillAValidChunkOrRefused() throws {
        let format = try FrameFixtures.format(10, 10, .uint16)
        var encoder = try ChunkEncoder(format: format, encoding: .zstd, level: 22)
        var chunk = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
        let pixels = FrameFixtures.pixels(format, kind: 4, seed: 12)
        let count = try chunk.withUnsafeMutableBytes { output in
            try pixels.withUnsafeBytes { try encoder.encode($0, into: output) }
        }
        #expect(try FrameFixtures.decode(Array(chunk[..<count]), format, .zstd) == pixels)
    }
}
