import Diagnostics
import Frames
import ReductionKernels
import TestSupport
import Testing

/// Kernels against the plain reference: every level, path, type and encoding gives the same integers.
@Suite struct AzimuthalKernelTests {
    struct Case: CustomStringConvertible, Sendable {
        let type: PixelType
        let encoding: ChunkEncoding
        let slow: Int
        let fast: Int
        let level: InstructionLevel

        var description: String { "\(type.rawValue) \(encoding.rawValue) \(slow)x\(fast) \(level.rawValue)" }
    }

    static let cases: [Case] = InstructionLevel.allCases.filter(\.isAvailable).flatMap { level in
        [PixelType.uint8, .int8, .uint16, .int16, .uint32, .int32].flatMap { type in
            // Less than a group of 8, a tail behind the last tile, several blocks, blocks and a tail.
            [(1, 5), (3, 43), (64, 65), (130, 201)].flatMap { slow, fast in
                [ChunkEncoding.bitshuffleLZ4, .bitshuffleZstd, .none, .lz4, .zstd].map {
                    Case(type: type, encoding: $0, slow: slow, fast: fast, level: level)
                }
            }
        }
    }

    @Test(arguments: cases) func sumsAreThoseOfTheReference(_ example: Case) throws {
        let format = FrameFormat(shape: try FrameShape(slow: example.slow, fast: example.fast), pixelType: example.type)
        var generator = SeededGenerator(seed: UInt64(example.slow) &+ 7)
        let bins = try Self.bins(format, &generator)
        try Self.compare(example, format, bins, [(1, nil), (5, 3), (16, nil), (23, 9)], &generator)
    }

    /// Bins that 16 bits cannot number; some have many pixels, most have none.
    @Test(arguments: cases.filter { ($0.slow == 3 || $0.slow == 130) && [.bitshuffleLZ4, .none].contains($0.encoding) })
    func sumsOfAMapAreThoseOfTheReference(_ example: Case) throws {
        let format = FrameFormat(shape: try FrameShape(slow: example.slow, fast: example.fast), pixelType: example.type)
        var generator = SeededGenerator(seed: UInt64(example.slow) &+ 11)
        let binCount = 66_003
        let narrow = try Self.bins(format, &generator)
        let bins = try BinTable(
            (0..<format.pixelCount).map { pixel -> UInt32 in
                let bin = UInt32(narrow[pixel])
                return bin == UInt32(narrow.binCount) ? UInt32(binCount) : bin % 3 == 0 ? bin : UInt32(pixel * 7919 % binCount)
            }, binCount: binCount)
        try Self.compare(example, format, bins, [(1, 3), (7, nil), (17, 9)], &generator)
    }

    private static func compare(
        _ example: Case, _ format: FrameFormat, _ bins: BinTable, _ batches: [(Int, UInt32?)], _ generator: inout SeededGenerator
    ) throws {
        for (count, saturation) in batches {
            let frames = (0..<count).map { _ in Self.frame(format, &generator) }
            let chunks = try frames.map { try Self.encode($0, format, example.encoding) }
            var kernel = try AzimuthalKernel(
                format: format, encoding: example.encoding, bins: bins, saturation: saturation, instructions: example.level)
            let expected = try frames.map { frame in
                try frame.withUnsafeBytes {
                    try AzimuthalReference.sums($0, format: format, bins: bins, saturation: saturation)
                }
            }
            var seen = 0
            try Self.withBytes(of: chunks) { chunks in
                try kernel.reduce(chunks) { frame, sums in
                    #expect(frame == seen)
                    let sums = try sums.get()
                    #expect(sums == expected[frame])
                    seen += 1
                }
                for (frame, chunk) in chunks.enumerated() {
                    let sums = try kernel.reduce(chunk).get()
                    #expect(sums == expected[frame])
                }
            }
            #expect(seen == count)
        }
    }

    /// Which pixels a frame excludes: those of a bin, in order, and only its own.
    @Test func excludedPixelsAreNamed() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 64, fast: 65), pixelType: .uint16)
        var numbers = [UInt16](repeating: 0, count: format.pixelCount)
        numbers[100] = 1
        numbers[101] = 2
        let bins = try BinTable(numbers, binCount: 2)
        // Frame n has n saturated pixels; pixel 101 is in no bin.
        let frames = (0..<16).map { frame in
            var pixels = (0..<format.pixelCount).map { UInt16($0 % 3) }
            for pixel in [101] + (0..<frame).map({ 100 * ($0 + 1) }) { pixels[pixel] = .max }
            return pixels
        }
        let chunks = try frames.map { try Self.encode($0.withUnsafeBytes { Array($0) }, format, .bitshuffleLZ4) }
        for encoding in [ChunkEncoding.bitshuffleLZ4, .none] {
            let chunks = encoding == .none ? frames.map { $0.withUnsafeBytes { Array($0) } } : chunks
            var kernel = try AzimuthalKernel(format: format, encoding: encoding, bins: bins)
            try Self.withBytes(of: chunks) { chunks in
                for _ in 0..<2 {
                    try kernel.reduce(chunks) { frame, sums in
                        let sums = try sums.get()
                        #expect(sums.excludedPixels == (0..<frame).map { UInt32(100 * ($0 + 1)) })
                        #expect(sums.excluded == [UInt32(max(0, frame - 1)), UInt32(min(1, frame))])
                    }
                }
                let alone = try kernel.reduce(chunks[2]).get()
                #expect(alone.excludedPixels == [100, 200])
            }
        }
    }

    @Test func aDamagedChunkCostsItsFrameAndNoOther() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 130, fast: 201), pixelType: .uint16)
        var generator = SeededGenerator(seed: 3)
        let bins = try Self.bins(format, &generator)
        let frames = (0..<16).map { _ in Self.frame(format, &generator) }
        let whole = try frames.map { try Self.encode($0, format, .bitshuffleLZ4) }
        var kernel = try AzimuthalKernel(format: format, encoding: .bitshuffleLZ4, bins: bins)
        let expected = try frames.map { frame in
            try frame.withUnsafeBytes { try AzimuthalReference.sums($0, format: format, bins: bins) }
        }
        for damaged in [[3], [0, 15], Array(0..<16)] {
            var chunks = whole
            // Cut within its header, its first block, its last.
            for (place, frame) in damaged.enumerated() {
                chunks[frame].removeLast([chunks[frame].count - 7, chunks[frame].count - 300, 1][place % 3])
            }
            try Self.withBytes(of: chunks) { chunks in
                try kernel.reduce(chunks) { frame, sums in
                    if damaged.contains(frame) {
                        #expect(throws: FrameError.self) { try sums.get() }
                    } else {
                        let sums = try sums.get()
                        #expect(sums == expected[frame])
                    }
                }
            }
        }
    }

    /// Values that no sum of 32 bits holds: 2^32 - 2 in every pixel of one bin.
    @Test(arguments: InstructionLevel.allCases.filter(\.isAvailable)) func noSumOverflows(_ level: InstructionLevel) throws {
        let format = FrameFormat(shape: try FrameShape(slow: 130, fast: 201), pixelType: .uint32)
        let curve = try BinTable([UInt16](repeating: 0, count: format.pixelCount), binCount: 1)
        try expectNoOverflow(level, format, curve)
        // All in one bin, and in bins of which each has half the pixels.
        for half in [0, 1] {
            let numbers = (0..<format.pixelCount).map { UInt32($0 % 2 * half * 66_000) }
            try expectNoOverflow(level, format, try BinTable(numbers, binCount: 66_001))
        }
    }

    private func expectNoOverflow(_ level: InstructionLevel, _ format: FrameFormat, _ bins: BinTable) throws {
        let values: [UInt32] = [.max - 1, 1 << 27, 1 << 20, (1 << 20) + 1, 70_000, 1]
        let frames = (0..<16).map { frame in [UInt32](repeating: values[frame % values.count], count: format.pixelCount) }
        let chunks = try frames.map { try Self.encode($0.withUnsafeBytes { Array($0) }, format, .bitshuffleLZ4) }
        var kernel = try AzimuthalKernel(format: format, encoding: .bitshuffleLZ4, bins: bins, instructions: level)
        try Self.withBytes(of: chunks) { chunks in
            try kernel.reduce(chunks) { frame, sums in
                let sums = try sums.get()
                for bin in Set([0, bins.binCount - 1]) {
                    #expect(sums.signal[bin] == UInt64(values[frame % values.count]) * UInt64(bins.pixelCounts[bin]))
                }
                #expect(sums.zeros == [UInt64](repeating: 0, count: bins.binCount))
            }
            for (frame, chunk) in chunks.enumerated() {
                let sums = try kernel.reduce(chunk).get()
                for bin in Set([0, bins.binCount - 1]) {
                    #expect(sums.signal[bin] == UInt64(values[frame % values.count]) * UInt64(bins.pixelCounts[bin]))
                }
                #expect(sums.zeros == [UInt64](repeating: 0, count: bins.binCount))
            }
        }
    }

    @Test func whatCannotBeSummedIsRefused() throws {
        let shape = try FrameShape(slow: 3, fast: 5)
        let bins = try BinTable([UInt16](repeating: 0, count: 15), binCount: 1)
        for type in [PixelType.float32, .float64, .uint64, .int64] {
            #expect(throws: FrameError.self) {
                _ = try AzimuthalKernel(format: FrameFormat(shape: shape, pixelType: type), encoding: .none, bins: bins)
            }
        }
        #expect(throws: FrameError.self) {
            _ = try AzimuthalKernel(
                format: FrameFormat(shape: try FrameShape(slow: 5, fast: 5), pixelType: .uint16), encoding: .none, bins: bins)
        }
        #expect(throws: FrameError.self) { _ = try BinTable([2] as [UInt16], binCount: 1) }
        #expect(throws: FrameError.self) { _ = try BinTable([] as [UInt16], binCount: 70_000) }
    }

    // MARK: examples

    /// Rings, with a gap and pixels out of range.
    private static func bins(_ format: FrameFormat, _ generator: inout SeededGenerator) throws -> BinTable {
        let binCount = 37
        let bins = (0..<format.pixelCount).map { pixel -> UInt16 in
            let (row, column) = (pixel / format.shape.fast, pixel % format.shape.fast)
            if column % 31 == 7 { return UInt16(binCount) }
            return UInt16(min(binCount, (row + column) / 4))
        }
        return try BinTable(bins, binCount: binCount)
    }

    /// Mostly small counts, some large ones, gaps full of the type's largest value, and some "no data" elsewhere.
    private static func frame(_ format: FrameFormat, _ generator: inout SeededGenerator) -> [UInt8] {
        let size = format.pixelType.byteCount
        let density = generator.next() % 3
        var bytes = [UInt8](repeating: 0, count: format.byteCount)
        for pixel in 0..<format.pixelCount {
            let random = generator.next()
            var value = density == 0 ? 0 : random % (density == 1 ? 2 : 12)
            if random >> 32 % 97 == 0 { value = random >> 17 }
            if pixel % format.shape.fast % 31 == 7 || random >> 32 % 101 == 0 { value = .max }
            for byte in 0..<size { bytes[pixel * size + byte] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte))) }
        }
        return bytes
    }

    private static func encode(_ pixels: [UInt8], _ format: FrameFormat, _ encoding: ChunkEncoding) throws -> [UInt8] {
        var encoder = try ChunkEncoder(format: format, encoding: encoding)
        var chunk = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
        let count = try chunk.withUnsafeMutableBytes { room in try pixels.withUnsafeBytes { try encoder.encode($0, into: room) } }
        chunk.removeSubrange(count...)
        return chunk
    }

    private static func withBytes(of chunks: [[UInt8]], _ body: ([UnsafeRawBufferPointer]) throws -> Void) rethrows {
        let copies = chunks.map { chunk in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk.count, alignment: 1)
            copy.copyBytes(from: chunk)
            return UnsafeRawBufferPointer(copy)
        }
        defer { for copy in copies { copy.deallocate() } }
        try body(copies)
    }
}
