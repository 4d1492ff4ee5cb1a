import Diagnostics
import Frames
import TestSupport
import Testing

@Suite struct FrameStampTests {
    static let numbers: [UInt64] = [0, 1, 127, 128, 16_383, 4_000_000_000, 1 << 63, .max]

    private func stamped(_ chunk: [UInt8], _ number: UInt64, _ format: FrameFormat, _ encoding: ChunkEncoding) throws -> [UInt8] {
        try chunk.withUnsafeBytes { try FrameStamp.apply(number: number, to: $0, encoding: encoding, format: format) }
    }

    private func read(_ pixels: [UInt8], _ format: FrameFormat) throws -> UInt64 {
        try pixels.withUnsafeBytes { try FrameStamp.read($0, format: format) }
    }

    @Test(arguments: ChunkEncoding.allCases) func aStampedChunkCarriesTheNumberAndNothingElseChanges(encoding: ChunkEncoding)
        throws
    {
        for (slow, fast) in [(1, 13), (1, 20), (3, 5), (97, 131), (64, 1024)] {
            for type in PixelType.allCases {
                let format = try FrameFixtures.format(slow, fast, type)
                let pixels = FrameFixtures.pixels(format, kind: 4, seed: 21)
                let chunk = try FrameFixtures.encode(pixels, format, encoding)
                for number in Self.numbers {
                    let result = try stamped(chunk, number, format, encoding)
                    try FrameFixtures.check(result, format, encoding)
                    let back = try FrameFixtures.decode(result, format, encoding)
                    #expect(try read(back, format) == number)
                    let behind = FrameStamp.pixelCount * type.byteCount
                    if back[behind...] != pixels[behind...] { Issue.record("\(format) \(encoding): other pixels changed") }
                }
            }
        }
    }

    @Test func onlyTheFirstBlockOfABitshuffleChunkIsCodedAgain() throws {
        let format = try FrameFixtures.format(64, 1024, .uint16)
        let chunk = try FrameFixtures.encode(FrameFixtures.pixels(format, kind: 4, seed: 22), format, .bitshuffleLZ4)
        let result = try stamped(chunk, 77, format, .bitshuffleLZ4)
        func endOfFirst(_ bytes: [UInt8]) -> Int { 16 + Int(bytes[14]) << 8 + Int(bytes[15]) }
        #expect(Array(result[..<12]) == Array(chunk[..<12]))
        #expect(Array(result[endOfFirst(result)...]) == Array(chunk[endOfFirst(chunk)...]))
    }

    @Test func aFrameWithoutAStampSaysSo() throws {
        for type in PixelType.allCases {
            let format = try FrameFixtures.format(4, 5, type)
            for kind in FrameFixtures.kinds {
                let error = #expect(throws: FrameError.self) {
                    try read(FrameFixtures.pixels(format, kind: kind, seed: 23), format)
                }
                #expect(error?.code == .stampMissing)
            }
        }
    }

    @Test func aDamagedStampIsNotRead() throws {
        let format = try FrameFixtures.format(4, 5, .uint16)
        var pixels = [UInt8](repeating: 0, count: format.byteCount)
        try pixels.withUnsafeMutableBytes { try FrameStamp.write(number: 5, to: $0, format: format) }
        #expect(try read(pixels, format) == 5)
        pixels[4] = 6
        #expect(throws: FrameError.self) { try read(pixels, format) }
    }

    @Test func theStampIsWhereItsTableSays() {
        #expect(FrameStamp.values(of: 300) == [70, 83, 44, 2, 0, 0, 0, 0, 0, 0, 0, 0, 199 % 101])
        #expect(FrameStamp.values(of: .max).allSatisfy { $0 < 128 })
    }

    @Test func aFrameTooSmallForAStampIsRefused() throws {
        let format = try FrameFixtures.format(3, 4, .uint16)
        let chunk = try FrameFixtures.encode([UInt8](repeating: 0, count: 24), format, .bitshuffleLZ4)
        let error = #expect(throws: FrameError.self) { try stamped(chunk, 1, format, .bitshuffleLZ4) }
        #expect(error?.code == .formatMismatch)
    }
}
