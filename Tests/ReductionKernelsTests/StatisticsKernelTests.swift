import Diagnostics
import Frames
import Quantities
import ReductionKernels
import ScatteringGeometry
import TestSupport
import Testing

/// Statistics from blocks are those of whole frames, whoever takes them.
@Suite struct StatisticsKernelTests {
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
            [(1, 5), (3, 43), (130, 201)].flatMap { slow, fast in
                [ChunkEncoding.bitshuffleLZ4, .none].map { Case(type: type, encoding: $0, slow: slow, fast: fast, level: level) }
            }
        }
    }

    /// Frames that reach each path of the kernel: empty, without a zero, small, wide, saturated, with "no data" pixels, with nothing else.
    private static func frames(_ format: FrameFormat, _ generator: inout SeededGenerator) -> [[UInt8]] {
        let (size, bits) = (format.pixelType.byteCount, UInt64(8 * format.pixelType.byteCount - 1))
        let values: [(Int) -> UInt64] = [
            { _ in 0 }, { _ in 7 }, { UInt64($0 % 5 + 3) }, { UInt64($0 % 3) },
            { UInt64($0 * 7919) & (1 << min(bits, 12) - 1) | 1 },
            { UInt64($0 * 2_654_435_761) & (1 << bits - 1) }, { $0 % 50 == 3 ? .max : UInt64($0 % 4 + 1) }, { _ in .max },
            { $0 == 4 ? 2 : 9 }, { $0 % 90 == 0 ? 1 << (bits - 1) : 0 },
            // What still fits into a byte, and what does not.
            { UInt64(250 + $0 % 6) & (1 << bits - 1) }, { ($0 == 4 ? 256 : 255) & (1 << bits - 1) },
        ]
        return values.map { value in
            (0..<format.pixelCount).flatMap { pixel in
                let number = pixel % 31 == 7 ? .max : value(pixel)
                return (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
            }
        }
    }

    @Test(arguments: cases) func statisticsAreThoseOfTheWholeFrame(_ example: Case) throws {
        let format = FrameFormat(shape: try FrameShape(slow: example.slow, fast: example.fast), pixelType: example.type)
        var generator = SeededGenerator(seed: 41)
        let frames = Self.frames(format, &generator)
        let isValid = (0..<format.pixelCount).map { $0 % 31 != 7 }
        let mask = try PixelMask(shape: format.shape, bits: isValid.map { $0 ? 0 : 1 })
        let chunks = try frames.map { try SplitExamples.encode($0, format, example.encoding) }
        // The bins have fewer pixels than the mask leaves.
        let bins = try BinTable((0..<format.pixelCount).map { UInt16(isValid[$0] && $0 % 3 > 0 ? $0 % 5 : 5) }, binCount: 5)
        for saturation in [nil, 5, 100] as [UInt32?] {
            let request = StatisticsRequest(valid: ValidityBits(isValid), saturation: saturation)
            let expected = try frames.map { frame in
                try frame.withUnsafeBytes {
                    try FrameStatistics.measure($0, format: format, mask: mask, saturation: saturation.map { Double($0) })
                }
            }
            var alone = try StatisticsKernel(
                format: format, encoding: example.encoding, statistics: request, instructions: example.level)
            var kernel = try AzimuthalKernel(
                format: format, encoding: example.encoding, bins: bins, saturation: 6, statistics: request,
                instructions: example.level)
            try SplitExamples.withBytes(of: chunks) { chunks in
                for (frame, chunk) in chunks.enumerated() {
                    let statistics = try alone.measure(chunk)
                    #expect(statistics == expected[frame])
                    let single = try kernel.reduce(chunk).get()
                    #expect(single.statistics == expected[frame])
                }
                try kernel.reduce(chunks) { frame, sums in
                    let sums = try sums.get()
                    #expect(sums.statistics == expected[frame])
                    let reference = try frames[frame].withUnsafeBytes {
                        try AzimuthalReference.sums($0, format: format, bins: bins, saturation: 6)
                    }
                    #expect(sums.signal == reference.signal)
                    #expect(sums.zeros == reference.zeros)
                    #expect(sums.excludedPixels == reference.excludedPixels)
                }
            }
        }
    }

    @Test func splitPixelsAreMeasuredToo() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 67, fast: 93), pixelType: .uint16)
        let matrix = try SplitExamples.matrix(.boundingBox, isMap: false, slow: 67, fast: 93)
        let isMasked = SplitExamples.mask(slow: 67, fast: 93)
        let mask = try PixelMask(shape: format.shape, bits: isMasked.map { $0 ? 1 : 0 })
        var generator = SeededGenerator(seed: 42)
        let frames = (0..<9).map { _ in SplitExamples.frame(format, &generator, excluding: true) }
        let chunks = try frames.map { try SplitExamples.encode($0, format, .bitshuffleLZ4) }
        var plain = try SplitKernel(format: format, encoding: .bitshuffleLZ4, matrix: matrix, errors: .poisson)
        var kernel = try SplitKernel(
            format: format, encoding: .bitshuffleLZ4, matrix: matrix, errors: .poisson,
            statistics: StatisticsRequest(valid: ValidityBits(isMasked.map { !$0 })))
        try SplitExamples.withBytes(of: chunks) { chunks in
            try kernel.reduce(chunks) { frame, sums in
                let sums = try sums.get()
                let expected = try frames[frame].withUnsafeBytes {
                    try FrameStatistics.measure($0, format: format, mask: mask)
                }
                #expect(sums.statistics == expected)
                let without = try plain.reduce(chunks[frame]).get()
                #expect(sums.signal == without.signal)
                #expect(sums.variance == without.variance)
            }
        }
    }

    @Test func aMaskThatDoesNotFitIsRefused() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 3, fast: 5), pixelType: .uint16)
        let bins = try BinTable([UInt16](repeating: 0, count: 15), binCount: 1)
        func make(_ valid: [Bool]) throws {
            _ = try AzimuthalKernel(
                format: format, encoding: .none, bins: bins, statistics: StatisticsRequest(valid: ValidityBits(valid)))
        }
        try make([Bool](repeating: true, count: 15))
        #expect(throws: FrameError.self) { try make([Bool](repeating: true, count: 16)) }
        #expect(throws: FrameError.self) { try make((0..<15).map { $0 != 3 }) }
    }
}
