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

    /// Counts at a pixel that faces the source.
    private static let brightest = 4e9

    /// A source that shines equally in all directions: counts in proportion to the solid angle of each pixel, which its four corners
    /// enclose. None of it is a formula of the program.
    private func flatSource(_ geometry: DetectorGeometry) throws -> [UInt32] {
        let facing = 172e-6 * 172e-6 / pow(geometry.placement.distance_m, 2)
        return try (0..<Self.shape.slow * Self.shape.fast).map { pixel in
            let corners = try geometry.corners(slow: pixel / Self.shape.fast, fast: pixel % Self.shape.fast).map {
                SIMD3($0.up_m, $0.across_m, $0.alongBeam_m)
            }
            return UInt32((Self.brightest * SolidAngle.ofQuadrangle(corners) / facing).rounded())
        }
    }

    /// The corrected curve of a flat source is flat. A pixel's solid angle is taken at its centre: of the square of its size over its distance,
    /// 1e-5 here, not more than that is left.
    @Test(arguments: PixelSplitting.allCases) func aFlatSourceIsAFlatCurve(_ splitting: PixelSplitting) throws {
        let geometry = try geometry()
        let pixels = try flatSource(geometry)
        #expect((pixels.min() ?? 0) < UInt32(0.6 * Self.brightest), "at the rim a pixel sees much less")
        let radial = try RadialBins(unit: .twoTheta_degree, count: 100, covering: geometry, splitting: splitting)
        let curve = try self.curve(pixels, geometry, radial, splitting, try PixelNormalisation().factors(geometry))
        #expect(curve.count > 90)
        for value in curve { #expect((value / Self.brightest - 1).magnitude < 1e-5) }
        // And without the correction it falls off.
        let bare = try self.curve(pixels, geometry, radial, splitting, nil)
        #expect((bare.min() ?? 1) < 0.7 * (bare.max() ?? 1))
    }

    /// Of a frame as it comes: compressed, through the kernels.
    private func curve(
        _ pixels: [UInt32], _ geometry: DetectorGeometry, _ radial: RadialBins, _ splitting: PixelSplitting,
        _ normalisation: [Double]?
    ) throws -> [Double] {
        let format = FrameFormat(
            shape: try FrameShape(slow: Self.shape.slow, fast: Self.shape.fast), pixelType: .uint32)
        var encoder = try ChunkEncoder(format: format, encoding: .bitshuffleLZ4)
        var chunk = [UInt8](repeating: 0, count: encoder.maximumEncodedBytes)
        let size = try chunk.withUnsafeMutableBytes { room in try pixels.withUnsafeBytes { try encoder.encode($0, into: room) } }
        let sums: BinSums
        if splitting == .none {
            let table = try BinTable(geometry.pixelBins(UInt16.self, radial: radial))
            let statics = try StaticSums(table, normalisation: normalisation)
            var kernel = try AzimuthalKernel(format: format, encoding: .bitshuffleLZ4, bins: statics.table ?? table)
            let found = try chunk[..<size].withUnsafeBytes { try kernel.reduce($0).get() }
            sums = try statics.bins(from: found, errors: .poisson)
        } else {
            let matrix = try geometry.splitMatrix(splitting, radial: radial)
            let statics = try StaticSums(matrix, normalisation: normalisation)
            var kernel = try SplitKernel(
                format: format, encoding: .bitshuffleLZ4, matrix: statics.matrix ?? matrix, errors: .poisson)
            let found = try chunk[..<size].withUnsafeBytes { try kernel.reduce($0).get() }
            sums = try statics.bins(from: found)
        }
        return sums.intensity().filter { !$0.isNaN }
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

/// A. van Oosterom and J. Strackee, The solid angle of a plane triangle, IEEE Trans. Biomed. Eng. 30 (1983) 125, doi:10.1109/TBME.1983.325207.
private enum SolidAngle {
    /// In steradian, seen from the origin; corners in order around it.
    static func ofQuadrangle(_ corners: [SIMD3<Double>]) -> Double {
        guard corners.count == 4 else { return .nan }
        return ofTriangle(corners[0], corners[1], corners[2]) + ofTriangle(corners[0], corners[2], corners[3])
    }

    private static func ofTriangle(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>) -> Double {
        func dot(_ one: SIMD3<Double>, _ other: SIMD3<Double>) -> Double { (one * other).sum() }
        let cross = SIMD3(b.y * c.z - b.z * c.y, b.z * c.x - b.x * c.z, b.x * c.y - b.y * c.x)
        let (lengthA, lengthB, lengthC) = (dot(a, a).squareRoot(), dot(b, b).squareRoot(), dot(c, c).squareRoot())
        let below = lengthA * lengthB * lengthC + dot(a, b) * lengthC + dot(a, c) * lengthB + dot(b, c) * lengthA
        return 2 * atan2(dot(a, cross).magnitude, below)
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
