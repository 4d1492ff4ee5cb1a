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
