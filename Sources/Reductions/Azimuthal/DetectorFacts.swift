import Diagnostics
import Foundation
import Frames
import NeXus
import Quantities
import ScatteringGeometry

/// What the input's own NeXus file says of its detector, and how a configuration completes or overrides it.
///
/// Mask and limits of the pixels are always the input's own: another file may say where the detector stands, not what its pixels were then.
struct DetectorFacts {
    private let configuration: AzimuthalConfiguration
    private let input: String
    /// Of the input, or of the file that the configuration names for it; nil where that does not say where its detector is, and nobody needs
    /// it to.
    private let told: NeXusDetectorGeometry?
    private let silence: NeXusError?
    /// Of the input; nil where it does not say which detector it means.
    private let pixels: NeXusDetectorPixels?
    let notes: [String]

    /// - Throws: `geometryInvalid` when the geometry is to come from a file that does not have it.
    init(_ configuration: AzimuthalConfiguration, input: String) throws(ReductionError) {
        self.configuration = configuration
        self.input = input
        var path = input
        if case .nexus(let other) = configuration.geometry.source { path = other }
        var notes: [String] = []
        do throws(NeXusError) {
            told = try NeXusDetectorGeometry.read(path, needsWavelength: false)
            silence = nil
        } catch {
            (told, silence) = (nil, error)
            switch configuration.geometry.source {
            case .input, .nexus: throw Self.refused(error)
            case .poni, .given: break
            }
        }
        do throws(NeXusError) {
            pixels = try NeXusDetectorPixels.read(input)
        } catch {
            pixels = nil
            notes.append("nothing was taken from the input's own description of its detector: \(error.what)")
        }
        if configuration.mask.usesDetectorMask, pixels?.pixelMaskPath == nil {
            notes.append("the input has no pixel mask: only the largest value of the pixels' type marks gaps, frame by frame")
        }
        self.notes = notes
    }

    /// Values above it are no measurements, in counts.
    var saturation: UInt32? {
        guard let value = pixels?.saturationValue, value.isFinite, value >= 0, value < Double(UInt32.max) else { return nil }
        return UInt32(value)
    }

    /// The detector's own mask.
    /// - Throws: `inputInvalid`.
    func pixelMask(_ shape: FrameShape) throws(ReductionError) -> PixelMask? {
        guard configuration.mask.usesDetectorMask, let path = pixels?.pixelMaskPath else { return nil }
        let bits = try ArraySource(file: input, dataset: path).pixels(of: shape, "pixel mask")
        do throws(FrameError) {
            // Masks of floats or of negative numbers are none that NeXus knows.
            return try PixelMask(shape: shape, bits: bits.map { UInt32(exactly: $0) ?? PixelMask.Reason.user.rawValue })
        } catch {
            throw ReductionError(.inputInvalid, error, at: "\(input):\(path)")
        }
    }

    /// Where the detector stands.
    /// - Throws: `geometryInvalid`.
    func geometry(_ settings: GeometrySettings, shape frame: FrameShape) throws(ReductionError) -> DetectorGeometry {
        do throws(GeometryError) {
            let shape = try DetectorShape(slow: frame.slow, fast: frame.fast)
            let size = try Self.pixelSize(settings)
            let corners = try corners(settings, shape)
            switch settings.source {
            case .poni(let path):
                let file = try PONIFile(text: Self.text(of: path), source: path)
                let placed: DetectorGeometry
                if let corners {
                    placed = file.geometry(corners: corners)
                } else {
                    placed = try file.geometry(shape: shape, pixelSize: size)
                }
                return placed.with(wavelength: settings.wavelength ?? placed.wavelength ?? told?.wavelength)
            case .given: return try given(settings, shape, size, corners)
            case .input, .nexus: return try described(settings, shape, corners)
            }
        } catch {
            throw ReductionError(.geometryInvalid, error, at: configuration.file.isEmpty ? input : configuration.file)
        }
    }

    private func described(
        _ settings: GeometrySettings, _ shape: DetectorShape, _ corners: PixelCorners?
    ) throws(GeometryError) -> DetectorGeometry {
        guard let told else {
            throw GeometryError(.detectorIncomplete, silence?.what ?? "The input does not say where its detector is", at: input)
        }
        if let own = told.shape, own != [shape.slow, shape.fast] {
            throw GeometryError(
                .shapeMismatch, "The geometry is that of another detector", at: input,
                got: own.map(String.init).joined(separator: " x "), expected: "\(shape)",
                remedy: "Name the geometry of this detector")
        }
        let placed = try DetectorVectors(
            nexusOrigin_m: told.origin_m, slowStep_m: told.slowStep_m, fastStep_m: told.fastStep_m, shape: shape
        ).placed()
        let wavelength = settings.wavelength ?? told.wavelength
        if let corners { return DetectorGeometry(corners: corners, placement: placed.placement, wavelength: wavelength) }
        return DetectorGeometry(detector: placed.detector, placement: placed.placement, wavelength: wavelength)
    }

    private func given(
        _ settings: GeometrySettings, _ shape: DetectorShape, _ size: PixelSize?, _ corners: PixelCorners?
    ) throws(GeometryError) -> DetectorGeometry {
        var pixelSize = size
        if pixelSize == nil, let told {
            pixelSize = try PixelSize(slow_m: told.pixelSizeSlow_m, fast_m: told.pixelSizeFast_m)
        }
        guard let pixelSize, let distance = settings.distance, let slow = settings.beamCenterSlow,
            let fast = settings.beamCenterFast
        else {
            throw GeometryError(
                .detectorIncomplete, "The pixel size is not known", got: "distance and beam_center alone",
                expected: "geometry.pixel_size, or an input that says it", remedy: "Write, for one, pixel_size: 75 um")
        }
        let detector = FlatDetector(shape: shape, pixelSize: pixelSize)
        let turns = settings.rotations
        let placement = try DetectorPlacement(
            distanceAlongBeam: distance, beamSlow: slow, beamFast: fast, of: detector,
            rotation1: turns.isEmpty ? .degrees(0) : turns[0], rotation2: turns.isEmpty ? .degrees(0) : turns[1],
            rotation3: turns.isEmpty ? .degrees(0) : turns[2])
        let wavelength = settings.wavelength ?? told?.wavelength
        if let corners { return DetectorGeometry(corners: corners, placement: placement, wavelength: wavelength) }
        return DetectorGeometry(detector: detector, placement: placement, wavelength: wavelength)
    }

    private func corners(_ settings: GeometrySettings, _ shape: DetectorShape) throws(GeometryError) -> PixelCorners? {
        guard let source = settings.corners else { return nil }
        let (values, found): ([Double], [Int])
        do throws(ReductionError) { (values, found) = try source.read("array of pixel corners") } catch {
            throw GeometryError(
                .malformed, error.what, at: error.place, got: error.got, expected: error.expected, remedy: error.remedy)
        }
        // As many values in another order are another detector.
        guard found == [shape.slow, shape.fast, 4, 3] else {
            throw GeometryError(
                .shapeMismatch, "The array of pixel corners has another shape than the detector", at: source.description,
                got: found.map(String.init).joined(separator: " x "),
                expected: "\(shape.slow) x \(shape.fast) x 4 x 3: slow, fast, corners (i, j), (i + 1, j), (i + 1, j + 1), "
                    + "(i, j + 1), coordinates along the beam, slow, fast")
        }
        return try PixelCorners(shape: shape, values: values.map { Float($0) })
    }

    /// - Throws: `malformed` for a file that cannot be read, or is far longer than any PONI file.
    private static func text(of path: String) throws(GeometryError) -> String {
        let longest = 1 << 20
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: longest + 1) else {
            throw GeometryError(.malformed, "The PONI file cannot be opened", at: path, remedy: "Check the path and its rights")
        }
        guard data.count <= longest, let text = String(data: data, encoding: .utf8) else {
            throw GeometryError(
                .malformed, "This is not a PONI file", at: path, got: "\(data.count) bytes that are no UTF-8 text")
        }
        return text
    }

    private static func pixelSize(_ settings: GeometrySettings) throws(GeometryError) -> PixelSize? {
        guard let slow = settings.pixelSizeSlow, let fast = settings.pixelSizeFast else { return nil }
        return try PixelSize(slow: slow, fast: fast)
    }

    private static func refused(_ error: NeXusError) -> ReductionError {
        ReductionError(
            .geometryInvalid, error.what, at: error.place, got: error.got, expected: error.expected,
            remedy: error.remedy ?? "Give a PONI file, or distance and beam_center, in the configuration", cause: error.cause)
    }
}
