import Diagnostics
import Frames
import TestSupport
import Testing

@Suite struct ByteOffsetCodecTests {
    static let types: [PixelType] = [.uint8, .int8, .uint16, .int16, .uint32, .int32]

    private func decode(_ bytes: [UInt8], _ format: FrameFormat) throws -> (pixels: [UInt8], used: Int) {
        var pixels = [UInt8](repeating: 0xa5, count: format.byteCount)
        let used = try pixels.withUnsafeMutableBytes { output in
            try bytes.withUnsafeBytes { try ByteOffsetCodec.decode($0, format: format, into: output) }
        }
        return (pixels, used)
    }

    @Test(arguments: types) func everyKindOfFrameComesBackAndPaddingIsLeftAlone(type: PixelType) throws {
        for kind in FrameFixtures.kinds {
            let format = try FrameFixtures.format(19, 53, type)
            let pixels = FrameFixtures.pixels(format, kind: kind, seed: 18)
            let bytes = try pixels.withUnsafeBytes { try ByteOffsetCodec.encode($0, format: format) }
            let back = try decode(bytes + [0, 0, 0], format)
            #expect(back.pixels == pixels)
            #expect(back.used == bytes.count)
        }
    }

    @Test func dataCutAtAnyLengthAreRefused() throws {
        let format = try FrameFixtures.format(5, 7, .int32)
        let bytes = try FrameFixtures.pixels(format, kind: 6, seed: 19).withUnsafeBytes {
            try ByteOffsetCodec.encode($0, format: format)
        }
        for count in 0..<bytes.count {
            let error = #expect(throws: FrameError.self) { try decode(Array(bytes[..<count]), format) }
            #expect(error?.code == .chunkTruncated)
        }
    }

    @Test func aValueBeyondThePixelTypeIsRefused() throws {
        let error = #expect(throws: FrameError.self) { try decode([0xff], FrameFixtures.format(1, 1, .uint16)) }
        #expect(error?.code == .chunkCorrupt)
        // 64-bit differences that overflow their sum.
        let wide: [UInt8] = [0x80, 0, 0x80, 0, 0, 0, 0x80] + [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]
        #expect(throws: FrameError.self) { try decode(wide + wide, FrameFixtures.format(1, 2, .int32)) }
    }

    @Test func hundredThousandRandomStreamsNeitherTrapNorReadTooFar() throws {
        var generator = SeededGenerator(seed: 20)
        var whole = 0
        for number in 0..<100_000 {
            let format = try FrameFixtures.format(1, 6, Self.types[number % Self.types.count])
            let bytes = (0..<Int(generator.next() % 40)).map { _ in
                let random = generator.next()
                return random % 3 == 0 ? UInt8(0x80) : random % 3 == 1 ? 0 : UInt8(truncatingIfNeeded: random >> 8)
            }
            if (try? decode(bytes, format)) != nil { whole += 1 }
        }
        // Some are whole streams by chance, most are cut: both ways are walked.
        #expect((1..<100_000).contains(whole))
    }

    @Test func typesThatCBFDoesNotHaveAreRefused() throws {
        for type in [PixelType.uint64, .int64, .float32, .float64] {
            let error = #expect(throws: FrameError.self) { try decode([0], FrameFixtures.format(1, 1, type)) }
            #expect(error?.code == .notSupported)
        }
    }
}
