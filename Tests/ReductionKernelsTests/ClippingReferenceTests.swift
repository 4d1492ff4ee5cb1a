import Diagnostics
import Frames
import Quantities
import ReductionKernels
import ScatteringGeometry
import Testing

/// Sigma clipping against pyFAI 2026.9.0 (numbers made by Tests/Judges/make_clipping_reference.py).
@Suite struct ClippingReferenceTests {
    struct Case: CustomStringConvertible, Sendable {
        let description: String
        let errors: ErrorModel
        let cutoff: Double
        let cycles: Int
        let isCorrected: Bool
        let signal, count, variance, norm: [Double]
    }

    static let cases = [
        Case(
            description: "azimuthal", errors: .azimuthal, cutoff: 3, cycles: 5, isCorrected: false,
            signal: ClippingReference.azimuthalSignal, count: ClippingReference.azimuthalCount,
            variance: ClippingReference.azimuthalVariance, norm: ClippingReference.azimuthalNormalization),
        Case(
            description: "azimuthal once", errors: .azimuthal, cutoff: 3, cycles: 1, isCorrected: false,
            signal: ClippingReference.azimuthalOnceSignal, count: ClippingReference.azimuthalOnceCount,
            variance: ClippingReference.azimuthalOnceVariance, norm: ClippingReference.azimuthalOnceNormalization),
        Case(
            description: "azimuthal, Chauvenet", errors: .azimuthal, cutoff: 0, cycles: 5, isCorrected: false,
            signal: ClippingReference.azimuthalChauvenetSignal, count: ClippingReference.azimuthalChauvenetCount,
            variance: ClippingReference.azimuthalChauvenetVariance, norm: ClippingReference.azimuthalChauvenetNormalization),
        Case(
            description: "hybrid", errors: .hybrid, cutoff: 3, cycles: 5, isCorrected: false,
            signal: ClippingReference.hybridSignal, count: ClippingReference.hybridCount,
            variance: ClippingReference.hybridVariance, norm: ClippingReference.hybridNormalization),
        Case(
            description: "poisson", errors: .poisson, cutoff: 4, cycles: 5, isCorrected: true,
            signal: ClippingReference.poissonSignal, count: ClippingReference.poissonCount,
            variance: ClippingReference.poissonVariance, norm: ClippingReference.poissonNormalization),
    ]

    @Test(arguments: cases) func clippedSumsAreThoseOfPyFAI(_ example: Case) throws {
        let flat = FlatDetector(
            shape: try DetectorShape(slow: 150, fast: 120), pixelSize: try PixelSize(slow_m: 400e-6, fast_m: 400e-6))
        let placement = try DetectorPlacement(
            distance_m: 0.1, poni1_m: 0.035, poni2_m: 0.022, rotation1_rad: 0.13, rotation2_rad: -0.08, rotation3_rad: 0.31)
        let geometry = DetectorGeometry(detector: flat, placement: placement, wavelength: try Wavelength("1.1 Å"))
        let bins = try geometry.pixelBins(
            UInt16.self, radial: RadialBins(unit: .q_perNanometre, count: 40, from: 4, to: 18, ends: .pyFAI))
        let corrections = PixelNormalisation(polarisation: try Polarisation(factor: 0.9))
        var reduction = try PixelwiseReduction(
            matrix: SplitMatrix(bins), normalisation: example.isCorrected ? try corrections.factors(geometry) : nil,
            errors: example.errors, clipping: SigmaClipping(cycles: example.cycles, cutoff: example.cutoff))
        let frame = Self.frame
        let result = try frame.withUnsafeBytes { try reduction.reduce($0, type: .uint16) }
        #expect(result.sums.count == example.count)
        #expect(result.sums.signal == example.signal)
        for bin in example.norm.indices {
            #expect(abs(result.sums.norm[bin] - example.norm[bin]) <= 1e-6 * example.norm[bin])
            #expect(abs(result.sums.variance[bin] - example.variance[bin]) <= 1e-6 * example.variance[bin])
        }
        #expect(result.clippedPixels > 100)
        #expect(Int(result.sums.count.reduce(0, +)) + result.clippedPixels == unclipped(bins, frame))
    }

    private func unclipped(_ bins: PixelBins<UInt16>, _ frame: [UInt16]) -> Int {
        frame.indices.count { frame[$0] != .max && bins.indices[$0] < bins.binCount }
    }

    private static let frame: [UInt16] = (0..<150 * 120).map { pixel in
        var noise = UInt32(truncatingIfNeeded: pixel) &* 2_654_435_761
        noise ^= noise >> 15
        noise = noise &* 2_246_822_519
        noise ^= noise >> 13
        var counts = 60 + (0..<4).reduce(0) { $0 + Int(noise >> (8 * UInt32($1)) & 255) } / 16
        if pixel % 89 == 0 { counts += 300 }
        if pixel % 131 == 0 { counts += 60 }
        if pixel % 173 == 0 { counts = Int(UInt16.max) }
        return UInt16(counts)
    }
}
