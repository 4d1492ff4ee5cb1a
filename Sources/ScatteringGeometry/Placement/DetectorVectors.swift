import Diagnostics

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// A flat detector given by vectors, as NeXus and imgCIF files do it: where its first pixel begins, and the ways to the next ones.
///
/// The outer corner of pixel [slow, fast] is `origin + slow * slowStep + fast * fastStep`.
public struct DetectorVectors: Hashable, Sendable {
    /// The outer corner of the first pixel.
    public let origin: LabPosition
    /// From a pixel to the next along the slow axis; its length is the pixel's.
    public let slowStep: LabPosition
    /// The same along the fast axis.
    public let fastStep: LabPosition
    public let shape: DetectorShape

    /// How far from a right angle the axes may be, in radians: what directions of five decimals are off by.
    public static let largestSkew_rad = 1e-5

    /// - Throws: `outOfRange` when a number is not finite; `notSupported` when the axes are not at right angles; as `PixelSize`.
    public init(
        origin: LabPosition, slowStep: LabPosition, fastStep: LabPosition, shape: DetectorShape
    ) throws(GeometryError) {
        let (slow, fast) = (slowStep.vector, fastStep.vector)
        for (name, vector) in [("origin", origin.vector), ("slow axis", slow), ("fast axis", fast)] {
            guard vector.x.isFinite, vector.y.isFinite, vector.z.isFinite else {
                throw GeometryError(
                    .outOfRange, "The geometry has a number that is not finite", at: name,
                    got: "(\(vector.x), \(vector.y), \(vector.z))", expected: "metres, finite")
            }
        }
        _ = try PixelSize(slow_m: slow.norm, fast_m: fast.norm)
        let skew = (slow * fast).sum() / (slow.norm * fast.norm)
        guard skew.magnitude <= Self.largestSkew_rad else {
            throw GeometryError(
                .notSupported, "The detector's axes are not at right angles", at: "slow and fast axis",
                got: "\(90 - asin(max(-1, min(1, skew))) * 180 / .pi) deg between them",
                expected: "90 deg, within \(Self.largestSkew_rad) rad")
        }
        self.origin = origin
        self.slowStep = slowStep
        self.fastStep = fastStep
        self.shape = shape
    }

    /// From vectors (x, y, z) in the NeXus frame, in metres: z along the beam, y up, x to the left seen along the beam.
    /// - Throws: as the first `init`.
    public init(
        nexusOrigin_m: SIMD3<Double>, slowStep_m: SIMD3<Double>, fastStep_m: SIMD3<Double>, shape: DetectorShape
    ) throws(GeometryError) {
        try self.init(
            origin: LabPosition(nexus_m: nexusOrigin_m), slowStep: LabPosition(nexus_m: slowStep_m),
            fastStep: LabPosition(nexus_m: fastStep_m), shape: shape)
    }

    /// Of a flat detector in its place.
    public init(_ detector: FlatDetector, _ placement: DetectorPlacement) {
        let rotation = RotationMatrix(placement)
        func position(_ slow: Double, _ fast: Double) -> LabPosition {
            rotation.turned(
                detector.position1_m(slow) - placement.poni1_m, detector.position2_m(fast) - placement.poni2_m,
                placement.distance_m)
        }
        let size = detector.pixelSize
        origin = position(0, 0)
        slowStep = rotation.turned(detector.orientation.turnsSlow ? -size.slow_m : size.slow_m, 0, 0)
        fastStep = rotation.turned(0, detector.orientation.turnsFast ? -size.fast_m : size.fast_m, 0)
        shape = detector.shape
    }

    /// The same detector by the parameters of the PONI convention: every pixel is where the vectors put it.
    ///
    /// Which axes count from the other end follows from the vectors. Two orientations always fit, half a turn about the beam apart: the one
    /// with the smaller rotation 3 is taken, which is 2 for an upright detector whose first pixel is top left seen from the sample.
    /// - Throws: `outOfRange` when the plane of the detector passes through the sample; as `DetectorPlacement`.
    public func placed() throws(GeometryError) -> (detector: FlatDetector, placement: DetectorPlacement) {
        let size = try PixelSize(slow_m: slowStep.vector.norm, fast_m: fastStep.vector.norm)
        let along = slowStep.vector / size.slow_m
        let skewed = fastStep.vector - (fastStep.vector * along).sum() * along
        let across = skewed / skewed.norm
        // Axes 1, 2 and 3 are right-handed and axis 3 points away from the sample: that settles whether the array is a mirror image.
        let isMirrored = (origin.vector * along.cross(across)).sum() < 0
        let axis3 = isMirrored ? across.cross(along) : along.cross(across)
        let distance = (origin.vector * axis3).sum()
        guard distance > 1e-9 else {
            throw GeometryError(
                .outOfRange, "The plane of the detector passes through the sample", at: "origin and axes of the detector",
                got: "\(distance) m from it", expected: "a positive distance")
        }
        let upright = RotationMatrix(axis1: along, axis2: isMirrored ? -across : across, axis3: axis3).angles
        let turned = RotationMatrix(axis1: -along, axis2: isMirrored ? across : -across, axis3: axis3).angles
        let isTurned = turned.rotation3.magnitude < upright.rotation3.magnitude
        let orientation: DetectorOrientation =
            switch (isMirrored, isTurned) {
            case (false, false): .bottomRight
            case (false, true): .topLeft
            case (true, false): .bottomLeft
            case (true, true): .topRight
            }
        let detector = FlatDetector(shape: shape, pixelSize: size, orientation: orientation)
        let axis1 = isTurned ? -along : along
        let axis2 = isTurned == isMirrored ? across : -across
        let angles = isTurned ? turned : upright
        let placement = try DetectorPlacement(
            distance_m: distance, poni1_m: detector.position1_m(0) - (origin.vector * axis1).sum(),
            poni2_m: detector.position2_m(0) - (origin.vector * axis2).sum(), rotation1_rad: angles.rotation1,
            rotation2_rad: angles.rotation2, rotation3_rad: angles.rotation3)
        return (detector, placement)
    }
}

extension LabPosition {
    /// From the NeXus frame: axis 1 is y, axis 2 is −x, axis 3 is z. Both frames are right-handed.
    public init(nexus_m: SIMD3<Double>) {
        self.init(up_m: nexus_m.y, across_m: -nexus_m.x, alongBeam_m: nexus_m.z)
    }

    /// (x, y, z) in the NeXus frame, in metres.
    public var nexus_m: SIMD3<Double> { SIMD3(-across_m, up_m, alongBeam_m) }

    fileprivate var vector: SIMD3<Double> { SIMD3(up_m, across_m, alongBeam_m) }
}

extension SIMD3<Double> {
    fileprivate var norm: Double { (self * self).sum().squareRoot() }

    fileprivate func cross(_ other: Self) -> Self {
        Self(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }
}
