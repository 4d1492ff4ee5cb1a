// Unit suffixes are part of the names: a number crosses a boundary with its unit.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Photons of the reflections that pass the Ewald sphere while the crystal turns through one frame.
///
/// A reflection's part in a frame is the part of its gaussian rocking curve that the frame's rotation covers, so that the parts of
/// consecutive frames add up to the whole reflection.
struct RotationExposure: Sendable {
    /// Degrees a frame.
    static let increment_deg = 0.5
    /// Half widths of the rocking curve in Å⁻¹: of the beam, and per Å⁻¹ of the vector (mosaic spread, radians).
    private static let beamSpread = 0.00018
    private static let mosaicSpread = 0.0016
    /// Width of a spot on the detector, micrometres: charge sharing and the crystal's size.
    private static let spotWidth_m = 62e-6
    /// Photons of a reflection of intensity 1.
    private static let photonsPerReflection = 900.0

    let lattice: CrystalLattice
    let detector: DetectorModel
    let geometry: DiffractionGeometry
    let level: Double

    /// The expected photons of every pixel that a reflection touches, in the order of storage.
    ///
    /// - Returns: storage index and photons; an index may occur several times.
    func photons(frame: Int) -> [(pixel: Int, photons: Double)] {
        let start = Double(frame) * Self.increment_deg * .pi / 180
        let step = Self.increment_deg * .pi / 180
        let stop = BeamStop(detector: detector, geometry: geometry)
        let wave = 1 / geometry.wavelength_angstrom
        let (startCosine, startSine) = (cos(start), sin(start))
        let (endCosine, endSine) = (cos(start + step), sin(start + step))
        let (middleCosine, middleSine) = (cos(start + step / 2), sin(start + step / 2))
        var touched: [(pixel: Int, photons: Double)] = []
        for reflection in lattice.reflections {
            let spread = Self.beamSpread + Self.mosaicSpread * reflection.vector.length
            let middle = reflection.vector.turnedAboutX(cosine: middleCosine, sine: middleSine)
            let excitation = Self.distance(middle, wave)
            // No point of a vector moves farther than half the angle times its length.
            if abs(excitation) > 4 * spread + reflection.vector.length * step / 2 { continue }
            let before = Self.distance(reflection.vector.turnedAboutX(cosine: startCosine, sine: startSine), wave)
            let after = Self.distance(reflection.vector.turnedAboutX(cosine: endCosine, sine: endSine), wave)
            let scale = 1 / (spread * 2.0.squareRoot())
            let part = abs(erf(after * scale) - erf(before * scale)) / 2
            guard part > 0.002 else { continue }
            let direction = middle + Vector3(x: 0, y: 0, z: wave)
            guard direction.z > 0.05 * wave else { continue }
            let distance_px = geometry.distance_m / geometry.pixelSize_m
            let x = direction.x / direction.z * distance_px
            let y = direction.y / direction.z * distance_px
            let seen =
                level * Self.photonsPerReflection * reflection.intensity * part
                * ExpectationMap.geometricFactor(x: x, y: y, geometry: geometry) * stop.transmission(x: x, y: y)
            if seen > 0.05 { spread2D(seen, x + geometry.beamFast_px, y + geometry.beamSlow_px, &touched) }
        }
        return touched
    }

    /// How far outside the Ewald sphere a reciprocal vector ends, Å⁻¹.
    private static func distance(_ vector: Vector3, _ wave: Double) -> Double {
        (vector + Vector3(x: 0, y: 0, z: wave)).length - wave
    }

    /// Spreads photons over pixels by a normal distribution, integrated over each pixel.
    private func spread2D(_ photons: Double, _ fast: Double, _ slow: Double, _ touched: inout [(pixel: Int, photons: Double)]) {
        let sigma = Self.spotWidth_m / geometry.pixelSize_m
        let reach = Int((4 * sigma).rounded(.up))
        let (column, row) = (Int(fast.rounded(.down)), Int(slow.rounded(.down)))
        func part(_ pixel: Int, _ centre: Double) -> Double {
            let scale = 1 / (sigma * 2.0.squareRoot())
            return (erf((Double(pixel + 1) - centre) * scale) - erf((Double(pixel) - centre) * scale)) / 2
        }
        for y in max(0, row - reach)...max(0, row + reach) where y < detector.slow {
            let rowPart = part(y, slow)
            for x in max(0, column - reach)...max(0, column + reach) where x < detector.fast {
                let here = photons * rowPart * part(x, fast)
                if here > 1e-4 { touched.append((y * detector.fast + x, here)) }
            }
        }
    }
}
