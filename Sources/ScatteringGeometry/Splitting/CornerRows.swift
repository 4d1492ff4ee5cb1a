#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// One value for each corner of each pixel of a row, in the order (i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1).
struct CornerValues {
    var a: [Double]
    var b: [Double]
    var c: [Double]
    var d: [Double]

    init(count: Int) {
        a = [Double](repeating: 0, count: count)
        (b, c, d) = (a, a, a)
    }
}

/// The corners of the pixels of one row after the other, as values of the radial unit and azimuths.
///
/// Pixels of a flat detector share their corners: each line of the pixel grid is computed once.
struct CornerRows {
    private let geometry: DetectorGeometry
    private let scale: RadialScale
    private let needsAzimuth: Bool
    private(set) var radial: CornerValues
    private(set) var chi: CornerValues
    private var points: LabRow
    private var values: [Double]
    /// The lower edge of the row that was loaded last, of a flat detector.
    private var line: Int?

    init(_ geometry: DetectorGeometry, _ scale: RadialScale, needsAzimuth: Bool) {
        self.geometry = geometry
        self.scale = scale
        self.needsAzimuth = needsAzimuth
        let fast = geometry.shape.fast
        radial = CornerValues(count: fast)
        chi = CornerValues(count: needsAzimuth ? fast : 0)
        if case .flat = geometry.detector {
            points = LabRow(count: fast + 1)
            values = [Double](repeating: 0, count: fast + 1)
        } else {
            points = LabRow(count: fast)
            values = [Double](repeating: 0, count: fast)
        }
    }

    mutating func load(_ slow: Int) {
        switch geometry.detector {
        case .flat(let flat):
            if line == slow {
                swap(&radial.a, &radial.b)
                swap(&radial.c, &radial.d)
                swap(&chi.a, &chi.b)
                swap(&chi.c, &chi.d)
            } else {
                geometry.fillCrossings(flat, line: slow, &points)
                scale.fill(&values, points)
                Self.spread(values, &radial.a, &radial.d)
                if needsAzimuth {
                    DetectorGeometry.fillAzimuths(points, &values)
                    Self.spread(values, &chi.a, &chi.d)
                }
            }
            geometry.fillCrossings(flat, line: slow + 1, &points)
            scale.fill(&values, points)
            Self.spread(values, &radial.b, &radial.c)
            if needsAzimuth {
                DetectorGeometry.fillAzimuths(points, &values)
                Self.spread(values, &chi.b, &chi.c)
            }
            line = slow + 1
        case .corners(let corners):
            load(corners, slow, 0, \.a)
            load(corners, slow, 1, \.b)
            load(corners, slow, 2, \.c)
            load(corners, slow, 3, \.d)
        }
    }

    private mutating func load(
        _ corners: PixelCorners, _ slow: Int, _ corner: Int, _ member: WritableKeyPath<CornerValues, [Double]>
    ) {
        geometry.fillCorner(corners, corner: corner, of: slow, &points)
        scale.fill(&values, points)
        radial[keyPath: member] = values
        if needsAzimuth {
            DetectorGeometry.fillAzimuths(points, &values)
            chi[keyPath: member] = values
        }
    }

    /// The crossings of a grid line are the corners on both sides of it.
    private static func spread(_ values: [Double], _ near: inout [Double], _ far: inout [Double]) {
        for index in 0..<near.count {
            near[index] = values[index]
            far[index] = values[index + 1]
        }
    }
}

/// The azimuth nearest to `reference` that is the same direction as `chi`; both in (-π, π].
@inline(__always)
func unwrapped(_ chi: Double, near reference: Double) -> Double {
    let difference = chi - reference
    if difference > .pi { return chi - 2 * .pi }
    return difference < -.pi ? chi + 2 * .pi : chi
}
