import Diagnostics
import Quantities

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Which pixels of the plane a curve is made of. The centre of a pixel decides, so that neighbouring sectors share no pixel.
public enum AzimuthalSelection: Hashable, Sendable {
    case all
    /// Pixels in any of the sectors.
    case sectors([Sector])
    case slab(Slab)

    /// - Parameter radial: the pixel's value in the unit of the bins.
    @inline(__always)
    func contains(radial: Double, chi_rad: Double) -> Bool {
        switch self {
        case .all: true
        case .sectors(let sectors): sectors.contains { $0.contains(chi_rad) }
        case .slab(let slab): slab.contains(radial: radial, chi_rad: chi_rad)
        }
    }
}

/// A range of azimuths, also across ±180°. It begins with `from` and ends before `to`, but for one that is a full turn.
public struct Sector: Hashable, Sendable {
    public let from_rad: Double
    public let to_rad: Double
    /// Whether the sector on the other side of the beam belongs to it.
    public let hasOpposite: Bool

    /// - Throws: `binsInvalid` when the range is not finite, reversed or more than 360°.
    public init(from: Angle, to: Angle, hasOpposite: Bool = false) throws(GeometryError) {
        try AzimuthalRange.require(from.radians, to.radians)
        from_rad = from.radians
        to_rad = to.radians
        self.hasOpposite = hasOpposite
    }

    func contains(_ chi_rad: Double) -> Bool {
        func offset(_ angle: Double) -> Double { AzimuthalRange.principal(angle - from_rad - .pi) + .pi }
        return offset(chi_rad) < to_rad - from_rad || (hasOpposite && offset(chi_rad + .pi) < to_rad - from_rad)
    }
}

/// A strip of constant width through the beam: what lies near a direction and the one opposite to it.
public struct Slab: Hashable, Sendable {
    public let direction_rad: Double
    /// In the radial unit of the bins.
    public let halfWidth: Double

    /// - Throws: `binsInvalid` when the half width is not positive and finite.
    public init(direction: Angle, halfWidth: Double) throws(GeometryError) {
        guard halfWidth > 0, halfWidth.isFinite, direction.radians.isFinite else {
            throw GeometryError(
                .binsInvalid, "A slab has a positive half width", got: "\(halfWidth)",
                expected: "a number in the unit of the bins")
        }
        direction_rad = direction.radians
        self.halfWidth = halfWidth
    }

    func contains(radial: Double, chi_rad: Double) -> Bool {
        (radial * sin(chi_rad - direction_rad)).magnitude <= halfWidth
    }
}
