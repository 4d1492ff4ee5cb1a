import Diagnostics
import Quantities
import ScatteringGeometry
import Testing

@Suite struct ReferenceReductionTests {
    /// Six pixels in a row, 1 mm apart from the beam on: radii 0.5, 1.5, … 5.5 mm, three bins of two pixels.
    private func bins() throws -> PixelBins<UInt16> {
        let flat = FlatDetector(shape: try DetectorShape(slow: 1, fast: 6), pixelSize: try PixelSize(slow_m: 1e-3, fast_m: 1e-3))
        let placement = try DetectorPlacement(distance_m: 1, poni1_m: 0.5e-3, poni2_m: 0)
        let geometry = DetectorGeometry(detector: flat, placement: placement, wavelength: nil)
        return try geometry.pixelBins(UInt16.self, radial: RadialBins(unit: .r_millimetre, count: 3, from: 0, to: 6))
    }

    @Test func sumsAreThoseOfTheTable() throws {
        let reduction = ReferenceReduction(normalisation: [1, 2, 1, 1, 0.5, 1], frameFactor: 2, dark: [0, 1, 0, 0, 0, 0])
        let sums = try reduction.reduce([0, 5, 7, -1, 3, 4] as [Int32], with: bins())
        #expect(sums.signal == [4, 7, 7])
        #expect(sums.norm == [6, 2, 3])
        #expect(sums.norm2 == [20, 4, 5])
        #expect(sums.variance == [6, 7, 7])
        #expect(sums.count == [2, 1, 2])
        let (means, errors, spreads): ([Double], [Double], [Double]) = (
            [0.6666666666666666, 3.5, 2.3333333333333335], [0.408248290463863, 1.3228756555322954, 0.8819171036881969],
            [0.5477225575051661, 1.3228756555322954, 1.1832159566199232]
        )
        #expect(largestRelative(sums.intensity(), means) < 1e-15)
        #expect(largestRelative(sums.standardError(), errors) < 1e-15)
        #expect(largestRelative(sums.standardDeviation(), spreads) < 1e-15)
    }

    @Test func theErrorModelsDifferWhereTheyShould() throws {
        let frame: [UInt16] = [0, 5, 7, .max, 3, 4]
        func variance(_ errors: ErrorModel) throws -> [Double] {
            try ReferenceReduction(errors: errors).reduce(frame, with: bins()).variance
        }
        #expect(try variance(.none) == [0, 0, 0])
        #expect(try variance(.poisson) == [6, 7, 7])
        #expect(try variance(.poissonExact) == [5, 7, 7])
        #expect(try variance(.given([1, 2, 3, 4, 5, 6])) == [3, 3, 11])
        #expect(try variance(.azimuthal) == [12.5, 0, 0.5])
        #expect(ErrorModel.poissonExact.name == "poisson-exact")
        let dark = ReferenceReduction(darkVariance: [1, 1, 1, 1, 1, 1])
        #expect(try dark.reduce(frame, with: bins()).variance == [8, 8, 9])
    }

    /// Σ norm² (signal/norm - I)² with unequal norms: 1·(3/1 - 11/3)² + 4·(8/2 - 11/3)² = 8/9.
    @Test func theSpreadIsWeightedByTheNorms() throws {
        let sums = try ReferenceReduction(normalisation: [1, 2, 1, 1, 1, 1], errors: .azimuthal).reduce(
            [3, 8, 0, 0, 0, 0] as [Int32], with: bins())
        #expect(abs(sums.variance[0] - 8.0 / 9) < 1e-14)
    }

    @Test func whatIsNoMeasurementIsInNoSum() throws {
        let matrix = SplitMatrix(try bins())
        let sums = try ReferenceReduction(normalisation: [1, 1, .nan, 0, -1, 1]).reduce(
            [.nan, 2, 3, 4, 5, .infinity], with: matrix)
        #expect(sums.count == [1, 0, 0])
        #expect(sums.intensity(empty: -7) == [2, -7, -7])
        #expect(sums.intensity()[1].isNaN)
        #expect(sums.standardError(empty: 0)[2] == 0)
    }

    /// Over many frames the spread of a curve is what its error bars say: reduced χ² = 1 ± 4 √(2/n).
    @Test func errorBarsOfPoissonFramesAreRight() throws {
        var generator = SplitMix(state: 42)
        let (bins, reduction) = (SplitMatrix(try bins()), ReferenceReduction(errors: .poissonExact))
        var sum = 0.0
        let frames = 10_000
        for _ in 0..<frames {
            let frame = (0..<6).map { _ in generator.poisson(mean: 100) }
            let curve = try reduction.reduce(frame, with: bins)
            for (value, error) in zip(curve.intensity(), curve.standardError()) {
                sum += (value - 100) * (value - 100) / (error * error)
            }
        }
        // 1 / counts in place of 1 / mean biases χ² by 1 + 1/(counts of a bin) = 1.005.
        #expect(abs(sum / Double(3 * frames) / 1.005 - 1) < 4 * (2 / Double(3 * frames)).squareRoot())
    }

    @Test func arraysOfAnotherSizeAreRefused() throws {
        let matrix = SplitMatrix(try bins())
        let frame = [Double](repeating: 1, count: 6)
        let reductions = [
            ReferenceReduction(normalisation: [1]), ReferenceReduction(dark: [1]), ReferenceReduction(darkVariance: [1]),
            ReferenceReduction(errors: .given([1])),
        ]
        for reduction in reductions {
            let error = #expect(throws: GeometryError.self) { try reduction.reduce(frame, with: matrix) }
            #expect(error?.code == .shapeMismatch)
        }
        #expect(throws: GeometryError.self) { try ReferenceReduction().reduce([1, 2], with: matrix) }
        for factor in [0, -1, .nan, .infinity] {
            let error = #expect(throws: GeometryError.self) {
                try ReferenceReduction(frameFactor: factor).reduce(frame, with: matrix)
            }
            #expect(error?.code == .outOfRange)
        }
    }
}

/// Repeatable random numbers (SplitMix64, doi:10.1145/2714064.2660195).
struct SplitMix {
    var state: UInt64

    mutating func unit() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }

    /// Knuth's product of uniform numbers, in two halves so that exp(-mean) keeps its digits.
    mutating func poisson(mean: Double) -> Double {
        var count = 0.0
        for _ in 0..<2 {
            var product = unit()
            let limit = exponential(-mean / 2)
            while product > limit {
                count += 1
                product *= unit()
            }
        }
        return count
    }

    private func exponential(_ x: Double) -> Double {
        var (term, sum) = (1.0, 1.0)
        for index in 1..<40 {
            term *= x / 32 / Double(index)
            sum += term
        }
        for _ in 0..<5 { sum *= sum }
        return sum
    }
}
