import Diagnostics
import Quantities
import ScatteringGeometry
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

@Suite struct DetectorVectorsTests {
    private static let shape: DetectorShape? = try? DetectorShape(slow: 30, fast: 20)

    private func placement(
        _ random: inout SeededGenerator, rotation1: Double = 3, rotation2: Double = 1.5, rotation3: Double = 1.5
    ) throws -> DetectorPlacement {
        func between(_ limit: Double) -> Double { Double.random(in: -limit...limit, using: &random) }
        return try DetectorPlacement(
            distance_m: Double.random(in: 0.01...5, using: &random), poni1_m: between(1), poni2_m: between(1),
            rotation1_rad: between(rotation1), rotation2_rad: between(rotation2), rotation3_rad: between(rotation3))
    }

    private func flat(_ orientation: DetectorOrientation) throws -> FlatDetector {
        FlatDetector(
            shape: try #require(Self.shape), pixelSize: try PixelSize(slow_m: 1.72e-4, fast_m: 7.5e-5), orientation: orientation)
    }

    @Test(arguments: DetectorOrientation.allCases) func aPlacementComesBackFromItsVectors(_ orientation: DetectorOrientation)
        throws
    {
        var random = SeededGenerator(seed: UInt64(orientation.rawValue))
        let flat = try flat(orientation)
        for _ in 0..<2_000 {
            let original = try placement(&random)
            let (detector, found) = try DetectorVectors(flat, original).placed()
            #expect(detector.orientation == orientation)
            #expect(detector.shape == flat.shape)
            let pairs: [(Double, Double)] = [
                (detector.pixelSize.slow_m, flat.pixelSize.slow_m), (detector.pixelSize.fast_m, flat.pixelSize.fast_m),
                (found.distance_m, original.distance_m), (found.poni1_m, original.poni1_m), (found.poni2_m, original.poni2_m),
            ]
            for (one, other) in pairs { #expect(abs(one - other) < 1e-12 * max(1, original.distance_m)) }
            // Near a right angle of rotation 2 the other two are known less well.
            let blur = 1e-12 / cos(original.rotation2_rad)
            #expect(abs(found.rotation1_rad - original.rotation1_rad) < blur)
            #expect(abs(found.rotation2_rad - original.rotation2_rad) < blur)
            #expect(abs(found.rotation3_rad - original.rotation3_rad) < blur)
        }
    }

    /// Any rotation, a right angle of rotation 2 among them: other parameters may come back, but every pixel is in its place.
    @Test(arguments: DetectorOrientation.allCases) func everyPixelStaysInItsPlace(_ orientation: DetectorOrientation) throws {
        var random = SeededGenerator(seed: 40 + UInt64(orientation.rawValue))
        let flat = try flat(orientation)
        for round in 0..<300 {
            var original = try placement(&random, rotation1: 6, rotation2: 6, rotation3: 6)
            if round % 3 == 0 {
                // At a right angle, and ever closer to one.
                let near = .pi / 2 - (round % 2 == 0 ? 0 : pow(10, -Double(round % 17)))
                original = try DetectorPlacement(
                    distance_m: 0.3, poni1_m: 0.1, poni2_m: -0.2, rotation1_rad: original.rotation1_rad,
                    rotation2_rad: round % 4 < 2 ? near : -near, rotation3_rad: original.rotation3_rad)
            }
            let before = DetectorGeometry(detector: flat, placement: original, wavelength: nil)
            let after = try DetectorGeometry(DetectorVectors(flat, original), wavelength: nil)
            let apart = zip(before.positions_m(), after.positions_m()).map { abs($0 - $1) }.max() ?? 1
            #expect(apart < 1e-13)
        }
    }

    /// Not by this target's own rotations: 2θ is the angle between the beam and the way to the pixel.
    @Test func anglesAreThoseOfTheVectorsThemselves() throws {
        var random = SeededGenerator(seed: 99)
        let shape = try #require(Self.shape)
        func unit() -> SIMD3<Double> {
            while true {
                let v = SIMD3<Double>.random(in: -1...1, using: &random)
                let length = (v * v).sum().squareRoot()
                if length > 0.1, length < 1 { return v / length }
            }
        }
        let wavelength = try Wavelength(1.2, .angstrom)
        for _ in 0..<300 {
            let slow = unit()
            let other = unit()
            let rest = other - (other * slow).sum() * slow
            guard (rest * rest).sum() > 0.01 else { continue }
            let fast = rest / (rest * rest).sum().squareRoot()
            let origin = unit() * Double.random(in: 0.05...1, using: &random)
            let vectors = try DetectorVectors(
                nexusOrigin_m: origin, slowStep_m: slow * 2e-3, fastStep_m: fast * 1e-3, shape: shape)
            let geometry = try DetectorGeometry(vectors, wavelength: wavelength)
            let angles = geometry.twoTheta()
            let q = try geometry.radialValues(.q_perNanometre)
            for row in [0, 13, 29] {
                for column in [0, 7, 19] {
                    let p = origin + (Double(row) + 0.5) * 2e-3 * slow + (Double(column) + 0.5) * 1e-3 * fast
                    // The beam is z: its angle, accurate also near 0 and π.
                    let expected = atan2((p.x * p.x + p.y * p.y).squareRoot(), p.z)
                    #expect(abs(angles[row * 20 + column] - expected) < 1e-12)
                    let expectedQ: Double = 4 * Double.pi / 0.12 * sin(expected / 2)
                    #expect(abs(q[row * 20 + column] - expectedQ) < 1e-10)
                    let centre = try geometry.centre(slow: row, fast: column).nexus_m
                    let apart = centre - p
                    #expect((apart * apart).sum().squareRoot() < 1e-13)
                }
            }
        }
    }

    /// What EIGER detectors write: first pixel top left seen from the sample.
    @Test func anUprightDetectorHasNoRotationAndOrientationTwo() throws {
        let vectors = try DetectorVectors(
            nexusOrigin_m: SIMD3(0.1, 0.12, 0.25), slowStep_m: SIMD3(0, -75e-6, 0), fastStep_m: SIMD3(-75e-6, 0, 0),
            shape: try DetectorShape(slow: 3_000, fast: 2_000))
        let (detector, placement) = try vectors.placed()
        #expect(detector.orientation == .topRight)
        #expect(placement.distance_m == 0.25)
        #expect([placement.rotation1_rad, placement.rotation2_rad, placement.rotation3_rad].allSatisfy { $0 == 0 })
        // 0.12 m above the beam is the edge of row 0; axis 1 begins at the other end, 0.225 m below it.
        #expect(abs(placement.poni1_m - (3_000 * 75e-6 - 0.12)) < 1e-15)
        #expect(abs(placement.poni2_m - 0.1) < 1e-15)
        let first = try DetectorGeometry(vectors, wavelength: nil).centre(slow: 0, fast: 0)
        #expect(first.up_m > 0 && first.across_m < 0)
    }

    @Test func framesAreRightHandedAndTurnIntoEachOther() {
        let x = LabPosition(nexus_m: SIMD3(1, 0, 0))
        #expect((x.up_m, x.across_m, x.alongBeam_m) == (0, -1, 0))
        #expect(LabPosition(up_m: 1, across_m: 2, alongBeam_m: 3).nexus_m == SIMD3(-2, 1, 3))
    }

    @Test func vectorsThatAreNoDetectorAreRefused() throws {
        let shape = try #require(Self.shape)
        func code(_ origin: SIMD3<Double>, _ slow: SIMD3<Double>, _ fast: SIMD3<Double>) -> GeometryErrorCode? {
            do throws(GeometryError) {
                _ = try DetectorVectors(nexusOrigin_m: origin, slowStep_m: slow, fastStep_m: fast, shape: shape).placed()
                return nil
            } catch {
                return error.code
            }
        }
        let (up, left) = (SIMD3(0, 1e-4, 0), SIMD3(1e-4, 0, 0))
        #expect(code(SIMD3(0, 0, 1), up, left) == nil)
        #expect(code(SIMD3(0, 0, 1), up, SIMD3(1e-4, 1e-6, 0)) == .notSupported)
        #expect(code(SIMD3(0, 0, 1), up, SIMD3(1e-4, 1e-10, 0)) == nil)
        #expect(code(SIMD3(0, 0, 1), up, up) == .notSupported)
        #expect(code(SIMD3(0, 0, 1), SIMD3(0, 0, 0), left) == .outOfRange)
        #expect(code(SIMD3(0, 0, 1), SIMD3(0, 0.1, 0), left) == .wrongUnit)
        #expect(code(SIMD3(0, .nan, 1), up, left) == .outOfRange)
        #expect(code(SIMD3(0.1, 0.1, 0), up, left) == .outOfRange)
        #expect(code(SIMD3(0, 0, 300), up, left) == .wrongUnit)
        #expect(code(SIMD3(0, 0, -1), up, left) == nil)
    }
}

extension DetectorGeometry {
    fileprivate func twoTheta() -> [Double] {
        let positions = positions_m()
        return stride(from: 0, to: positions.count, by: 3).map { place in
            LabPosition(up_m: positions[place], across_m: positions[place + 1], alongBeam_m: positions[place + 2]).twoTheta_rad
        }
    }
}
