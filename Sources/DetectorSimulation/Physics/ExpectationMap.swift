#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// The expected number of photons in every pixel of one frame, without the reflections that turn with the crystal.
///
/// Background and rings by q, times: the solid angle of a flat detector's pixel (cos³ 2θ), the polarisation of an undulator's beam
/// (0.99 horizontal: Kahn et al., J. Appl. Cryst. 15 (1982) 330, doi:10.1107/S0021889882012060), the shadow of beam stop and its holder.
public struct ExpectationMap: Sendable {
    /// Photons a frame, `[slow, fast]`; 0 where the detector does not count.
    public let photons: [Float]

    static let polarisation = 0.99

    /// - Parameters:
    ///   - level: a factor on everything.
    ///   - excludes: whether a pixel cannot count.
    init(
        detector: DetectorModel, geometry: DiffractionGeometry, pattern: ScatteringPattern, level: Double,
        excludes: (Int) -> Bool
    ) {
        let profile = RadialProfile(geometry: geometry, detector: detector, pattern: pattern)
        let slow = detector.slow
        let fast = detector.fast
        let distance = geometry.distance_m / geometry.pixelSize_m
        let distanceSquared = distance * distance
        let stop = BeamStop(detector: detector, geometry: geometry)
        var photons = [Float](repeating: 0, count: slow * fast)
        guard pattern != .dark else {
            self.photons = photons
            return
        }
        for row in 0..<slow {
            let y = Double(row) + 0.5 - geometry.beamSlow_px
            for column in 0..<fast {
                let pixel = row * fast + column
                if excludes(pixel) { continue }
                let x = Double(column) + 0.5 - geometry.beamFast_px
                let radiusSquared = x * x + y * y
                let pathSquared = radiusSquared + distanceSquared
                let cosine = distance / pathSquared.squareRoot()
                let horizontal = x * x / pathSquared
                let vertical = y * y / pathSquared
                let polarised = Self.polarisation * (1 - horizontal) + (1 - Self.polarisation) * (1 - vertical)
                let scattered = profile.value(radius: radiusSquared.squareRoot())
                photons[pixel] = Float(level * scattered * cosine * cosine * cosine * polarised * stop.transmission(x: x, y: y))
            }
        }
        self.photons = photons
    }

    /// Polarisation and solid angle at a place, for reflections; pixels from the beam.
    static func geometricFactor(x: Double, y: Double, geometry: DiffractionGeometry) -> Double {
        let distance = geometry.distance_m / geometry.pixelSize_m
        let pathSquared = x * x + y * y + distance * distance
        return polarisation * (1 - x * x / pathSquared) + (1 - polarisation) * (1 - y * y / pathSquared)
    }
}

/// A pattern's profile by the distance from the beam in pixels: eight points a pixel, straight lines between them.
private struct RadialProfile {
    private let values: [Double]
    private static let pointsPerPixel = 8.0

    init(geometry: DiffractionGeometry, detector: DetectorModel, pattern: ScatteringPattern) {
        let farthest = hypot(Double(detector.slow), Double(detector.fast))
        values = (0...Int(farthest * Self.pointsPerPixel) + 1).map { point in
            pattern.profile(geometry.scatteringVector(radius_px: Double(point) / Self.pointsPerPixel))
        }
    }

    func value(radius: Double) -> Double {
        let place = radius * Self.pointsPerPixel
        let point = min(Int(place), values.count - 2)
        return values[point] + (values[point + 1] - values[point]) * (place - Double(point))
    }
}

/// A disc on the beam and the thin arm that holds it, from below.
struct BeamStop: Sendable {
    /// Pixels.
    let radius: Double
    let arm: Double

    init(detector: DetectorModel, geometry: DiffractionGeometry) {
        // 1.6 mm on a small detector, in proportion on a large one.
        radius = max(1.6e-3 / geometry.pixelSize_m, 0.014 * Double(min(detector.slow, detector.fast)))
        arm = radius * 0.22
    }

    /// The part of the photons that passes, at pixels from the beam: 0.2 % through the disc, 35 % through the arm, soft over one pixel.
    func transmission(x: Double, y: Double) -> Double {
        let distance = (x * x + y * y).squareRoot()
        let outside = min(1, max(0, distance - radius))
        var transmission = 0.002 + 0.998 * outside
        if y > 0 {
            let beside = min(1, max(0, abs(x) - arm))
            transmission *= 0.35 + 0.65 * beside
        }
        return transmission
    }
}
