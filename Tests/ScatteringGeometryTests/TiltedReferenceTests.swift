import Quantities
import ScatteringGeometry
import Testing

/// A tilted detector against numbers of pyFAI (TiltedReference.swift says how they were made).
@Suite struct TiltedReferenceTests {
    static func geometry(_ orientation: DetectorOrientation) throws -> DetectorGeometry {
        let flat = FlatDetector(
            shape: try DetectorShape(slow: 150, fast: 120), pixelSize: try PixelSize(slow_m: 400e-6, fast_m: 400e-6),
            orientation: orientation)
        let placement = try DetectorPlacement(
            distance_m: 0.1, poni1_m: 0.035, poni2_m: 0.022, rotation1_rad: 0.13, rotation2_rad: -0.08, rotation3_rad: 0.31)
        return DetectorGeometry(detector: flat, placement: placement, wavelength: try Wavelength("1.1 Å"))
    }

    /// The formula of the frame that pyFAI reduced.
    static let frame: [Int32] = (0..<150 * 120).map { (pixel: Int) -> Int32 in
        let (slow, fast) = (pixel / 120, pixel % 120)
        if (3 * slow + 5 * fast) % 97 == 0 { return -1 }
        return Int32((7 * slow + 13 * fast) % 101)
    }
    static let mask = frame.map { $0 < 0 }

    private func picked(_ values: [Double]) -> [Double] {
        var result: [Double] = []
        for slow in stride(from: 0, to: 150, by: 29) {
            for fast in stride(from: 0, to: 120, by: 23) { result.append(values[slow * 120 + fast]) }
        }
        return result
    }

    private func bins(_ count: Int) throws -> RadialBins {
        try RadialBins(unit: .q_perNanometre, count: count, from: 4, to: 18, ends: .pyFAI)
    }

    private func reduction(_ errors: ErrorModel = .poisson) throws -> ReferenceReduction {
        let factors = PixelNormalisation(polarisation: try Polarisation(factor: 0.9))
        return ReferenceReduction(normalisation: try factors.factors(Self.geometry(.bottomRight)), errors: errors)
    }

    @Test func scatteringVectorsAndAzimuthsAreThoseOfPyFAI() throws {
        typealias R = TiltedReference
        let expected: [(DetectorOrientation, [Double], [Double])] = [
            (.topLeft, R.q1, R.chi1), (.topRight, R.q2, R.chi2), (.bottomRight, R.q3, R.chi3), (.bottomLeft, R.q4, R.chi4),
        ]
        for (orientation, q, chi) in expected {
            let geometry = try Self.geometry(orientation)
            #expect(largest(picked(try geometry.radialValues(.q_perNanometre)), q) < 1e-13)
            #expect(largest(picked(geometry.azimuths_rad()), chi) < 1e-13)
        }
    }

    @Test func anglesAndRadiiAreThoseOfPyFAI() throws {
        let geometry = try Self.geometry(.bottomRight)
        #expect(largest(picked(try geometry.radialValues(.twoTheta_degree)), TiltedReference.twoTheta) < 1e-12)
        #expect(largest(picked(try geometry.radialValues(.r_millimetre)), TiltedReference.radius) < 1e-12)
    }

    /// pyFAI keeps these two in float32.
    @Test func correctionsAreThoseOfPyFAI() throws {
        let geometry = try Self.geometry(.bottomRight)
        let polarisation = PixelNormalisation(
            solidAngle: .none, polarisation: try Polarisation(factor: 0.9, offset: .degrees(12)))
        let absorption = PixelNormalisation(solidAngle: .none, absorption: try SensorAbsorption(transmission: 0.4))
        #expect(largest(picked(try PixelNormalisation().factors(geometry)), TiltedReference.solidAngle) < 1e-7)
        #expect(largest(picked(try polarisation.factors(geometry)), TiltedReference.polarisation) < 1e-7)
        #expect(largest(picked(try absorption.factors(geometry)), TiltedReference.absorption) < 1e-7)
    }

    @Test func cornersAreThoseOfPyFAI() throws {
        let geometry = try Self.geometry(.bottomRight)
        var corners: [Double] = []
        for slow in stride(from: 0, to: 150, by: 75) {
            for fast in stride(from: 0, to: 120, by: 60) {
                for corner in try geometry.corners(slow: slow, fast: fast) {
                    corners += [corner.up_m, corner.across_m, corner.alongBeam_m]
                }
            }
        }
        #expect(largest(corners, TiltedReference.corners) < 1e-8)
    }

    @Test func sumsWithoutSplittingAreThoseOfPyFAI() throws {
        let pixels = try Self.geometry(.bottomRight).pixelBins(UInt16.self, radial: bins(40), mask: Self.mask)
        let sums = try reduction().reduce(Self.frame, with: pixels)
        #expect(sums.signal == TiltedReference.noneSignal)
        #expect(sums.count == TiltedReference.noneCount)
        #expect(sums.variance == TiltedReference.noneVariance)
        #expect(largestRelative(sums.norm, TiltedReference.noneNorm) < 1e-7)
        // Without corrections: with unequal norms pyFAI's one-pass variance is an approximation.
        let spread = try ReferenceReduction(errors: .azimuthal).reduce(Self.frame, with: pixels)
        #expect(largestRelative(spread.variance, TiltedReference.azimuthalVariance) < 1e-12)
    }

    @Test func sumsWithBoxesAndPolygonsAreThoseOfPyFAI() throws {
        let geometry = try Self.geometry(.bottomRight)
        let boxes = try reduction().reduce(
            Self.frame, with: geometry.splitMatrix(.boundingBox, radial: bins(40), mask: Self.mask))
        #expect(largestRelative(boxes.signal, TiltedReference.boxSignal) < 1e-5)
        #expect(largestRelative(boxes.count, TiltedReference.boxCount) < 1e-5)
        #expect(largestRelative(boxes.variance, TiltedReference.boxVariance) < 1e-5)
        #expect(largestRelative(boxes.norm, TiltedReference.boxNorm) < 1e-5)
        let polygons = try reduction().reduce(
            Self.frame, with: geometry.splitMatrix(.fullPixel, radial: bins(40), mask: Self.mask))
        #expect(largestRelative(polygons.signal, TiltedReference.fullSignal) < 1e-5)
        #expect(largestRelative(polygons.count, TiltedReference.fullCount) < 1e-5)
        #expect(largestRelative(polygons.variance, TiltedReference.fullVariance) < 1e-5)
        #expect(largestRelative(polygons.norm, TiltedReference.fullNorm) < 1e-5)
    }

    @Test func aMapWithBoxesIsThatOfPyFAI() throws {
        let matrix = try Self.geometry(.bottomRight).splitMatrix(
            .boundingBox, radial: bins(12), azimuthal: AzimuthalBins(count: 8), mask: Self.mask)
        let sums = try reduction().reduce(Self.frame, with: matrix)
        #expect(largestRelative(sums.signal, TiltedReference.mapSignal) < 1e-5)
        #expect(largestRelative(sums.count, TiltedReference.mapCount) < 1e-5)
    }
}
