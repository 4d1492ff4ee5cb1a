import Diagnostics
import Frames
import ReductionKernels
import ScatteringGeometry
import TestSupport
import Testing

/// Regions of interest and previews that ride along with a kernel are those of the plain references, and the kernel's own sums stay what they are.
@Suite struct BlockConsumerTests {
    struct Case: CustomStringConvertible, Sendable {
        let type: PixelType
        let encoding: ChunkEncoding
        let slow: Int
        let fast: Int
        let factor: Int
        let level: InstructionLevel

        var description: String { "\(type.rawValue) \(encoding.rawValue) \(slow)x\(fast) / \(factor) \(level.rawValue)" }
    }

    static let cases: [Case] = InstructionLevel.allCases.filter(\.isAvailable).flatMap { level in
        [PixelType.uint8, .uint16, .int16, .uint32, .int32].flatMap { type in
            // A group of less than 8 pixels, a tail behind the last tile, whole squares, rows longer than a block, squares that are cut.
            [(1, 5, 2), (3, 43, 4), (64, 64, 8), (5, 9001, 3), (130, 201, 7), (67, 93, 200)].flatMap { slow, fast, factor in
                [ChunkEncoding.bitshuffleLZ4, .bitshuffleZstd, .zstd, .none].map {
                    Case(type: type, encoding: $0, slow: slow, fast: fast, factor: factor, level: level)
                }
            }
        }
    }

    /// Overlapping regions: a corner, all rows of some columns, the whole frame, what a mask scatters, two rectangles, a gap and nothing else.
    static func regions(_ shape: FrameShape) throws -> [PixelRegion] {
        let (slow, fast) = (shape.slow, shape.fast)
        let (middle, third) = (slow / 2, max(1, fast / 3))
        return [
            try PixelRegion("corner", rectangles: [.init(slow: slow - 1..<slow, fast: fast - 2..<fast)], in: shape),
            try PixelRegion("columns", rectangles: [.init(slow: 0..<slow, fast: third - 1..<third)], in: shape),
            try PixelRegion("all", rectangles: [.init(slow: 0..<slow, fast: 0..<fast)], in: shape),
            try PixelRegion("scattered", mask: (0..<shape.pixelCount).map { $0 % 11 < 4 }, in: shape),
            try PixelRegion(
                "two",
                rectangles: [
                    .init(slow: middle..<slow, fast: 0..<third),
                    .init(slow: 0..<middle + 1, fast: third / 2..<min(fast, third + 3)),
                ], in: shape),
        ]
    }

    @Test(arguments: cases) func regionsAndPreviewsAreThoseOfTheReference(_ example: Case) throws {
        let format = FrameFormat(shape: try FrameShape(slow: example.slow, fast: example.fast), pixelType: example.type)
        var generator = SeededGenerator(seed: UInt64(example.fast))
        let isMasked = SplitExamples.mask(slow: example.slow, fast: example.fast)
        let valid = ValidityBits(isMasked.map { !$0 })
        let regions = try RegionsRequest(try Self.regions(format.shape), valid: valid)
        let preview = try PreviewRequest(format.shape, factor: example.factor, valid: valid)
        // The bins have fewer pixels than the mask leaves.
        let bins = try BinTable(
            (0..<format.pixelCount).map { UInt16(!isMasked[$0] && $0 % 3 > 0 ? $0 % 5 : 5) }, binCount: 5)
        let frames = (0..<9).map { SplitExamples.frame(format, &generator, excluding: $0 % 2 == 0) }
        let chunks = try frames.map { try SplitExamples.encode($0, format, example.encoding) }
        for saturation in [nil, 9] as [UInt32?] {
            var kernel = try AzimuthalKernel(
                format: format, encoding: example.encoding, bins: bins, saturation: saturation, regions: regions,
                preview: preview, instructions: example.level)
            var plain = try AzimuthalKernel(
                format: format, encoding: example.encoding, bins: bins, saturation: saturation, instructions: example.level)
            var measuring = try StatisticsKernel(
                format: format, encoding: example.encoding, statistics: StatisticsRequest(valid: valid), regions: regions,
                preview: preview, largestValid: saturation, instructions: example.level)
            var measuringOnly = try StatisticsKernel(
                format: format, encoding: example.encoding, statistics: StatisticsRequest(valid: valid),
                instructions: example.level)
            try SplitExamples.withBytes(of: chunks) { chunks in
                try kernel.reduce(chunks) { frame, sums in
                    let sums = try sums.get()
                    try Self.compare(sums.regions, sums.preview, frames[frame], format, regions, preview, saturation)
                    let expected = try plain.reduce(chunks[frame]).get()
                    #expect(sums.signal == expected.signal)
                    #expect(sums.zeros == expected.zeros)
                    #expect(sums.excludedPixels == expected.excludedPixels)
                    let found = try measuring.look(chunks[frame])
                    try Self.compare(found.regions, found.preview, frames[frame], format, regions, preview, saturation)
                    let statistics = try measuringOnly.measure(chunks[frame])
                    #expect(found.statistics == statistics)
                }
                for frame in frames.indices {
                    let alone = try kernel.reduce(chunks[frame]).get()
                    try Self.compare(alone.regions, alone.preview, frames[frame], format, regions, preview, saturation)
                }
            }
        }
    }

    private static func compare(
        _ sums: [RegionSum]?, _ image: PreviewImage?, _ frame: [UInt8], _ format: FrameFormat, _ regions: RegionsRequest,
        _ preview: PreviewRequest, _ saturation: UInt32?
    ) throws {
        try frame.withUnsafeBytes { pixels in
            let expected = try RegionReference.sums(pixels, format: format, request: regions, saturation: saturation)
            #expect(sums == expected)
            let small = try PreviewReference.image(pixels, format: format, request: preview, saturation: saturation)
            #expect(image?.sums == small.sums)
            #expect(image?.pixelCounts == small.pixelCounts)
            #expect(image?.shape == preview.shape)
        }
    }

    @Test(arguments: [ErrorModel.none, .poisson, .poissonExact], InstructionLevel.allCases.filter(\.isAvailable))
    func splitPixelsTakeThemAlong(_ errors: ErrorModel, _ level: InstructionLevel) throws {
        let format = FrameFormat(shape: try FrameShape(slow: 67, fast: 93), pixelType: .uint16)
        let matrix = try SplitExamples.matrix(.boundingBox, isMap: false, slow: 67, fast: 93)
        let valid = ValidityBits(SplitExamples.mask(slow: 67, fast: 93).map { !$0 })
        let regions = try RegionsRequest(try Self.regions(format.shape), valid: valid)
        let preview = try PreviewRequest(format.shape, longestSide: 20, valid: valid)
        var generator = SeededGenerator(seed: 77)
        let frames = (0..<17).map { _ in SplitExamples.frame(format, &generator, excluding: true) }
        for encoding in [ChunkEncoding.bitshuffleLZ4, .none] {
            let chunks = try frames.map { try SplitExamples.encode($0, format, encoding) }
            var plain = try SplitKernel(
                format: format, encoding: encoding, matrix: matrix, errors: errors, saturation: 10, instructions: level)
            var kernel = try SplitKernel(
                format: format, encoding: encoding, matrix: matrix, errors: errors, saturation: 10,
                statistics: StatisticsRequest(valid: valid), regions: regions, preview: preview, instructions: level)
            try SplitExamples.withBytes(of: chunks) { chunks in
                try kernel.reduce(chunks) { frame, sums in
                    let sums = try sums.get()
                    try Self.compare(sums.regions, sums.preview, frames[frame], format, regions, preview, 10)
                    let without = try plain.reduce(chunks[frame]).get()
                    #expect(sums.signal == without.signal)
                    #expect(sums.variance == without.variance)
                    #expect(sums.excludedPixels == without.excludedPixels)
                }
                for frame in frames.indices {
                    let alone = try kernel.reduce(chunks[frame]).get()
                    try Self.compare(alone.regions, alone.preview, frames[frame], format, regions, preview, 10)
                }
            }
        }
    }

    @Test func aDamagedChunkLeavesTheOthersExact() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 130, fast: 201), pixelType: .uint16)
        let valid = ValidityBits(SplitExamples.mask(slow: 130, fast: 201).map { !$0 })
        let regions = try RegionsRequest(try Self.regions(format.shape), valid: valid)
        let preview = try PreviewRequest(format.shape, factor: 6, valid: valid)
        let bins = try BinTable((0..<format.pixelCount).map { UInt16(valid[$0] ? 0 : 1) }, binCount: 1)
        var generator = SeededGenerator(seed: 5)
        let frames = (0..<16).map { _ in SplitExamples.frame(format, &generator, excluding: true) }
        let whole = try frames.map { try SplitExamples.encode($0, format, .bitshuffleLZ4) }
        var kernel = try AzimuthalKernel(
            format: format, encoding: .bitshuffleLZ4, bins: bins, regions: regions, preview: preview)
        for damaged in [[3], [0, 15], [], Array(0..<16), []] {
            var chunks = whole
            // Cut within its header, its first block, its last.
            for (place, frame) in damaged.enumerated() {
                chunks[frame].removeLast([chunks[frame].count - 7, chunks[frame].count - 300, 1][place % 3])
            }
            try SplitExamples.withBytes(of: chunks) { chunks in
                var seen = 0
                func check(_ frame: Int, _ result: Result<AzimuthalSums, FrameError>) throws {
                    seen += 1
                    guard !damaged.contains(frame) else {
                        #expect(throws: FrameError.self) { try result.get() }
                        return
                    }
                    let sums = try result.get()
                    try Self.compare(sums.regions, sums.preview, frames[frame], format, regions, preview, nil)
                }
                try kernel.reduce(chunks, done: check)
                for frame in frames.indices { try check(frame, kernel.reduce(chunks[frame])) }
                #expect(seen == 32)
            }
        }
    }

    @Test func masksThatDifferAreRefused() throws {
        let format = FrameFormat(shape: try FrameShape(slow: 3, fast: 5), pixelType: .uint16)
        let all = ValidityBits(allOf: 15), some = ValidityBits((0..<15).map { $0 != 3 })
        let bins = try BinTable([UInt16](repeating: 0, count: 15), binCount: 1)
        func make(
            _ statistics: ValidityBits?, _ regions: ValidityBits?, _ preview: ValidityBits?, shape: FrameShape? = nil
        ) throws {
            let shape = shape ?? format.shape
            let request = try regions.map { try RegionsRequest(try Self.regions(shape), valid: $0) }
            let small = try preview.map { try PreviewRequest(shape, factor: 2, valid: $0) }
            _ = try AzimuthalKernel(
                format: format, encoding: .none, bins: bins, statistics: statistics.map { StatisticsRequest(valid: $0) },
                regions: request, preview: small)
        }
        try make(all, all, all)
        try make(nil, all, nil)
        #expect(throws: FrameError.self) { try make(all, some, nil) }
        #expect(throws: FrameError.self) { try make(nil, all, some) }
        #expect(throws: FrameError.self) { try make(nil, some, some) }
        #expect(throws: FrameError.self) { try make(nil, nil, some) }
        // As many pixels, but other rows.
        let turned = try FrameShape(slow: 5, fast: 3)
        #expect(throws: FrameError.self) { try make(nil, all, nil, shape: turned) }
        #expect(throws: FrameError.self) { try make(nil, nil, all, shape: turned) }
    }
}
