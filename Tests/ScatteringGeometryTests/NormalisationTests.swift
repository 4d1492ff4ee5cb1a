import Diagnostics
import Foundation
import Quantities
import ScatteringGeometry
import Testing

@Suite struct NormalisationTests {
    private func square(_ pixels: Int, distance_m: Double, tilt: Double = 0) throws -> DetectorGeometry {
        let flat = FlatDetector(
            shape: try DetectorShape(slow: pixels, fast: pixels), pixelSize: try PixelSize(slow_m: 1e-3, fast_m: 1e-3))
        let placement = try DetectorPlacement(
            distance_m: distance_m, poni1_m: Double(pixels) * 0.5e-3, poni2_m: Double(pixels) * 0.5e-3, rotation1_rad: tilt)
        return DetectorGeometry(detector: flat, placement: placement, wavelength: try Wavelength("1 Å"))
    }

    /// A pyramid over a square of side 2L seen from the distance L is a sixth of the sphere, whatever the tilt.
    @Test(arguments: [0, 0.7])
    func theSolidAnglesOfASquareAddUpToThoseOfACubesFace(tilt: Double) throws {
        let geometry = try square(200, distance_m: 0.1, tilt: tilt)
        let sum = try PixelNormalisation(solidAngle: .absolute).factors(geometry).reduce(0, +)
        #expect(abs(sum / (4 * .pi / 6) - 1) < 1e-4)
    }

    /// What an isotropic source gives each pixel is its solid angle: divided by it, every bin has the same intensity.
    @Test(arguments: PixelSplitting.allCases)
    func isotropicScatteringIsFlatAfterCorrection(splitting: PixelSplitting) throws {
        let geometry = try square(101, distance_m: 0.05, tilt: 0.4)
        let solidAngle = try PixelNormalisation(solidAngle: .absolute).factors(geometry)
        let frame = solidAngle.map { $0 * 1e9 }
        let bins = try RadialBins(unit: .twoTheta_degree, count: 50, covering: geometry, splitting: splitting)
        let relative = try PixelNormalisation().factors(geometry)
        let sums = try ReferenceReduction(normalisation: relative).reduce(
            frame, with: geometry.splitMatrix(splitting, radial: bins))
        let expected = 1e9 * 1e-6 / (0.05 * 0.05)
        for value in sums.intensity() where value.isFinite { #expect(abs(value / expected - 1) < 1e-12) }
        #expect(sums.intensity().filter { $0.isFinite }.count > 45)
    }

    /// Thomson scattering by electrons: sin² of the angle to the electric field. At 90° along the field nothing is scattered.
    @Test func polarisationFollowsTheElectricField() throws {
        let geometry = try square(41, distance_m: 0.01)
        let factors = try PixelNormalisation(solidAngle: .none, polarisation: try Polarisation(factor: 1)).factors(geometry)
        for (slow, fast) in [(20, 20), (0, 20), (20, 40), (3, 7)] {
            let point = try geometry.centre(slow: slow, fast: fast)
            let square = point.up_m * point.up_m + point.across_m * point.across_m + point.alongBeam_m * point.alongBeam_m
            #expect(abs(factors[slow * 41 + fast] - (1 - point.across_m * point.across_m / square)) < 1e-14)
        }
        let vertical = try PixelNormalisation(
            solidAngle: .none, polarisation: try Polarisation(factor: -1, offset: .degrees(180))
        ).factors(geometry)
        let turned = try PixelNormalisation(
            solidAngle: .none, polarisation: try Polarisation(factor: 1, offset: .degrees(90))
        ).factors(geometry)
        #expect(largest(vertical, turned) < 1e-14)
    }

    @Test func obliqueRaysAreAbsorbedMore() throws {
        let geometry = try square(101, distance_m: 0.05)
        let absorption = try SensorAbsorption(thickness: Length("450 um"), attenuationLength: Length("900 um"))
        #expect(abs(absorption.transmission - exp(-0.5)) < 1e-15)
        let factors = try PixelNormalisation(solidAngle: .none, absorption: absorption).factors(geometry)
        #expect(abs(factors[50 * 101 + 50] - 1) < 1e-15)
        let cosine = 0.05 / (0.05 * 0.05 + 2 * 0.05 * 0.05).squareRoot()
        #expect(abs(factors[0] - (1 - exp(-0.5 / cosine)) / (1 - exp(-0.5))) < 1e-12)
        let thick = try PixelNormalisation(solidAngle: .none, absorption: try SensorAbsorption(transmission: 0)).factors(geometry)
        #expect(thick.allSatisfy { $0 == 1 })
    }

    @Test func factorsMultiply() throws {
        let geometry = try square(20, distance_m: 0.05, tilt: 0.2)
        let polarisation = try Polarisation(factor: 0.99)
        let absorption = try SensorAbsorption(transmission: 0.5)
        let flat = (0..<400).map { Float($0 % 7) }
        let all = try PixelNormalisation(polarisation: polarisation, absorption: absorption, flatField: flat).factors(geometry)
        let parts = [
            try PixelNormalisation().factors(geometry),
            try PixelNormalisation(solidAngle: .none, polarisation: polarisation).factors(geometry),
            try PixelNormalisation(solidAngle: .none, absorption: absorption).factors(geometry), flat.map { Double($0) },
        ]
        #expect(largest(all, (0..<400).map { pixel in parts.map { $0[pixel] }.reduce(1, *) }) < 1e-15)
        let floats = try PixelNormalisation(flatField: flat).floatFactors(geometry)
        #expect(floats.count == 400 && floats[0] == 0)
    }

    @Test func whatCannotBeIsRefused() throws {
        for factor in [1.1, -2, .nan, .infinity, 99] {
            #expect(throws: GeometryError.self) { try Polarisation(factor: factor) }
        }
        for transmission in [1, -0.1, .nan, 2] {
            #expect(throws: GeometryError.self) { try SensorAbsorption(transmission: transmission) }
        }
        let error = #expect(throws: GeometryError.self) {
            try PixelNormalisation(flatField: [1, 2]).factors(square(3, distance_m: 1))
        }
        #expect(error?.code == .shapeMismatch)
    }
}
