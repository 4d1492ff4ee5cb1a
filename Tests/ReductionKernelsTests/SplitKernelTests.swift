import Diagnostics
import Frames
import Quantities
import ReductionKernels
import ScatteringGeometry
import TestSupport
import Testing

/// Split pixels: every level, path, type and encoding gives the same bits, and they are those of the plain loop.
@Suite struct SplitKernelTests {
    struct Case: CustomStringConvertible, Sendable {
        let type: PixelType
        let encoding: ChunkEncoding
        let splitting: PixelSplitting
        let isMap: Bool
        let level: InstructionLevel

        var description: String { "\(type.rawValue) \(encoding.rawValue) \(splitting) map \(isMap) \(level.rawValue)" }
    }

    static let cases: [Case] = InstructionLevel.allCases.filter(\.isAvailable).flatMap { level in
        [PixelType.uint8, .int8, .uint16, .int16, .uint32, .int32].flatMap { type in
            [
                (ChunkEncoding.bitshuffleLZ4, PixelSplitting.boundingBox, false), (.none, .boundingBox, true),
                (.bitshuffleLZ4, .fullPixel, true),
            ]
            .map { Case(type: type, encoding: $0.0, splitting: $0.1, isMap: $0.2, level: level) }
        }
    }

    @Test(arguments: cases) func sumsAreThoseOfTheReference(_ example: Case) throws {
        let format = FrameFormat(shape: try FrameShape(slow: 67, fast: 93), pixelType: example.type)
        let matrix = try SplitExamples.matrix(example.splitting, isMap: example.isMap, slow: 67, fast: 93)
        var generator = SeededGenerator(seed: 5)
        for errors in [ErrorModel.none, .poisson, .poissonExact] {
            let frames = (0..<17).map { _ in SplitExamples.frame(format, &generator, excluding: false) }
            let chunks = try frames.map { try SplitExamples.encode($0, format, example.encoding) }
            var kernel = try SplitKernel(
                format: format, encoding: example.encoding, matrix: matrix, errors: errors, instructions: example.level)
            let expected = try frames.map {
                try ReferenceReduction(errors: errors).reduce(SplitExamples.numbers($0, format, limit: nil), with: matrix)
            }
            try SplitExamples.withBytes(of: chunks) { chunks in
                try kernel.reduce(chunks) { frame, sums in
                    let sums = try sums.get()
                    #expect(sums.signal == expected[frame].signal)
                    #expect(sums.variance == expected[frame].variance)
                    #expect(sums.excludedPixels == [])
                }
                for (frame, chunk) in chunks.enumerated() {
                    let sums = try kernel.reduce(chunk).get()
                    #expect(sums.signal == expected[frame].signal)
                    #expect(sums.variance == expected[frame].variance)
                }
            }
        }
    }

    @Test(arguments: cases) func excludedPixelsAddNothing(_ example: Case) throws {
        let format = FrameFormat(shape: try FrameShape(slow: 67, fast: 93), pixelType: example.type)
        let matrix = try SplitExamples.matrix(example.splitting, isMap: example.isMap, slow: 67, fast: 93)
        var generator = SeededGenerator(seed: 6)
        let frames = (0..<16).map { _ in SplitExamples.frame(format, &generator, excluding: true) }
        let chunks = try frames.map { try SplitExamples.encode($0, format, example.encoding) }
        var kernel = try SplitKernel(
            format: format, encoding: example.encoding, matrix: matrix, errors: .poisson, saturation: 9,
            instructions: example.level)
        let numbers = frames.map { SplitExamples.numbers($0, format, limit: 9) }
        let expected = try numbers.map { try ReferenceReduction(errors: .poisson).reduce($0, with: matrix) }
        try SplitExamples.withBytes(of: chunks) { chunks in
            var together: [SplitSums] = []
            try kernel.reduce(chunks) { frame, sums in
                let sums = try sums.get()
                #expect(sums.signal == expected[frame].signal)
                #expect(sums.variance == expected[frame].variance)
                let excluded = numbers[frame].indices.filter {
                    !numbers[frame][$0].isFinite && matrix.offsets[$0] < matrix.offsets[$0 + 1]
                }
                #expect(sums.excludedPixels == excluded.map { UInt32($0) })
                #expect(!excluded.isEmpty)
                together.append(sums)
            }
            for (frame, chunk) in chunks.enumerated() {
                let sums = try kernel.reduce(chunk).get()
                #expect(sums == together[frame])
            }
        }
    }

    @Test func aDamagedChunkCostsItsFrameAndNoOther() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 67, fast: 93), pixelType: .uint16)
        let matrix = try SplitExamples.matrix(.boundingBox, isMap: false, slow: 67, fast: 93)
        var generator = SeededGenerator(seed: 8)
        let frames = (0..<16).map { _ in SplitExamples.frame(format, &generator, excluding: true) }
        var chunks = try frames.map { try SplitExamples.encode($0, format, .bitshuffleLZ4) }
        var kernel = try SplitKernel(format: format, encoding: .bitshuffleLZ4, matrix: matrix, errors: .poisson)
        let whole = try SplitExamples.withBytes(of: chunks) { chunks in try chunks.map { try kernel.reduce($0).get() } }
        for (place, frame) in [3, 15, 0].enumerated() {
            chunks[frame].removeLast([chunks[frame].count - 7, chunks[frame].count - 300, 1][place])
        }
        try SplitExamples.withBytes(of: chunks) { chunks in
            try kernel.reduce(chunks) { frame, sums in
                if [0, 3, 15].contains(frame) {
                    #expect(throws: FrameError.self) { try sums.get() }
                } else {
                    let sums = try sums.get()
                    #expect(sums == whole[frame])
                }
            }
        }
    }

    @Test func whatCannotBeSummedIsRefused() throws {
        let matrix = try SplitExamples.matrix(.boundingBox, isMap: false, slow: 67, fast: 93)
        func make(_ type: PixelType, _ errors: ErrorModel, slow: Int = 67) throws {
            let format = FrameFormat(shape: try FrameShape(slow: slow, fast: 93), pixelType: type)
            _ = try SplitKernel(format: format, encoding: .none, matrix: matrix, errors: errors)
        }
        #expect(throws: FrameError.self) { try make(.float32, .poisson) }
        #expect(throws: FrameError.self) { try make(.uint16, .azimuthal) }
        #expect(throws: FrameError.self) { try make(.uint16, .given([])) }
        #expect(throws: FrameError.self) { try make(.uint16, .poisson, slow: 66) }
    }
}
