import Diagnostics
import Frames
import ReductionKernels
import TestSupport
import Testing

/// What a preview is, and previews that can be made by hand.
@Suite struct PreviewTests {
    @Test func sumsAndCountsAreThoseMadeByHand() throws {
        // 3 x 5 by 2: squares are cut at the far ends.
        let shape = try FrameShape(slow: 3, fast: 5)
        var pixels = (1...15).map { UInt8($0) }
        pixels[6] = .max
        var isValid = [Bool](repeating: true, count: 15)
        for pixel in [2, 14] { isValid[pixel] = false }
        let valid = ValidityBits(isValid)
        let request = try PreviewRequest(shape, factor: 2, valid: valid)
        #expect(request.shape == (try FrameShape(slow: 2, fast: 3)))
        var kernel = try StatisticsKernel(
            format: FrameFormat(shape: shape, pixelType: .uint8), encoding: .none, statistics: StatisticsRequest(valid: valid),
            preview: request)
        // Twice: nothing of a frame is left in the next.
        for _ in 0..<2 {
            let found = try pixels.withUnsafeBytes { try kernel.look($0) }
            let image = try #require(found.preview)
            // 1 + 2 + 6, 4 + 8 + 9, 5 + 10, 11 + 12, 13 + 14, nothing.
            #expect(image.sums == [9, 21, 15, 23, 27, 0])
            #expect(image.pixelCounts == [3, 3, 2, 2, 2, 0])
            #expect(image.means.prefix(5) == [3, 7, 7.5, 11.5, 13.5])
            #expect(image.means[5].isNaN)
        }
    }

    /// Also of the largest counts that there are.
    @Test(arguments: Array(1...12), InstructionLevel.allCases.filter(\.isAvailable))
    func everyFactorGivesTheReference(_ factor: Int, _ level: InstructionLevel) throws {
        let shape = try FrameShape(slow: 29, fast: 331)
        var generator = SeededGenerator(seed: UInt64(factor))
        let valid = ValidityBits((0..<shape.pixelCount).map { $0 % 41 != 7 })
        let request = try PreviewRequest(shape, factor: factor, valid: valid)
        for type in [PixelType.uint8, .uint16, .uint32] {
            let format = FrameFormat(shape: shape, pixelType: type)
            let largest = (0..<format.byteCount).map { UInt8($0 % type.byteCount == 0 ? 0xfe : 0xff) }
            for frame in [SplitExamples.frame(format, &generator, excluding: true), largest] {
                var kernel = try StatisticsKernel(
                    format: format, encoding: .bitshuffleLZ4, statistics: StatisticsRequest(valid: valid), preview: request,
                    instructions: level)
                let chunk = try SplitExamples.encode(frame, format, .bitshuffleLZ4)
                let found = try chunk.withUnsafeBytes { try kernel.look($0) }
                let expected = try frame.withUnsafeBytes {
                    try PreviewReference.image($0, format: format, request: request)
                }
                #expect(found.preview == expected)
            }
        }
    }

    @Test func theSmallestFactorThatFitsIsTaken() throws {
        for (slow, fast, side, factor) in [
            (4362, 4148, 512, 9), (512, 512, 512, 1), (513, 2, 512, 2), (3, 1024, 512, 2), (1, 1, 512, 1), (7, 5, 1, 7),
        ] {
            let frame = try FrameShape(slow: slow, fast: fast)
            let request = try PreviewRequest(frame, longestSide: side, valid: ValidityBits(allOf: frame.pixelCount))
            #expect(request.factor == factor)
            #expect(max(request.shape.slow, request.shape.fast) <= side)
            #expect(request.pixelCounts.reduce(0) { $0 + Int($1) } == frame.pixelCount)
        }
    }

    @Test func whatCannotBeMadeSmallIsRefused() throws {
        let frame = try FrameShape(slow: 3, fast: 5)
        let valid = ValidityBits(allOf: 15)
        #expect(throws: FrameError.self) { _ = try PreviewRequest(frame, longestSide: 0, valid: valid) }
        #expect(throws: FrameError.self) { _ = try PreviewRequest(frame, factor: 0, valid: valid) }
        #expect(throws: FrameError.self) { _ = try PreviewRequest(frame, factor: 65_537, valid: valid) }
        #expect(throws: FrameError.self) { _ = try PreviewRequest(frame, factor: 2, valid: ValidityBits(allOf: 16)) }
        let request = try PreviewRequest(frame, factor: 2, valid: valid)
        #expect(throws: FrameError.self) {
            try [UInt8](repeating: 0, count: 14).withUnsafeBytes {
                _ = try PreviewReference.image($0, format: FrameFormat(shape: frame, pixelType: .uint8), request: request)
            }
        }
    }
}
