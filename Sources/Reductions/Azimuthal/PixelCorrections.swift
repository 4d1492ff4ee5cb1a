import Diagnostics
import Frames
import ScatteringGeometry

/// What each pixel is divided by, and what is subtracted from it; arrays are `[slow, fast]`.
package struct PixelCorrections: Sendable, Equatable {
    /// flat × solid angle × polarisation × absorption; nil: 1 everywhere.
    package let normalisation: PixelFactors?
    package let dark: [Double]?
    package let darkVariance: [Double]?
    /// Which pixels have a normalisation and a dark that are numbers; nil: all.
    package let isUsable: [Bool]?
    package let words: [String]

    package init(
        normalisation: PixelFactors?, dark: [Double]?, darkVariance: [Double]?, isUsable: [Bool]?, words: [String]
    ) {
        self.normalisation = normalisation
        self.dark = dark
        self.darkVariance = darkVariance
        self.isUsable = isUsable
        self.words = words
    }
}

extension PixelCorrections {
    /// - Throws: `inputMissing`, `inputInvalid`, `geometryInvalid`.
    init(_ settings: CorrectionSettings, geometry: DetectorGeometry, shape: FrameShape) throws(ReductionError) {
        let flat = try settings.flat?.pixels(of: shape, "flat field")
        let dark = try settings.dark?.pixels(of: shape, "dark")
        let darkVariance = try settings.darkVariance?.pixels(of: shape, "dark's variance")
        let needsFactors = flat != nil || settings.solidAngle || settings.polarisation != nil || settings.absorption != nil
        let normalisation: PixelFactors?
        if needsFactors {
            do throws(GeometryError) {
                normalisation = try PixelFactors(
                    PixelNormalisation(
                        solidAngle: settings.solidAngle ? .relative : .none, polarisation: settings.polarisation,
                        absorption: settings.absorption, flatField: flat.map { $0.map { Float($0) } }),
                    of: geometry)
            } catch {
                throw ReductionError(.geometryInvalid, error)
            }
        } else {
            normalisation = nil
        }
        let isUsable: [Bool]?
        if flat != nil || dark != nil || darkVariance != nil {
            let factors = normalisation?.values
            isUsable = (0..<shape.pixelCount).map { pixel in
                let factor = factors?[pixel] ?? 1
                return factor > 0 && factor.isFinite && (dark?[pixel] ?? 0).isFinite && (darkVariance?[pixel] ?? 0).isFinite
            }
        } else {
            isUsable = nil
        }
        self.init(
            normalisation: normalisation, dark: dark, darkVariance: darkVariance, isUsable: isUsable, words: Self.words(settings))
    }

    private static func words(_ settings: CorrectionSettings) -> [String] {
        var words: [String] = []
        if let dark = settings.dark { words.append("dark subtracted: \(dark.description)") }
        if let variance = settings.darkVariance { words.append("variance of the dark: \(variance.description)") }
        if let flat = settings.flat { words.append("flat field: \(flat.description)") }
        words.append(settings.solidAngle ? "solid angle: relative" : "solid angle: not corrected")
        if let polarisation = settings.polarisation {
            words.append(
                "polarisation: factor \(polarisation.factor)"
                    + (polarisation.offset_rad == 0 ? "" : ", plane at \(polarisation.offset_rad) rad"))
        }
        if let absorption = settings.absorption {
            words.append("sensor absorption: transmission \(absorption.transmission) at normal incidence")
        }
        return words
    }
}
