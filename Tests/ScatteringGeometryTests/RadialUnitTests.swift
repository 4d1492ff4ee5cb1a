import Diagnostics
import Foundation
import Quantities
import ScatteringGeometry
import Testing

@Suite struct RadialUnitTests {
    /// Bragg's law with numbers of one's own: d = 2 Å, λ = 1 Å: sin θ = 1/4.
    @Test func oneReflectionHasOneValueInEveryUnit() throws {
        let wavelength = try Wavelength("1 Å")
        let expected: [(RadialUnit, Double)] = [
            (.d_angstrom, 2), (.d_nanometre, 0.2), (.s_perAngstrom, 0.5), (.s_perNanometre, 5), (.q_perAngstrom, .pi),
            (.q_perNanometre, 10 * .pi), (.twoTheta_radian, 2 * asin(0.25)), (.twoTheta_degree, 2 * asin(0.25) * 180 / .pi),
        ]
        for (unit, value) in expected {
            for (target, wanted) in expected {
                let got = try unit.convert(value, to: target, wavelength: wavelength)
                #expect(abs(got / wanted - 1) < 1e-14, "\(unit) to \(target): \(got)")
            }
        }
        #expect(try RadialUnit.r_metre.convert(2, to: .r_millimetre) == 2000)
    }

    @Test func whatHasNoCounterpartIsRefused() throws {
        #expect(throws: GeometryError.self) { try RadialUnit.r_millimetre.convert(1, to: .q_perAngstrom) }
        let missing = #expect(throws: GeometryError.self) { try RadialUnit.q_perAngstrom.convert(1, to: .twoTheta_degree) }
        #expect(missing?.code == .wavelengthMissing)
        let far = #expect(throws: GeometryError.self) {
            try RadialUnit.q_perAngstrom.convert(13, to: .twoTheta_degree, wavelength: Wavelength("1 Å"))
        }
        #expect(far?.code == .outOfRange)
        #expect(try RadialUnit.q_perAngstrom.convert(1, to: .d_angstrom) == 2 * .pi)
    }

    @Test func namesAreThoseOfTheConvention() throws {
        for unit in RadialUnit.allCases { #expect(try RadialUnit(name: unit.rawValue) == unit) }
        let error = #expect(throws: GeometryError.self) { try RadialUnit(name: "furlong") }
        #expect(error?.expected?.contains("q_nm^-1, q_A^-1") == true)
        #expect(RadialUnit.allCases.filter { !$0.needsWavelength }.map(\.rawValue) == ["2th_deg", "2th_rad", "r_mm", "r_m"])
    }

    /// The formula without an angle keeps its digits next to the beam: q = 4π/λ sin(atan(r/L)/2), and sin x ≈ x there.
    @Test func smallAnglesKeepTheirDigits() throws {
        let flat = FlatDetector(shape: try DetectorShape(slow: 1, fast: 2), pixelSize: try PixelSize(slow_m: 1e-6, fast_m: 1e-6))
        let placement = try DetectorPlacement(distance_m: 100, poni1_m: 0.5e-6, poni2_m: 0)
        let geometry = DetectorGeometry(detector: flat, placement: placement, wavelength: try Wavelength("1 Å"))
        let values = try geometry.radialValues(.q_perAngstrom)
        #expect(abs(values[0] / (2 * .pi * 0.5e-8) - 1) < 1e-14)
        #expect(abs(values[1] / (2 * .pi * 1.5e-8) - 1) < 1e-14)
    }

    @Test func valuesOfAPixelAgreeWithItsConversions() throws {
        let geometry = try TiltedReferenceTests.geometry(.bottomRight)
        let angles = try geometry.radialValues(.twoTheta_degree)
        for unit in RadialUnit.allCases where unit.dimension != .radius {
            let values = try geometry.radialValues(unit)
            for pixel in stride(from: 0, to: angles.count, by: 499) {
                let converted = try RadialUnit.twoTheta_degree.convert(angles[pixel], to: unit, wavelength: geometry.wavelength)
                #expect(abs(values[pixel] / converted - 1) < 1e-13)
            }
        }
    }
}
