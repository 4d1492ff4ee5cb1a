#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

extension RotationMatrix {
    /// From the directions of the detector's axes in the laboratory: orthonormal, right-handed.
    init(axis1: SIMD3<Double>, axis2: SIMD3<Double>, axis3: SIMD3<Double>) {
        self.init(
            row1: SIMD3(axis1.x, axis2.x, axis3.x), row2: SIMD3(axis1.y, axis2.y, axis3.y),
            row3: SIMD3(axis1.z, axis2.z, axis3.z))
    }

    /// The three rotations that make this matrix: 1 and 3 in [−π, π], 2 in [−π/2, π/2].
    ///
    /// With rotation 2 at a right angle, 1 and 3 turn about the same line: all of it is then put into rotation 1.
    var angles: (rotation1: Double, rotation2: Double, rotation3: Double) {
        let cosine2 = hypot(row1.x, row2.x)
        let rotation3 = cosine2 > 1e-12 ? atan2(row2.x, row1.x) : 0
        // With rotation 3 undone, the second row is (0, c1, s1): near the right angle it makes good what rotation 3 is off by, which the
        // third row, of small numbers there, would not.
        let across = cos(rotation3) * row2 - sin(rotation3) * row1
        return (atan2(across.z, across.y), atan2(row3.x, cosine2), rotation3)
    }
}
