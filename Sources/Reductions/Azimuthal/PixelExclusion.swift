import Diagnostics
import Frames
import ScatteringGeometry

/// Which pixels are no measurement in any frame: the detector's own mask, files, and regions, all together.
struct PixelExclusion: Sendable {
    /// `[slow, fast]`.
    let isMasked: [Bool]
    let words: [String]
    let notes: [String]

    /// - Throws: `inputMissing`, `inputInvalid`.
    init(_ settings: MaskSettings, detectorMask: PixelMask?, shape: FrameShape) throws(ReductionError) {
        var words: [String] = []
        var notes: [String] = []
        do throws(GeometryError) {
            let sides = try DetectorShape(slow: shape.slow, fast: shape.fast)
            var mask = DetectorMask(shape: sides)
            if let detectorMask {
                try mask.add(
                    nonZero: detectorMask.bits.map { $0 & PixelMask.invalidBits != 0 }, arrayShape: [shape.slow, shape.fast],
                    named: "the detector's pixel mask")
                words.append("mask: the detector's, \(detectorMask.maskedCount) pixels")
            }
            for file in settings.files {
                let values: [Double]
                do throws(ReductionError) { values = try file.array.pixels(of: shape, "mask") } catch {
                    throw GeometryError(
                        .shapeMismatch, error.what, at: error.place, got: error.got, expected: error.expected,
                        remedy: error.remedy)
                }
                // NaN in a mask of floats is no good pixel either: it is not zero.
                try mask.add(
                    nonZero: values.map { $0 != 0 }, arrayShape: [shape.slow, shape.fast], named: file.array.description,
                    convention: file.isInverted ? .zeroIsMasked : .nonZeroIsMasked)
                words.append("mask: \(file.array.description)" + (file.isInverted ? ", inverted" : ""))
            }
            for (number, region) in settings.regions.enumerated() where mask.add(try region.made()) == 0 {
                notes.append("region \(number + 1) of the mask has no pixel of this detector inside")
            }
            isMasked = mask.isMasked
        } catch {
            throw ReductionError(.inputInvalid, error)
        }
        if !settings.regions.isEmpty { words.append("mask: \(settings.regions.count) regions") }
        if let limit = settings.saturation { words.append("mask: values above \(limit) counts, frame by frame") }
        self.words = words
        self.notes = notes
    }
}

extension MaskSettings.Region {
    /// - Throws: `outOfRange`.
    fileprivate func made() throws(GeometryError) -> MaskRegion {
        func point(_ pair: (Double, Double)) -> MaskRegion.Point { .init(slow: pair.0, fast: pair.1) }
        switch self {
        case .polygon(let corners): return try .polygon(corners.map { point($0) })
        case .rectangle(let from, let to): return try .rectangle(from: point(from), to: point(to))
        case .ellipse(let centre, let radii):
            return try .ellipse(centre: point(centre), slowRadius: radii.0, fastRadius: radii.1)
        }
    }
}
