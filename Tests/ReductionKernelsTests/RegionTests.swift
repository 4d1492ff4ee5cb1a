import Diagnostics
import Frames
import ReductionKernels
import TestSupport
import Testing

/// What a region is, and what it comes to in frames that can be summed by hand.
@Suite struct RegionTests {
    private let shape: FrameShape
    private let format: FrameFormat

    init() throws {
        shape = try FrameShape(slow: 4, fast: 6)
        format = FrameFormat(shape: shape, pixelType: .uint16)
    }

    private func sums(
        _ pixels: [UInt16], _ regions: [PixelRegion], _ valid: [Bool], saturation: UInt32? = nil
    ) throws -> [RegionSum] {
        let bits = ValidityBits(valid)
        var kernel = try StatisticsKernel(
            format: format, encoding: .none, statistics: StatisticsRequest(valid: bits),
            regions: try RegionsRequest(regions, valid: bits), largestValid: saturation)
        let found = try pixels.withUnsafeBytes { try kernel.look($0) }
        return try #require(found.regions)
    }

    @Test func sumsAreThoseMadeByHand() throws {
        // Pixel [s, f] has 10 s + f.
        var pixels = (0..<24).map { (pixel: Int) -> UInt16 in UInt16(pixel / 6 * 10 + pixel % 6) }
        pixels[9] = .max
        pixels[16] = 500
        var valid = [Bool](repeating: true, count: 24)
        valid[8] = false
        let middle = try PixelRegion("middle", rectangles: [.init(slow: 1..<3, fast: 2..<5)], in: shape)
        let one = try PixelRegion("one", mask: (0..<24).map { $0 == 8 }, in: shape)
        // [1, 2] is masked, [1, 3] has no data: 14, 22, 23, 500.
        let found = try sums(pixels, [middle, one], valid)
        #expect(found == [RegionSum(sum: 559, pixels: 4, maximum: 500), RegionSum(sum: 0, pixels: 0, maximum: nil)])
        let unsaturated = try sums(pixels, [middle, one], valid, saturation: 499)
        #expect(unsaturated[0] == RegionSum(sum: 59, pixels: 3, maximum: 23))
    }

    @Test func rectanglesOfOneRegionThatOverlapCountOnce() throws {
        let rectangles = [PixelRectangle(slow: 0..<3, fast: 0..<3), PixelRectangle(slow: 1..<4, fast: 1..<6)]
        let region = try PixelRegion("both", rectangles: rectangles, in: shape)
        let mask = (0..<24).map { pixel in
            rectangles.contains { $0.slow.contains(pixel / 6) && $0.fast.contains(pixel % 6) }
        }
        let same = try PixelRegion("both", mask: mask, in: shape)
        #expect(region == same)
        let found = try sums([UInt16](repeating: 1, count: 24), [region], [Bool](repeating: true, count: 24))
        #expect(found == [RegionSum(sum: 20, pixels: 20, maximum: 1)])
    }

    /// 2^32 - 2 in every pixel: the sum needs more than 32 bits in every run.
    @Test(arguments: InstructionLevel.allCases.filter(\.isAvailable)) func noSumOverflows(_ level: InstructionLevel) throws {
        let shape = try FrameShape(slow: 70, fast: 101)
        let format = FrameFormat(shape: shape, pixelType: .uint32)
        let pixels = [UInt32](repeating: .max - 1, count: shape.pixelCount)
        let valid = ValidityBits(allOf: shape.pixelCount)
        let all = try PixelRegion("all", rectangles: [.init(slow: 0..<70, fast: 0..<101)], in: shape)
        var kernel = try StatisticsKernel(
            format: format, encoding: .none, statistics: StatisticsRequest(valid: valid),
            regions: try RegionsRequest([all], valid: valid), preview: try PreviewRequest(shape, factor: 100, valid: valid),
            instructions: level)
        let found = try pixels.withUnsafeBytes { try kernel.look($0) }
        #expect(found.regions == [RegionSum(sum: 7070 * 4_294_967_294, pixels: 7070, maximum: .max - 1)])
        #expect(found.preview?.sums == [Float(7000 * 4_294_967_294 as UInt64), Float(70 * 4_294_967_294 as UInt64)])
    }

    @Test func whatIsNoRegionIsRefused() throws {
        func make(_ slow: Range<Int>, _ fast: Range<Int>) throws {
            _ = try PixelRegion("r", rectangles: [.init(slow: slow, fast: fast)], in: shape)
        }
        try make(0..<4, 0..<6)
        for (slow, fast) in [(0..<5, 0..<6), (0..<4, 0..<7), (-1..<2, 0..<6), (0..<4, -1..<2), (2..<2, 0..<6), (0..<4, 6..<6)] {
            let error = #expect(throws: FrameError.self) { try make(slow, fast) }
            #expect(error?.place == "region 'r'")
        }
        #expect(throws: FrameError.self) { _ = try PixelRegion("none", rectangles: [], in: shape) }
        #expect(throws: FrameError.self) { _ = try PixelRegion("none", mask: [Bool](repeating: false, count: 24), in: shape) }
        #expect(throws: FrameError.self) { _ = try PixelRegion("other", mask: [Bool](repeating: true, count: 25), in: shape) }
    }

    @Test func asManyRegionsAsCanBeNamedApart() throws {
        func request(_ names: [String], pixels: Int = 24) throws {
            let regions = try names.map { try PixelRegion($0, rectangles: [.init(slow: 0..<1, fast: 0..<1)], in: shape) }
            _ = try RegionsRequest(regions, valid: ValidityBits(allOf: pixels))
        }
        try request((0..<64).map { "r\($0)" })
        #expect(throws: FrameError.self) { try request((0..<65).map { "r\($0)" }) }
        #expect(throws: FrameError.self) { try request([]) }
        #expect(throws: FrameError.self) { try request(["a", "b", "a"]) }
        #expect(throws: FrameError.self) { try request(["a"], pixels: 25) }
    }

    @Test func framesThatAreNoCountsAreRefused() throws {
        let region = try PixelRegion("a", rectangles: [.init(slow: 0..<1, fast: 0..<1)], in: shape)
        let request = try RegionsRequest([region], valid: ValidityBits(allOf: 24))
        let floats = FrameFormat(shape: shape, pixelType: .float32)
        #expect(throws: FrameError.self) {
            try [Float](repeating: 0, count: 24).withUnsafeBytes {
                _ = try RegionReference.sums($0, format: floats, request: request)
            }
        }
        #expect(throws: FrameError.self) {
            try [UInt16](repeating: 0, count: 23).withUnsafeBytes {
                _ = try RegionReference.sums($0, format: format, request: request)
            }
        }
    }
}
