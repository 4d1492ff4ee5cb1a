import Diagnostics
import Foundation
import Frames
import Quantities
import ReductionKernels
import ScatteringGeometry
import TestSupport
import Testing

/// What must come out whatever the program: properties of the experiment, not of a formula.
@Suite struct PhysicsTests {
    private static let shape = (slow: 300, fast: 260)

    private func geometry(
        turned angle_deg: Double = 0, wavelength: Double = 1, distance_m: Double = 0.05
    ) throws -> DetectorGeometry {
        let detector = FlatDetector(
            shape: try DetectorShape(slow: Self.shape.slow, fast: Self.shape.fast),
            pixelSize: try PixelSize(slow_m: 172e-6, fast_m: 172e-6))
        let placement = try DetectorPlacement(
            distance_m: distance_m, poni1_m: 0.0237, poni2_m: 0.0211, rotation1_rad: 0.2, rotation2_rad: -0.1,
            rotation3_rad: angle_deg * .pi / 180)
        return DetectorGeometry(detector: detector, placement: placement, wavelength: try Wavelength("\(wavelength) angstrom"))
    }

    /// A source that shines equally in all directions gives each pixel counts in proportion to its solid angle: the corrected curve is flat.
    @Test func aFlatSourceIsAFlatCurve() throws {
        let geometry = try geometry()
        let factors = try PixelNormalisation().factors(geometry)
        let radial = try RadialBins(unit: .twoTheta_degree, count: 100, covering: geometry)
        for splitting in PixelSplitting.allCases {
            let matrix = try geometry.splitMatrix(splitting, radial: radial)
            let sums = try ReferenceReduction(normalisation: factors).reduce(factors.map { 1e6 * $0 }, with: matrix)
            let curve = sums.intensity().filter { !$0.isNaN }
            #expect(curve.count > 90)
            #expect(curve.allSatisfy { ($0 / 1e6 - 1).magnitude < 1e-9 }, "\(splitting)")
            // And without the correction it falls off.
            let bare = try ReferenceReduction().reduce(factors.map { 1e6 * $0 }, with: matrix).intensity().filter { !$0.isNaN }
            #expect((bare.min() ?? 1) < 0.7 * (bare.max() ?? 1))
        }
    }

    /// Ten thousand frames of the same expectation: the scatter of each bin is what sigma says. Reduced chi-squared is 1, within five times its
    /// own standard error of √(2 / degrees of freedom).
    @Test func sigmaIsTheScatterOfRepeatedFrames() throws {
        let geometry = try geometry()
        let mask = (0..<Self.shape.slow * Self.shape.fast).map { $0 / Self.shape.fast % 15 != 0 || $0 % 13 != 0 }
        let radial = try RadialBins(unit: .q_perNanometre, count: 20, covering: geometry, mask: mask)
        let table = try BinTable(geometry.pixelBins(UInt16.self, radial: radial, mask: mask))
        let statics = try StaticSums(table, normalisation: try PixelNormalisation().factors(geometry))
        let format = FrameFormat(
            shape: try FrameShape(slow: Self.shape.slow, fast: Self.shape.fast), pixelType: .uint16)
        var kernel = try AzimuthalKernel(format: format, encoding: .none, bins: statics.table ?? table)
        var generator = SeededGenerator(seed: 20_261_121)
        let frames = 10_000
        var curves: [[Double]] = []
        var variances = [Double](repeating: 0, count: radial.count)
        let live = mask.indices.filter { !mask[$0] }
        var pixels = [UInt16](repeating: 0, count: mask.count)
        let poisson = PoissonTable(mean: 7.5)
        for _ in 0..<frames {
            for pixel in live { pixels[pixel] = poisson.draw(using: &generator) }
            let sums = try pixels.withUnsafeBytes { bytes in
                try statics.bins(from: kernel.reduce(bytes).get(), errors: .poissonExact)
            }
            curves.append(sums.intensity())
            for (bin, sigma) in sums.standardError().enumerated() where !sigma.isNaN { variances[bin] += sigma * sigma }
        }
        let used = radial.centres.indices.filter { statics.count[$0] > 0 }
        #expect(used.count >= 15)
        for bin in used {
            let values = curves.map { $0[bin] }
            let mean = values.reduce(0, +) / Double(frames)
            let scatter = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(frames - 1)
            let ratio = scatter / (variances[bin] / Double(frames))
            #expect((ratio - 1).magnitude < 5 * (2 / Double(frames - 1)).squareRoot(), "bin \(bin): \(ratio)")
        }
    }

    /// Turning the detector about the beam, with its mask, turns nothing that a curve over q can see.
    @Test(arguments: [0.0, 17, 90, 213])
    func turningMaskAndDetectorTogetherChangesNothing(_ angle_deg: Double) throws {
        let still = try geometry(), turned = try geometry(turned: angle_deg)
        let count = Self.shape.slow * Self.shape.fast
        let mask = (0..<count).map { $0 % 37 == 0 }
        let frame = (0..<count).map { Double($0 * 7919 % 1000) }
        let radial = try RadialBins(unit: .q_perNanometre, count: 80, covering: still, mask: mask)
        let one = try ReferenceReduction(normalisation: PixelNormalisation().factors(still)).reduce(
            frame, with: still.splitMatrix(.fullPixel, radial: radial, mask: mask))
        let other = try ReferenceReduction(normalisation: PixelNormalisation().factors(turned)).reduce(
            frame, with: turned.splitMatrix(.fullPixel, radial: radial, mask: mask))
        for (a, b) in zip(one.intensity(), other.intensity()) where !a.isNaN || !b.isNaN {
            #expect((a - b).magnitude <= 1e-6 * a.magnitude)
        }
    }
}

/// Poisson numbers by inversion of the cumulated probabilities.
private struct PoissonTable {
    private let cumulated: [Double]

    init(mean: Double) {
        var probability = exp(-mean)
        var sum = probability
        var cumulated = [sum]
        for count in 1..<60 {
            probability *= mean / Double(count)
            sum += probability
            cumulated.append(sum)
        }
        self.cumulated = cumulated
    }

    func draw(using generator: inout SeededGenerator) -> UInt16 {
        let uniform = Double(generator.next() >> 11) / Double(1 << 53)
        return UInt16(cumulated.firstIndex { uniform < $0 } ?? cumulated.count)
    }
}
