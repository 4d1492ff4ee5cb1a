import Diagnostics
import Frames
import TestSupport
import Testing

/// Chunks that are cut, garbled or made up: refused with an error, never a trap, never pixels taken for good silently when cut.
@Suite struct HostileChunkTests {
    static let compressed: [ChunkEncoding] = [.bitshuffleLZ4, .bitshuffleZstd, .lz4, .zstd]

    @Test(arguments: ChunkEncoding.allCases) func aChunkCutAtAnyLengthIsRefusedByFramingAndDecoder(encoding: ChunkEncoding) throws
    {
        let format = try FrameFixtures.format(37, 131, .uint16)
        let chunk = try FrameFixtures.encode(FrameFixtures.pixels(format, kind: 3, seed: 13), format, encoding)
        for count in 0..<chunk.count {
            let cut = Array(chunk[..<count])
            #expect(throws: FrameError.self, "\(count) of \(chunk.count)") { try FrameFixtures.check(cut, format, encoding) }
            #expect(throws: FrameError.self, "\(count) of \(chunk.count)") { try FrameFixtures.decode(cut, format, encoding) }
        }
        #expect(throws: FrameError.self) { try FrameFixtures.check(chunk + [0], format, encoding) }
        #expect(throws: FrameError.self) { try FrameFixtures.decode(chunk + [0], format, encoding) }
    }

    @Test(arguments: compressed) func hundredThousandMutatedChunksNeitherTrapNorGrow(encoding: ChunkEncoding) throws {
        let format = try FrameFixtures.format(33, 131, .uint16)
        let whole = try FrameFixtures.encode(FrameFixtures.pixels(format, kind: 4, seed: 14), format, encoding)
        var decoder = try ChunkDecoder(format: format, encoding: encoding)
        var pixels = [UInt8](repeating: 0, count: format.byteCount)
        var generator = SeededGenerator(seed: 15)
        var refused = 0
        // Four encodings: 100,000 in all.
        for _ in 0..<25_000 {
            var chunk = whole
            for _ in 0...(generator.next() % 4) {
                // The framing is hit as often as the data.
                let place = Int(generator.next() % UInt64(generator.next() % 2 == 0 ? min(chunk.count, 24) : chunk.count))
                switch generator.next() % 4 {
                case 0: chunk[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: chunk[place] ^= 1 << (generator.next() % 8)
                case 2: chunk.removeSubrange(place..<min(chunk.count, place + 1 + Int(generator.next() % 8)))
                default: chunk.insert(contentsOf: generator.bytes(1 + Int(generator.next() % 8)), at: place)
                }
                if chunk.isEmpty { chunk = [0] }
            }
            do throws(FrameError) {
                try decode(&decoder, chunk, &pixels)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 10_000)
    }

    private func decode(_ decoder: inout ChunkDecoder, _ chunk: [UInt8], _ pixels: inout [UInt8]) throws(FrameError) {
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk.count, alignment: 1)
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: pixels.count, alignment: 1)
        defer {
            input.deallocate()
            output.deallocate()
        }
        // Buffers of the exact size on the heap, so that the address sanitiser sees one byte too many.
        input.copyBytes(from: chunk)
        let bytes = UnsafeRawBufferPointer(input)
        var framingError: FrameError?
        do throws(FrameError) {
            try ChunkFraming.check(bytes, encoding: decoder.encoding, format: decoder.format)
        } catch {
            framingError = error
        }
        try decoder.decode(bytes, into: output)
        // What the decoder accepts, the framing check must have accepted.
        if let framingError, decoder.encoding != .zstd {
            Issue.record("decoded although the framing was refused: \(framingError)")
        }
    }

    @Test func aBlockSizeLargerThanTheFrameAsksForNoMoreMemoryThanTheFrame() throws {
        let format = try FrameFixtures.format(4, 5, .uint16)
        var chunk = FrameFixtures.bytes(
            "0000000000000028 00002000 00000012 9eaaaaccccf0f000ff00010050000000000010001100 12001300")
        // 2 GiB a block: legal, and no full block occurs.
        chunk[8] = 0x7f
        #expect(try FrameFixtures.decode(chunk, format, .bitshuffleLZ4) == FrameFixtures.uint16(Array(0..<20)))
    }

    @Test func aChunkOfAnotherFrameSizeIsRefusedWithBothSizes() throws {
        let format = try FrameFixtures.format(10, 10, .uint16)
        let other = try FrameFixtures.format(10, 11, .uint16)
        for encoding in ChunkEncoding.allCases {
            let chunk = try FrameFixtures.encode(FrameFixtures.pixels(format, kind: 4, seed: 16), format, encoding)
            let error = #expect(throws: FrameError.self) { try FrameFixtures.check(chunk, other, encoding) }
            #expect(error?.description.contains("200") == true && error?.description.contains("220") == true, "\(encoding)")
        }
    }

    @Test func framingNamesTheBlockThatIsCut() throws {
        let format = try FrameFixtures.format(64, 256, .uint16)
        let chunk = try FrameFixtures.encode(FrameFixtures.pixels(format, kind: 6, seed: 17), format, .bitshuffleLZ4)
        let error = #expect(throws: FrameError.self) {
            try FrameFixtures.check(Array(chunk[..<(chunk.count - 5)]), format, .bitshuffleLZ4)
        }
        #expect(error?.code == .chunkTruncated)
        #expect(error?.place?.hasPrefix("block 3") == true)
    }
}
