// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Beam and detector: a flat detector, perpendicular to the beam.
///
/// Axes of this target: x along the fast axis, y along the slow axis, z along the beam; the sample is the origin.
public struct DiffractionGeometry: Sendable, Equatable {
    public let photonEnergy_eV: Double
    public let distance_m: Double
    public let pixelSize_m: Double
    /// Where the beam hits, in pixels from the detector's first corner; the centre of the first pixel is 0.5.
    public let beamFast_px: Double
    public let beamSlow_px: Double

    /// h·c in eV·Å: exact by the SI of 2019 (CODATA 2022).
    public static let planckTimesLight_eV_angstrom = 12398.419843320026

    public init(photonEnergy_eV: Double, distance_m: Double, pixelSize_m: Double, beamFast_px: Double, beamSlow_px: Double) {
        self.photonEnergy_eV = photonEnergy_eV
        self.distance_m = distance_m
        self.pixelSize_m = pixelSize_m
        self.beamFast_px = beamFast_px
        self.beamSlow_px = beamSlow_px
    }

    /// A geometry in which the nearer edge of the detector sees `edge` inverse ångström.
    ///
    /// - Parameter edge: the scattering vector q = 4π/λ · sin θ at the middle of the shorter sides; cut where the detector would stand at 60°.
    init(detector: DetectorModel, photonEnergy_eV: Double, edge: Double) {
        let wavelength = Self.planckTimesLight_eV_angstrom / photonEnergy_eV
        let twoTheta = min(2 * asin(min(0.99, edge * wavelength / (4 * .pi))), .pi / 3)
        let radius = Double(min(detector.slow, detector.fast)) / 2 * detector.pixelSize_m
        // A beam is never quite in the middle; an offset also keeps the pattern from being symmetric, so that a swapped axis shows.
        self.init(
            photonEnergy_eV: photonEnergy_eV, distance_m: (radius / tan(twoTheta) * 1e4).rounded() / 1e4,
            pixelSize_m: detector.pixelSize_m, beamFast_px: (Double(detector.fast) * 0.494 * 10).rounded() / 10,
            beamSlow_px: (Double(detector.slow) * 0.512 * 10).rounded() / 10)
    }

    public var wavelength_angstrom: Double { Self.planckTimesLight_eV_angstrom / photonEnergy_eV }

    /// The scattering vector in Å⁻¹ at a distance from the beam in pixels.
    func scatteringVector(radius_px: Double) -> Double {
        4 * .pi / wavelength_angstrom * sin(atan(radius_px * pixelSize_m / distance_m) / 2)
    }
}
