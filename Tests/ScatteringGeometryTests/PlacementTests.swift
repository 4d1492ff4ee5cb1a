import Diagnostics
import Foundation
import Quantities
import ScatteringGeometry
import Testing

@Suite struct PlacementTests {
    static let flat = try? FlatDetector(
        shape: DetectorShape(slow: 40, fast: 30), pixelSize: PixelSize(slow_m: 172e-6, fast_m: 100e-6), orientation: .bottomRight)

    /// In reality: where a straight beam meets the detector's plane, whatever the rotations.
    @Test(arguments: DetectorOrientation.allCases)
    func theBeamHitsThePixelThatWasNamed(orientation: DetectorOrientation) throws {
        let flat = FlatDetector(
            shape: try DetectorShape(slow: 40, fast: 30), pixelSize: try PixelSize(slow_m: 172e-6, fast_m: 100e-6),
            orientation: orientation)
        let placement = try DetectorPlacement(
            distanceAlongBeam: Length("351 mm"), beamSlow: PixelPosition("12.5 px"), beamFast: PixelPosition("20.5 px"), of: flat,
            rotation1: Angle("7 deg"), rotation2: Angle("-11 deg"), rotation3: Angle("30 deg"))
        let geometry = DetectorGeometry(detector: flat, placement: placement, wavelength: nil)
        let centre = try geometry.centre(slow: 12, fast: 20)
        #expect(abs(centre.up_m) < 1e-15)
        #expect(abs(centre.across_m) < 1e-15)
        #expect(abs(centre.alongBeam_m - 0.351) < 1e-15)
        #expect(abs(placement.distanceAlongBeam_m - 0.351) < 1e-15)
        #expect(abs(placement.tilt_rad - acos(cos(7 * Double.pi / 180) * cos(11 * Double.pi / 180))) < 1e-14)
        #expect(abs(placement.beam_m.axis1 - (orientation.rawValue <= 2 ? 27.5 : 12.5) * 172e-6) < 1e-15)
    }

    @Test func withoutTiltTheDistancesAreOne() throws {
        let flat = try #require(Self.flat)
        let placement = try DetectorPlacement(
            distanceAlongBeam: Length("1 m"), beamSlow: PixelPosition("0 px"), beamFast: PixelPosition("10 px"), of: flat)
        #expect(placement == (try DetectorPlacement(distance_m: 1, poni1_m: 0, poni2_m: 10 * 100e-6)))
    }

    @Test(arguments: ["90 deg", "120 deg", "-90 deg"])
    func aBeamThatMissesThePlaneIsRefused(angle: String) throws {
        let flat = try #require(Self.flat)
        let error = #expect(throws: GeometryError.self) {
            try DetectorPlacement(
                distanceAlongBeam: Length("1 m"), beamSlow: PixelPosition("0 px"), beamFast: PixelPosition("0 px"), of: flat,
                rotation1: Angle(angle))
        }
        #expect(error?.code == .outOfRange)
    }

    @Test func aDetectorBeforeTheSampleSeesBackScattering() throws {
        let flat = try #require(Self.flat)
        let placement = try DetectorPlacement(distance_m: 0.1, poni1_m: 0.003, poni2_m: 0.002, rotation2_rad: .pi)
        let angles = try DetectorGeometry(detector: flat, placement: placement, wavelength: Wavelength("1 Å"))
            .radialValues(.twoTheta_degree)
        #expect(angles.allSatisfy { $0 > 170 && $0 <= 180 })
    }

    @Test(arguments: DetectorOrientation.allCases)
    func cornersSurroundTheCentre(orientation: DetectorOrientation) throws {
        let flat = FlatDetector(
            shape: try DetectorShape(slow: 4, fast: 3), pixelSize: try PixelSize(slow_m: 1e-4, fast_m: 2e-4),
            orientation: orientation)
        let geometry = DetectorGeometry(
            detector: flat, placement: try DetectorPlacement(distance_m: 0.1, poni1_m: 0, poni2_m: 0, rotation1_rad: 0.2),
            wavelength: nil)
        let (centre, corners) = (try geometry.centre(slow: 1, fast: 2), try geometry.corners(slow: 1, fast: 2))
        #expect(corners.count == 4)
        #expect(abs(corners.map(\.up_m).reduce(0, +) / 4 - centre.up_m) < 1e-17)
        #expect(abs(corners.map(\.across_m).reduce(0, +) / 4 - centre.across_m) < 1e-17)
        #expect(throws: GeometryError.self) { try geometry.centre(slow: 4, fast: 0) }
        #expect(throws: GeometryError.self) { try geometry.corners(slow: 0, fast: -1) }
    }

    @Test func aFlatDetectorGivenByItsCornersIsTheSame() throws {
        let flat = try #require(Self.flat)
        let placement = try DetectorPlacement(
            distance_m: 0.05, poni1_m: 0.004, poni2_m: 0.001, rotation1_rad: 0.1, rotation2_rad: 0.2, rotation3_rad: 0.3)
        let one = DetectorGeometry(detector: flat, placement: placement, wavelength: try Wavelength("1 Å"))
        let other = DetectorGeometry(
            corners: try Self.corners(of: flat), placement: placement, wavelength: try Wavelength("1 Å"))
        #expect(largest(try one.radialValues(.q_perNanometre), try other.radialValues(.q_perNanometre)) < 1e-6)
        #expect(largest(one.azimuths_rad(), other.azimuths_rad()) < 1e-4)
        let factors = PixelNormalisation(absorption: try SensorAbsorption(transmission: 0.3))
        #expect(largest(try factors.factors(one), try factors.factors(other)) < 1e-4)
        let bins = try RadialBins(unit: .q_perNanometre, count: 20, from: 1, to: 20)
        for splitting in PixelSplitting.allCases where splitting != .none {
            let (a, b) = (try one.splitMatrix(splitting, radial: bins), try other.splitMatrix(splitting, radial: bins))
            let frame = [Double](repeating: 1, count: 1200)
            let reduction = ReferenceReduction(errors: .none)
            #expect(largest(try reduction.reduce(frame, with: a).count, try reduction.reduce(frame, with: b).count) < 1e-2)
        }
    }

    /// Half a cylinder around the sample: every pixel is at the same distance, and faces the sample.
    @Test func pixelsOfACylinderHaveOneSolidAngle() throws {
        let (rows, columns, radius) = (3, 60, 0.1)
        var values: [Float] = []
        for slow in 0..<rows {
            for fast in 0..<columns {
                for (i, j) in [(slow, fast), (slow + 1, fast), (slow + 1, fast + 1), (slow, fast + 1)] {
                    let angle = (Double(j) - 30) * 0.02
                    values += [Float(radius * (cos(angle) - 1)), Float((Double(i) - 1.5) * 1e-4), Float(radius * sin(angle))]
                }
            }
        }
        let corners = try PixelCorners(shape: DetectorShape(slow: rows, fast: columns), values: values)
        let geometry = DetectorGeometry(
            corners: corners, placement: try DetectorPlacement(distance_m: radius, poni1_m: 0, poni2_m: 0), wavelength: nil)
        #expect(try PixelNormalisation().factors(geometry).allSatisfy { abs($0 - 1) < 1e-3 })
        let angles = try geometry.radialValues(.twoTheta_radian)
        #expect(abs(angles[columns + 59] - 29.5 * 0.02) < 1e-4)
    }

    @Test func cornersThatCannotBeAreRefused() throws {
        let shape = try DetectorShape(slow: 2, fast: 3)
        #expect(throws: GeometryError.self) { try PixelCorners(shape: shape, values: [0]) }
        var values = [Float](repeating: 0.01, count: 72)
        values[12 * 4 + 3 * 2 + 1] = .nan
        let error = #expect(throws: GeometryError.self) { try PixelCorners(shape: shape, values: values) }
        #expect(error?.place == "pixel 1, 1 (slow, fast), corner 2, coordinate 1")
        values[12 * 4 + 3 * 2 + 1] = 1e30
        #expect(throws: GeometryError.self) { try PixelCorners(shape: shape, values: values) }
    }

    /// All corners in one point: no area, no direction; nothing may trap.
    @Test func aDetectorWithoutAreaGivesNoNumbersButNoTrap() throws {
        let corners = try PixelCorners(shape: DetectorShape(slow: 2, fast: 2), values: [Float](repeating: 0, count: 48))
        let geometry = DetectorGeometry(
            corners: corners, placement: try DetectorPlacement(distance_m: 1, poni1_m: 0, poni2_m: 0),
            wavelength: try Wavelength("1 Å"))
        let bins = try RadialBins(unit: .q_perNanometre, count: 3, from: 0, to: 1)
        let map = try AzimuthalBins(count: 4)
        for splitting in PixelSplitting.allCases {
            let matrix = try geometry.splitMatrix(splitting, radial: bins)
            #expect(matrix.offsets.count == 5)
            #expect(try geometry.splitMatrix(splitting, radial: bins, azimuthal: map).offsets.count == 5)
            let factors = try PixelNormalisation().factors(geometry)
            let sums = try ReferenceReduction(normalisation: factors).reduce([Double](repeating: 1, count: 4), with: matrix)
            #expect(sums.norm == [0, 0, 0])
        }
    }

    static func corners(of flat: FlatDetector) throws -> PixelCorners {
        var values: [Float] = []
        for slow in 0..<flat.shape.slow {
            for fast in 0..<flat.shape.fast {
                for (i, j) in [(slow, fast), (slow + 1, fast), (slow + 1, fast + 1), (slow, fast + 1)] {
                    values += [0, Float(Double(i) * flat.pixelSize.slow_m), Float(Double(j) * flat.pixelSize.fast_m)]
                }
            }
        }
        return try PixelCorners(shape: flat.shape, values: values)
    }
}

/// The largest difference of two arrays; infinite when their lengths differ.
func largest(_ one: [Double], _ other: [Double]) -> Double {
    one.count == other.count ? zip(one, other).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

/// The largest difference of two arrays in units of the second; 0 where both are 0.
func largestRelative(_ one: [Double], _ other: [Double]) -> Double {
    one.count == other.count ? zip(one, other).map { $0 == $1 ? 0 : abs($0 / $1 - 1) }.max() ?? 0 : .infinity
}
