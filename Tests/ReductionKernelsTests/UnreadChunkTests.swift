import Diagnostics
import Frames
import ReductionKernels
import ScatteringGeometry
import Synchronization
import TestSupport
import Testing

/// Chunks that are read while they are decoded give what chunks in memory give.
@Suite struct UnreadChunkTests {
    /// A file in memory, which ends early or fails where it is told to.
    private final class Bytes: ChunkBytes {
        let bytes: [UInt8]
        /// Reads that reach behind it fail.
        let failsBehind: Int
        let reads = Atomic(0)

        init(_ bytes: [UInt8], failsBehind: Int = .max) {
            self.bytes = bytes
            self.failsBehind = failsBehind
        }

        func readBytes(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FrameError) -> Int {
            reads.add(1, ordering: .relaxed)
            guard offset + buffer.count <= failsBehind else { throw FrameError(.systemResource, "the disk is gone") }
            let count = min(buffer.count, max(0, bytes.count - offset))
            bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count])) }
            return count
        }
    }

    /// Chunks one behind the other, with some bytes between them.
    private static func file(_ chunks: [[UInt8]]) -> (bytes: [UInt8], places: [(offset: Int, size: Int)]) {
        var (bytes, places) = ([UInt8](repeating: 7, count: 100), [(offset: Int, size: Int)]())
        for chunk in chunks {
            places.append((bytes.count, chunk.count))
            bytes += chunk + [1, 2, 3]
        }
        return (bytes, places)
    }

    private static let shape = (slow: 601, fast: 703)

    /// Frame n is the noisier the larger n is: lanes reach the ends of their windows at different blocks.
    private static func chunks(_ format: FrameFormat, _ encoding: ChunkEncoding, _ count: Int) throws -> [[UInt8]] {
        var generator = SeededGenerator(seed: 19)
        return try (0..<count).map { frame in
            let pixels = (0..<format.byteCount).map { place -> UInt8 in
                let random = generator.next()
                // The high byte of a signed number stays small: not all pixels are to be excluded.
                let mask: UInt64 = place % format.pixelType.byteCount == 0 ? 0xFF : 0x7F
                return random >> 40 % 16 < UInt64(frame) ? UInt8(random & mask) : 0
            }
            return try SplitExamples.encode(pixels, format, encoding)
        }
    }

    private static func bins(_ format: FrameFormat) throws -> BinTable {
        try BinTable((0..<format.pixelCount).map { UInt16($0 / 97 % 501) }, binCount: 500)
    }

    @Test(arguments: [PixelType.uint8, .uint16, .int32], [ChunkEncoding.bitshuffleLZ4, .bitshuffleZstd])
    func sumsAreThoseOfChunksInMemory(_ type: PixelType, _ encoding: ChunkEncoding) throws {
        let format = FrameFormat(shape: try FrameShape(slow: Self.shape.slow, fast: Self.shape.fast), pixelType: type)
        let chunks = try Self.chunks(format, encoding, 16)
        let (bytes, places) = Self.file(chunks)
        #expect(chunks.contains { $0.count > 3 << 16 }, "no chunk is longer than a few windows")
        let file = Bytes(bytes)
        var kernel = try AzimuthalKernel(format: format, encoding: encoding, bins: try Self.bins(format))
        var expected: [AzimuthalSums] = []
        try SplitExamples.withBytes(of: chunks) { chunks in try kernel.reduce(chunks) { expected.append(try $1.get()) } }
        // Twice: nothing stays behind in the windows.
        for count in [16, 7, 16] {
            var seen = 0
            let isDone = try kernel.reduce(
                stored: places.prefix(count).map { UnreadChunk(file: file, offset: $0.offset, size: $0.size) }
            ) { frame, sums in
                let sums = try sums.get()
                #expect(sums == expected[frame])
                seen += 1
            }
            #expect(isDone && seen == count)
        }
        #expect(file.reads.load(ordering: .relaxed) > 3 * 16, "chunks were not read piece by piece")
    }

    @Test func sharesAreThoseOfChunksInMemory() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 97, fast: 211), pixelType: .uint32)
        var generator = SeededGenerator(seed: 23)
        let chunks = try (0..<9).map { _ in
            try SplitExamples.encode(SplitExamples.frame(format, &generator, excluding: true), format, .bitshuffleLZ4)
        }
        let (bytes, places) = Self.file(chunks)
        let matrix = try SplitExamples.matrix(.boundingBox, isMap: false, slow: 97, fast: 211)
        var kernel = try SplitKernel(format: format, encoding: .bitshuffleLZ4, matrix: matrix, errors: .poisson)
        var expected: [SplitSums] = []
        try SplitExamples.withBytes(of: chunks) { chunks in try kernel.reduce(chunks) { expected.append(try $1.get()) } }
        let file = Bytes(bytes)
        let isDone = try kernel.reduce(stored: places.map { UnreadChunk(file: file, offset: $0.offset, size: $0.size) }) {
            let sums = try $1.get()
            #expect(sums == expected[$0])
        }
        #expect(isDone)
    }

    /// Any byte may be wrong, and any length.
    @Test func whatIsAcceptedIsWhatIsAcceptedInMemory() throws {
        let format = FrameFormat(shape: try FrameShape(slow: Self.shape.slow, fast: Self.shape.fast), pixelType: .uint16)
        let whole = try Self.chunks(format, .bitshuffleLZ4, 16)
        var generator = SeededGenerator(seed: 29)
        var kernel = try AzimuthalKernel(format: format, encoding: .bitshuffleLZ4, bins: try Self.bins(format))
        var failed = 0
        for round in 0..<12 {
            var chunks = whole
            for lane in chunks.indices {
                switch Int(generator.next() % 4) {
                case 0: chunks[lane].removeLast(Int(generator.next() % UInt64(chunks[lane].count)))
                case 1: chunks[lane] += [UInt8](repeating: 0, count: 1 + Int(generator.next() % 100_000))
                case 2:
                    // The length of a block or what is in it; sometimes the header.
                    let place = Int(generator.next() % UInt64(round % 3 == 0 ? 20 : chunks[lane].count))
                    chunks[lane][place] ^= UInt8(1 + generator.next() % 255)
                default: break
                }
            }
            var expected: [AzimuthalSums?] = []
            SplitExamples.withBytes(of: chunks) { chunks in kernel.reduce(chunks) { expected.append(try? $1.get()) } }
            let (bytes, places) = Self.file(chunks)
            let file = Bytes(bytes)
            _ = kernel.reduce(stored: places.map { UnreadChunk(file: file, offset: $0.offset, size: $0.size) }) { frame, sums in
                let sums = try? sums.get()
                #expect(sums == expected[frame])
                failed += sums == nil ? 1 : 0
            }
        }
        #expect(failed > 20)
    }

    @Test func aFileThatEndsOrFailsCostsItsFramesAndNoOther() throws {
        let format = FrameFormat(shape: try FrameShape(slow: Self.shape.slow, fast: Self.shape.fast), pixelType: .uint16)
        let chunks = try Self.chunks(format, .bitshuffleLZ4, 16)
        let (bytes, places) = Self.file(chunks)
        var kernel = try AzimuthalKernel(format: format, encoding: .bitshuffleLZ4, bins: try Self.bins(format))
        var expected: [AzimuthalSums] = []
        try SplitExamples.withBytes(of: chunks) { chunks in try kernel.reduce(chunks) { expected.append(try $1.get()) } }
        let end = places[12].offset + places[12].size / 2
        for file in [Bytes(Array(bytes.prefix(end))), Bytes(bytes, failsBehind: end)] {
            var good: [Int] = []
            _ = kernel.reduce(stored: places.map { UnreadChunk(file: file, offset: $0.offset, size: $0.size) }) { frame, sums in
                guard let sums = try? sums.get() else { return }
                #expect(sums == expected[frame])
                good.append(frame)
            }
            #expect(good == Array(0..<12))
        }
    }

    @Test func chunksThatCannotBeReadInStepAreLeftAlone() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 20, fast: 30), pixelType: .uint16)
        let bins = try BinTable([UInt16](repeating: 0, count: 600), binCount: 1)
        for (encoding, count) in [(ChunkEncoding.bitshuffleLZ4, 5), (.bitshuffleLZ4, 17), (.none, 16), (.zstd, 16)] {
            let chunk = try SplitExamples.encode([UInt8](repeating: 1, count: 1200), format, encoding)
            let file = Bytes(chunk)
            var kernel = try AzimuthalKernel(format: format, encoding: encoding, bins: bins)
            let stored = [UnreadChunk](repeating: UnreadChunk(file: file, offset: 0, size: chunk.count), count: count)
            let isDone = kernel.reduce(stored: stored) { _, _ in Issue.record("nothing is to be done") }
            #expect(!isDone)
        }
    }
}
