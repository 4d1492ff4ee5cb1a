import Frames
import ReductionKernels
import ScatteringGeometry
import TestSupport
import Testing

/// Static sums that were kept: the factors of the pixels are computed when a frame excludes pixels of its own, and not before.
@Suite struct KeptStaticSumsTests {
    private let slow = 67
    private let fast = 93

    @Test func factorsAreComputedByTheFirstFrameThatExcludesPixels() throws {
        let geometry = try SplitExamples.geometry(slow: slow, fast: fast)
        let radial = try RadialBins(unit: .r_millimetre, count: 40, from: 1, to: 18)
        let bins = try BinTable(geometry.pixelBins(UInt16.self, radial: radial))
        let normalisation = PixelNormalisation(polarisation: try Polarisation(factor: 0.95))
        let made = try StaticSums(bins, normalisation: normalisation.factors(geometry))
        let factors = try PixelFactors(normalisation, of: geometry)
        let kept = try StaticSums(
            kept: try #require(made.table), totals: made.totals, factors: factors, dark: nil, darkVariance: nil)

        let format = FrameFormat(shape: try FrameShape(slow: slow, fast: fast), pixelType: .uint16)
        var kernel = try AzimuthalKernel(format: format, encoding: .none, bins: bins, saturation: 90)
        var generator = SeededGenerator(seed: 4)
        var frame = (0..<slow * fast).map { _ in UInt16.random(in: 0...90, using: &generator) }
        func sums(_ still: StaticSums) throws -> BinSums {
            try still.bins(from: frame.withUnsafeBytes { try kernel.reduce($0).get() }, frameFactor: 0.7)
        }
        let whole = (try sums(made), try sums(kept))
        #expect(whole.0 == whole.1)
        #expect(!factors.areMade)
        for pixel in stride(from: 3, to: frame.count, by: 41) { frame[pixel] = 91 }
        let parts = (try sums(made), try sums(kept))
        #expect(parts.0 == parts.1 && parts.0 != whole.0)
        #expect(factors.areMade)
    }

    @Test func factorsAreThoseOfTheirNormalisation() throws {
        let geometry = try SplitExamples.geometry(slow: slow, fast: fast)
        let flat = (0..<slow * fast).map { Float($0 + 1) }
        let normalisation = PixelNormalisation(absorption: try SensorAbsorption(transmission: 0.3), flatField: flat)
        let factors = try PixelFactors(normalisation, of: geometry)
        let expected = try normalisation.factors(geometry)
        #expect(factors.values == expected && factors.values == expected && factors.count == expected.count)
        #expect(factors == (try PixelFactors(normalisation, of: geometry)))
        #expect(factors != PixelFactors(expected) && PixelFactors(expected) == PixelFactors(expected))
        #expect(throws: GeometryError.self) { _ = try PixelFactors(PixelNormalisation(flatField: [1]), of: geometry) }
    }
}
