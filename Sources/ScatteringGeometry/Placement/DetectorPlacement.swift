import Diagnostics
import Quantities

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Where the detector stands: the six parameters of the PONI convention.
///
/// The point of normal incidence (PONI) is the foot of the perpendicular from the SAMPLE to the detector's plane. It is not where the beam
/// hits, unless rotations 1 and 2 are zero. Axis 1 points up, axis 2 horizontally, axis 3 along the beam.
public struct DetectorPlacement: Hashable, Sendable {
    /// From the sample to the PONI, perpendicular to the detector.
    public let distance_m: Double
    /// From the detector's origin to the PONI along axis 1 (slow).
    public let poni1_m: Double
    /// From the detector's origin to the PONI along axis 2 (fast).
    public let poni2_m: Double
    /// About axis 1, left-handed.
    public let rotation1_rad: Double
    /// About axis 2, left-handed.
    public let rotation2_rad: Double
    /// About axis 3, the beam, right-handed.
    public let rotation3_rad: Double

    /// No scattering instrument is longer; the distance of one in mm is.
    public static let farthest_m = 200.0

    /// - Throws: `outOfRange` when a number is not finite or the distance not positive; `wrongUnit` when a length is that of no
    ///   instrument in metres, or a rotation is more than a turn in radians.
    public init(
        distance_m: Double, poni1_m: Double, poni2_m: Double, rotation1_rad: Double = 0, rotation2_rad: Double = 0,
        rotation3_rad: Double = 0
    ) throws(GeometryError) {
        guard !distance_m.isFinite || distance_m > 0 else {
            throw GeometryError(
                .outOfRange, "The detector does not stand behind the sample", at: "distance", got: "\(distance_m) m",
                expected: "a positive number of metres",
                remedy: "A detector before the sample has a positive distance and a rotation of pi about axis 1 or 2")
        }
        for (name, value) in [("distance", distance_m), ("poni1", poni1_m), ("poni2", poni2_m)] {
            try Self.require(value, within: Self.farthest_m, name, unit: "m") { "\($0) mm is \($0 / 1000) m" }
        }
        for (name, value) in [("rot1", rotation1_rad), ("rot2", rotation2_rad), ("rot3", rotation3_rad)] {
            try Self.require(value, within: 2 * .pi, name, unit: "rad") { "\($0) degrees is \($0 * .pi / 180) rad" }
        }
        self.distance_m = distance_m
        self.poni1_m = poni1_m
        self.poni2_m = poni2_m
        self.rotation1_rad = rotation1_rad
        self.rotation2_rad = rotation2_rad
        self.rotation3_rad = rotation3_rad
    }

    private static func require(
        _ value: Double, within limit: Double, _ name: String, unit: String, remedy: (Double) -> String
    ) throws(GeometryError) {
        guard value.isFinite else {
            throw GeometryError(
                .outOfRange, "The geometry has a number that is not finite", at: name, got: "\(value)",
                expected: "\(unit), finite")
        }
        guard value.magnitude <= limit else {
            throw GeometryError(
                .wrongUnit, "The geometry has a number that no experiment has", at: name, got: "\(value) \(unit)",
                expected: "\(unit), \(limit) at most", remedy: remedy(value))
        }
    }

    /// From what a beamline measures: the distance along the beam and the pixel in which it ends.
    ///
    /// - Parameters:
    ///   - distanceAlongBeam: from the sample to the point where the beam hits the detector's plane.
    ///   - beamSlow, beamFast: that point in pixels of the array, from the outer edge of the first pixel (its centre is 0.5).
    ///   - rotation1, rotation2, rotation3: as in a PONI file; positive rotation 1 and 2 are left-handed.
    /// - Throws: `outOfRange` when the beam does not hit the plane (a rotation of 90° or more); else as the first `init`.
    public init(
        distanceAlongBeam: Length, beamSlow: PixelPosition, beamFast: PixelPosition, of detector: FlatDetector,
        rotation1: Angle = .degrees(0), rotation2: Angle = .degrees(0), rotation3: Angle = .degrees(0)
    ) throws(GeometryError) {
        let (rot1, rot2) = (rotation1.radians, rotation2.radians)
        // Below this the detector is edge-on: the beam meets its plane far away, or never.
        guard cos(rot1) > 1e-6, cos(rot2) > 1e-6 else {
            throw GeometryError(
                .outOfRange, "The beam does not hit a detector turned so far", at: "rotations 1 and 2",
                got: "\(rotation1), \(rotation2)", expected: "less than 90 deg",
                remedy: "Give the point of normal incidence instead of the beam centre (a PONI file)")
        }
        let perpendicular = distanceAlongBeam.metres * cos(rot1) * cos(rot2)
        try self.init(
            distance_m: perpendicular,
            poni1_m: detector.position1_m(beamSlow.pixels) - perpendicular * tan(rot2) / cos(rot1),
            poni2_m: detector.position2_m(beamFast.pixels) + perpendicular * tan(rot1), rotation1_rad: rot1, rotation2_rad: rot2,
            rotation3_rad: rotation3.radians)
    }

    /// Where the beam hits the detector's plane, in metres from its origin along axes 1 and 2; it does not depend on rotation 3.
    public var beam_m: (axis1: Double, axis2: Double) {
        (poni1_m + distance_m * tan(rotation2_rad) / cos(rotation1_rad), poni2_m - distance_m * tan(rotation1_rad))
    }

    /// From the sample to the point where the beam hits the detector's plane, in metres.
    public var distanceAlongBeam_m: Double { distance_m / (cos(rotation1_rad) * cos(rotation2_rad)) }

    /// The angle between the beam and the normal of the detector, in radians.
    public var tilt_rad: Double { acos(cos(rotation1_rad) * cos(rotation2_rad)) }
}
