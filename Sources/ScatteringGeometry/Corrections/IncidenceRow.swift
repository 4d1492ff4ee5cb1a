/// The angle under which rays meet each pixel of a row, and its solid angle.
struct IncidenceRow {
    private let geometry: DetectorGeometry
    /// The solid angle of a pixel at the point of normal incidence, in steradian.
    let reference: Double

    init(_ geometry: DetectorGeometry) {
        self.geometry = geometry
        let distance = geometry.placement.distance_m
        switch geometry.detector {
        case .flat(let flat):
            reference = flat.pixelSize.slow_m * flat.pixelSize.fast_m / (distance * distance)
        case .corners(let corners):
            var area = 0.0
            for pixel in 0..<corners.shape.pixelCount { area += Self.vectorArea(corners, pixel).length }
            reference = area / Double(corners.shape.pixelCount) / (distance * distance)
        }
    }

    /// - Parameters:
    ///   - row: the centres of the pixels of row `slow`.
    ///   - cosines: of the incidence: 1 where the ray is normal to the pixel.
    ///   - angles: solid angles in steradian.
    func fill(_ slow: Int, _ row: borrowing LabRow, _ cosines: inout [Double], _ angles: inout [Double]) {
        switch geometry.detector {
        case .flat:
            // cos a = L / n, and the solid angle is that of the reference times cos³ a; rotations change neither L nor n.
            let distance = geometry.placement.distance_m
            row.map(into: &cosines) { point in
                let square = point.up_m * point.up_m + point.across_m * point.across_m + point.alongBeam_m * point.alongBeam_m
                return distance / square.squareRoot()
            }
            angles.withUnsafeMutableBufferPointer { angles in
                cosines.withUnsafeBufferPointer { cosines in
                    for fast in 0..<min(angles.count, cosines.count) {
                        angles[fast] = reference * cosines[fast] * cosines[fast] * cosines[fast]
                    }
                }
            }
        case .corners(let corners):
            // Area × cos a / n², with the pixel's own normal: pixels of a curved detector face the sample wherever they are.
            for fast in 0..<cosines.count {
                let area = Self.vectorArea(corners, slow * corners.shape.fast + fast)
                let normal = geometry.rotation.turned(area.x, area.y, area.z)
                let point = row[fast]
                let square = point.up_m * point.up_m + point.across_m * point.across_m + point.alongBeam_m * point.alongBeam_m
                let projected =
                    (normal.up_m * point.up_m + normal.across_m * point.across_m + normal.alongBeam_m * point.alongBeam_m)
                    .magnitude
                    / square.squareRoot()
                cosines[fast] = min(1, projected / area.length)
                angles[fast] = projected / square
            }
        }
    }

    /// Half the cross product of the diagonals: the pixel's normal, as long as its area, in the detector's frame.
    private static func vectorArea(_ corners: PixelCorners, _ pixel: Int) -> SIMD3<Double> {
        let points = (0..<4).map { corner in
            let (p1, p2, p3) = corners.corner(corner, ofPixel: pixel)
            return SIMD3(p1, p2, p3)
        }
        let (u, v) = (points[2] - points[0], points[3] - points[1])
        return 0.5 * SIMD3(u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x)
    }
}

extension SIMD3<Double> {
    fileprivate var length: Double { (self * self).sum().squareRoot() }
}
