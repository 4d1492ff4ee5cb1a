import Diagnostics
import Quantities

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// A radial unit together with the wavelength: turns points of the laboratory into values of the unit.
struct RadialScale: Sendable {
    let unit: RadialUnit
    /// What the trigonometric part of the formula is multiplied with.
    private let factor: Double

    /// - Throws: `wavelengthMissing`.
    init(_ unit: RadialUnit, wavelength: Wavelength?) throws(GeometryError) {
        self.unit = unit
        guard unit.needsWavelength else {
            factor = unit.scale
            return
        }
        guard let wavelength else {
            throw GeometryError(
                .wavelengthMissing, "The unit \(unit.rawValue) needs the wavelength, which the geometry lacks",
                expected: "a wavelength (length) or a photon energy",
                remedy: "Add it to the geometry, or use 2th_deg or r_mm, which need none")
        }
        switch unit {
        case .q_perNanometre: factor = 4 * .pi / wavelength.angstrom * 10
        case .q_perAngstrom: factor = 4 * .pi / wavelength.angstrom
        case .s_perNanometre: factor = 2 / wavelength.angstrom * 10
        case .s_perAngstrom: factor = 2 / wavelength.angstrom
        case .d_nanometre: factor = wavelength.angstrom / 20
        default: factor = wavelength.angstrom / 2
        }
    }

    /// The value at each of the first `values.count` points.
    func fill(_ values: inout [Double], _ row: borrowing LabRow) {
        switch unit.dimension {
        case .scatteringVector, .inverseSpacing: row.map(into: &values) { factor * Self.sineOfHalf($0) }
        case .spacing: row.map(into: &values) { factor / Self.sineOfHalf($0) }
        case .twoTheta: row.map(into: &values) { factor * atan2($0.distanceFromBeam_m, $0.alongBeam_m) }
        case .radius: row.map(into: &values) { factor * $0.distanceFromBeam_m }
        }
    }

    /// sin θ of the scattering angle 2θ, without an angle: sin² θ = (1 - cos 2θ)/2, where 1 - cos 2θ = ρ² / (n (n + z)) does not cancel for
    /// small angles (ρ the distance from the beam, z that along it, n² = ρ² + z²). Behind the sample (z < 0) nothing cancels in n - z.
    @inline(__always)
    private static func sineOfHalf(_ point: LabPosition) -> Double {
        let square = point.up_m * point.up_m + point.across_m * point.across_m
        let length = (square + point.alongBeam_m * point.alongBeam_m).squareRoot()
        let sum = length + point.alongBeam_m.magnitude
        // Chosen by the sign's bit, before the division, and of a number that the compiler sees is not negative: the loops over this vectorise.
        let behind = UInt64(bitPattern: Int64(bitPattern: point.alongBeam_m.bitPattern) >> 63)
        let above = Double(bitPattern: square.bitPattern & ~behind | sum.bitPattern & behind)
        let below = Double(bitPattern: sum.bitPattern & ~behind | 1.0.bitPattern & behind)
        return (above / below / (2 * length)).magnitude.squareRoot()
    }

    /// The value on the beam axis, behind or before the sample; nil where it is infinite.
    func valueOnAxis(forward: Bool) -> Double? {
        switch unit.dimension {
        case .scatteringVector, .inverseSpacing: forward ? 0 : factor
        case .spacing: forward ? nil : factor
        case .twoTheta: forward ? 0 : factor * .pi
        case .radius: 0
        }
    }
}

extension LabPosition {
    @inline(__always)
    fileprivate var distanceFromBeam_m: Double { (up_m * up_m + across_m * across_m).squareRoot() }
}
