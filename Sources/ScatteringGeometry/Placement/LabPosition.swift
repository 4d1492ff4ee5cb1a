#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// A point in the laboratory, in metres; the sample is the origin.
public struct LabPosition: Hashable, Sendable {
    /// Axis 1.
    public let up_m: Double
    /// Axis 2, horizontal.
    public let across_m: Double
    /// Axis 3.
    public let alongBeam_m: Double

    public init(up_m: Double, across_m: Double, alongBeam_m: Double) {
        self.up_m = up_m
        self.across_m = across_m
        self.alongBeam_m = alongBeam_m
    }

    /// The distance from the beam.
    public var radius_m: Double { hypot(up_m, across_m) }
    /// The scattering angle, 0 to π.
    public var twoTheta_rad: Double { atan2(radius_m, alongBeam_m) }
    /// The azimuth in (-π, π]: 0 along +axis 2, π/2 along +axis 1.
    public var chi_rad: Double { atan2(up_m, across_m) }
}
