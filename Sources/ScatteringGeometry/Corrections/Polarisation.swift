import Diagnostics
import Quantities

/// The polarisation of the beam: factor f = (Ih - Iv)/(Ih + Iv).
public struct Polarisation: Hashable, Sendable {
    /// +1 is horizontal (synchrotrons: 0.95 to 0.99), 0 unpolarised or circular, -1 vertical.
    public let factor: Double
    /// From the horizontal axis to the plane of polarisation, added to chi.
    public let offset_rad: Double

    /// - Throws: `outOfRange` when the factor is not in -1…1 or the offset not finite.
    public init(factor: Double, offset: Angle = .degrees(0)) throws(GeometryError) {
        guard (-1...1).contains(factor) else {
            throw GeometryError(
                .outOfRange, "This cannot be a polarisation factor", got: "\(factor)",
                expected: "-1 (vertical) to 1 (horizontal)",
                remedy: factor.magnitude <= 100 && factor.isFinite ? "\(factor) % is \(factor / 100)" : nil)
        }
        guard offset.radians.isFinite else {
            throw GeometryError(.outOfRange, "The plane of polarisation is not finite", got: "\(offset)")
        }
        self.factor = factor
        offset_rad = offset.radians
    }
}
