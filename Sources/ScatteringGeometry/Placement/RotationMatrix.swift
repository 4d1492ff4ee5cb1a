#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// From the detector's frame (axes 1, 2, 3) to the laboratory: R = R3 R2 R1. Rows are up, across, along the beam.
///
/// With c and s the cosine and sine of each rotation: R1 has rows (1, 0, 0), (0, c, s), (0, -s, c); R2 (c, 0, -s), (0, 1, 0), (s, 0, c);
/// R3 (c, -s, 0), (s, c, 0), (0, 0, 1). R1 and R2 are left-handed: that is the convention of PONI files.
struct RotationMatrix: Hashable, Sendable {
    let row1: SIMD3<Double>
    let row2: SIMD3<Double>
    let row3: SIMD3<Double>

    init(row1: SIMD3<Double>, row2: SIMD3<Double>, row3: SIMD3<Double>) {
        (self.row1, self.row2, self.row3) = (row1, row2, row3)
    }

    init(_ placement: DetectorPlacement) {
        let (c1, s1) = (cos(placement.rotation1_rad), sin(placement.rotation1_rad))
        let (c2, s2) = (cos(placement.rotation2_rad), sin(placement.rotation2_rad))
        let (c3, s3) = (cos(placement.rotation3_rad), sin(placement.rotation3_rad))
        let up = SIMD3(c2, s1 * s2, -c1 * s2)
        let across = SIMD3(0, c1, s1)
        row1 = c3 * up - s3 * across
        row2 = s3 * up + c3 * across
        row3 = SIMD3(s2, -s1 * c2, c1 * c2)
    }

    @inline(__always)
    func turned(_ p1: Double, _ p2: Double, _ p3: Double) -> LabPosition {
        LabPosition(
            up_m: row1.x * p1 + row1.y * p2 + row1.z * p3, across_m: row2.x * p1 + row2.y * p2 + row2.z * p3,
            alongBeam_m: row3.x * p1 + row3.y * p2 + row3.z * p3)
    }
}
