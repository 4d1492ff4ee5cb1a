import Quantities
import ScatteringGeometry

/// What the code of this program makes of a small detector, as a digest: tables of a program that splits pixels in another way are not taken
/// for its own, also where nobody thought of raising ``TableFile/algorithm``.
package enum TableProbe {
    /// Empty when the probe cannot be made; then nothing tells two programs apart but the numbers of their formats.
    package static let digest: String = (try? make()) ?? ""

    private static func make() throws -> String {
        let geometry = try Self.geometry()
        let isMasked = (0..<geometry.shape.pixelCount).map { $0 % 31 == 7 }
        let units: [RadialUnit] = [.q_perNanometre, .twoTheta_degree, .r_millimetre]
        var fields = FieldDigest()
        let normalisation = PixelNormalisation(
            polarisation: try Polarisation(factor: 0.9, offset: .degrees(7)), absorption: try SensorAbsorption(transmission: 0.4))
        fields.add("factors", try normalisation.factors(geometry))
        for unit in units {
            for splitting in [PixelSplitting.none, .boundingBox, .fullPixel] {
                for azimuthal in [nil, try AzimuthalBins(count: 7)] {
                    let radial = try RadialBins(
                        unit: unit, count: 9, covering: geometry, mask: isMasked, splitting: splitting)
                    fields.add("range", [radial.lower, radial.upper])
                    let matrix = try geometry.splitMatrix(splitting, radial: radial, azimuthal: azimuthal, mask: isMasked)
                    fields.add("unit", unit.rawValue)
                    fields.add("offsets", matrix.offsets.map { Double($0) })
                    fields.add("bins", matrix.bins.map { Double($0) })
                    fields.add("weights", matrix.weights)
                }
            }
        }
        return fields.finish()
    }

    /// Tilted, and so near that no two pixels are seen alike; the beam passes through it.
    private static func geometry() throws -> DetectorGeometry {
        let flat = FlatDetector(
            shape: try DetectorShape(slow: 11, fast: 13), pixelSize: try PixelSize(slow_m: 400e-6, fast_m: 300e-6))
        let placement = try DetectorPlacement(
            distance_m: 0.01, poni1_m: 0.0021, poni2_m: 0.0017, rotation1_rad: 0.1, rotation2_rad: -0.07, rotation3_rad: 0.3)
        return DetectorGeometry(detector: flat, placement: placement, wavelength: try Wavelength("1.1 Å"))
    }
}
