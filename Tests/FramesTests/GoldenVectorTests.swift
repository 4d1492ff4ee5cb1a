import Diagnostics
import Frames
import Testing

/// Bytes that independent programs wrote and read (fact sheet on ingest formats, golden vectors).
@Suite struct GoldenVectorTests {
    @Test func sixteenShortsHaveTheKnownBitPlanes() throws {
        let elements = FrameFixtures.uint16(Array(0..<16))
        let planes = FrameFixtures.bytes("aaaaccccf0f000ff") + [UInt8](repeating: 0, count: 24)
        for level in InstructionLevel.allCases where level.isAvailable {
            #expect(try BitTransposition.shuffle(elements, elementSize: 2, level: level) == planes, "\(level)")
            #expect(try BitTransposition.unshuffle(planes, elementSize: 2, level: level) == elements, "\(level)")
        }
    }

    @Test func eightWordsHaveTheKnownBitPlanes() throws {
        let elements: [UInt8] = (0..<8).flatMap { (number: UInt8) -> [UInt8] in [4 + number, 3, 2, 1] }
        let planes = FrameFixtures.bytes("aacc0ff000000000ffff00000000000000ff000000000000ff00000000000000")
        #expect(try BitTransposition.shuffle(elements, elementSize: 4, level: .scalar) == planes)
    }

    @Test func theKnownBitshuffleChunkOfTwentyShortsIsDecoded() throws {
        let chunk = FrameFixtures.bytes(
            "0000000000000028 00002000 00000012 9eaaaaccccf0f000ff00010050000000000010001100 12001300")
        let format = try FrameFixtures.format(4, 5, .uint16)
        #expect(try FrameFixtures.decode(chunk, format, .bitshuffleLZ4) == FrameFixtures.uint16(Array(0..<20)))
        try FrameFixtures.check(chunk, format, .bitshuffleLZ4)
    }

    @Test func fiveThousandZerosGiveTheKnownChunk() throws {
        let format = try FrameFixtures.format(50, 100, .uint16)
        let chunk = try FrameFixtures.encode([UInt8](repeating: 0, count: 10_000), format, .bitshuffleLZ4)
        #expect(chunk.count == 80)
        #expect(Array(chunk[..<22]) == FrameFixtures.bytes("0000000000002710 00002000 0000002b 1f000100ffff"))
    }

    @Test func fewerThanEightElementsAreHeaderAndPixels() throws {
        let format = try FrameFixtures.format(2, 3, .uint16)
        let pixels = FrameFixtures.uint16(Array(0..<6))
        let chunk = FrameFixtures.bytes("000000000000000c 00002000") + pixels
        #expect(try FrameFixtures.encode(pixels, format, .bitshuffleLZ4) == chunk)
        #expect(try FrameFixtures.decode(chunk, format, .bitshuffleLZ4) == pixels)
    }

    @Test func theKnownStoredLZ4ChunkIsDecodedAndWritten() throws {
        let chunk = FrameFixtures.bytes("0000000000000010 00000010 00000010 00000100020003000400050006000700")
        let format = try FrameFixtures.format(2, 4, .uint16)
        let pixels = FrameFixtures.uint16(Array(0..<8))
        #expect(try FrameFixtures.decode(chunk, format, .lz4) == pixels)
        #expect(try FrameFixtures.encode(pixels, format, .lz4) == chunk)
    }

    @Test func theKnownByteOffsetsAreDecodedAndWritten() throws {
        let bytes = FrameFixtures.bytes("000580c3008035ff800080439c0000800080c0f734778080ff")
        let values: [Int32] = [0, 5, 200, -3, 40_000, 2_000_000_000, 1_999_999_872]
        let pixels = values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * Int32($0))) } }
        let format = try FrameFixtures.format(1, 7, .int32)
        #expect(try pixels.withUnsafeBytes { try ByteOffsetCodec.encode($0, format: format) } == bytes)
        var decoded = [UInt8](repeating: 0, count: 28)
        let used = try decoded.withUnsafeMutableBytes { output in
            try bytes.withUnsafeBytes { try ByteOffsetCodec.decode($0, format: format, into: output) }
        }
        #expect(used == bytes.count)
        #expect(decoded == pixels)
    }

    @Test func aBareLZ4BlockGetsItsSixteenBytes() throws {
        let header = try LZ4BlockWrapping.header(uncompressedBytes: 8_971_380, compressedBytes: 77)
        #expect(header.bytes == FrameFixtures.bytes("000000000088e474 0088e474 0000004d"))
    }

    @Test func aBareLZ4BlockAsLongAsItsPixelsIsRefusedBecauseReadersTakeItAsStored() {
        let error = #expect(throws: FrameError.self) {
            try LZ4BlockWrapping.header(uncompressedBytes: 100, compressedBytes: 100)
        }
        #expect(error?.code == .formatMismatch)
    }
}
