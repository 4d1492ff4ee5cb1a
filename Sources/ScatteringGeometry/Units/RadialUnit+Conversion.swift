import Diagnostics
import Quantities

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

extension RadialUnit {
    /// The same scattering in another unit: `RadialUnit.q_perAngstrom.convert(1.5, to: .twoTheta_degree, wavelength: wavelength)`.
    ///
    /// - Throws: `wavelengthMissing` between angles and reciprocal lengths; `notSupported` between a distance on the detector and anything
    ///   else (that depends on the pixel, not on its radius alone); `outOfRange` when no scattering has this value (q > 4π/λ).
    public func convert(_ value: Double, to target: RadialUnit, wavelength: Wavelength? = nil) throws(GeometryError) -> Double {
        if dimension == target.dimension { return value / scale * target.scale }
        guard dimension != .radius, target.dimension != .radius else {
            throw GeometryError(
                .notSupported, "A distance on the detector has no one counterpart in another unit",
                got: "\(rawValue) to \(target.rawValue)", expected: "units of q, s, d and 2th",
                remedy: "Ask the geometry for the values of its pixels")
        }
        let perMetre = try inverseSpacing_perMetre(value, wavelength)
        if target.dimension == .spacing { return target.scale / perMetre }
        if target.dimension == .inverseSpacing { return perMetre * target.scale }
        if target.dimension == .scatteringVector { return 2 * .pi * perMetre * target.scale }
        let sine = try perMetre * required(wavelength) / 2
        guard (0...1).contains(sine) else {
            throw GeometryError(
                .outOfRange, "This wavelength cannot scatter so far", got: "\(value) \(symbol)",
                expected: "a spacing of half the wavelength or more")
        }
        return 2 * asin(sine) * target.scale
    }

    private func inverseSpacing_perMetre(_ value: Double, _ wavelength: Wavelength?) throws(GeometryError) -> Double {
        switch dimension {
        case .scatteringVector: return value / scale / (2 * .pi)
        case .inverseSpacing: return value / scale
        case .spacing: return scale / value
        default: return try 2 * sin(value / scale / 2) / required(wavelength)
        }
    }

    private func required(_ wavelength: Wavelength?) throws(GeometryError) -> Double {
        guard let wavelength else {
            throw GeometryError(
                .wavelengthMissing, "Angles and reciprocal lengths meet in the wavelength, which is not given",
                expected: "a wavelength (length) or a photon energy")
        }
        return wavelength.angstrom * 1e-10
    }
}
