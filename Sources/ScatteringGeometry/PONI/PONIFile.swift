import Diagnostics
import Quantities

/// The geometry of an experiment as calibration programs of the PONI convention write it (versions 1, 2, 2.1 and 3).
///
/// Version 1: `PixelSize1`, `PixelSize2`, `Distance`, `Poni1`, `Poni2`, `Rot1`, `Rot2`, `Rot3`, `Wavelength`, perhaps `Detector`. Version 2:
/// `poni_version`, `Detector`, `Detector_config` (JSON). 2.1 adds the orientation to it, 3 adds `Parallax`. Metres and radians throughout.
public struct PONIFile: Sendable, Equatable {
    public let placement: DetectorPlacement
    /// Nil where the file has none: angles and radii can then be computed, scattering vectors cannot.
    public let wavelength: Wavelength?
    /// As written; nil where the file has none, or only pixel sizes.
    public let detectorName: String?
    /// From the file, or of the detector that it names.
    public let pixelSize: PixelSize?
    /// From the file, or of the detector that it names.
    public let shape: DetectorShape?
    public let orientation: DetectorOrientation
    private let source: String
    private let reason: GeometryError?

    /// Reads the text of a file.
    ///
    /// A detector that is not known is no error here: ``geometry(shape:pixelSize:)`` may be given what is missing.
    /// - Parameter source: the file's name, for messages.
    /// - Throws: `malformed`, `outOfRange`, `wrongUnit` (a wavelength in ångström or keV, a distance in mm), `tooLarge`, `notSupported`
    ///   (parallax, distortion splines, a version later than 3).
    public init(text: String, source: String = "PONI file") throws(GeometryError) {
        let source = String(source.printable)
        let fields = try PONIFields(text, source: source)
        self.source = source
        try Self.requireKnown(fields)
        placement = try DetectorPlacement(
            distance_m: fields.required("distance", or: "dist"), poni1_m: fields.required("poni1"),
            poni2_m: fields.required("poni2"), rotation1_rad: fields.required("rot1"), rotation2_rad: fields.required("rot2"),
            rotation3_rad: fields.required("rot3"))
        wavelength = try fields.number("wavelength").map { metres throws(GeometryError) in
            try Wavelength(poniMetres: metres, at: source)
        }
        let detector = try PONIDetector(fields)
        detectorName = detector.name
        pixelSize = detector.pixelSize
        shape = detector.shape
        orientation = detector.orientation
        reason = detector.reason
    }

    /// Places the detector.
    ///
    /// - Parameters:
    ///   - shape: nil takes that of the file; one that differs from it is an error, as the file then is of another detector.
    ///   - pixelSize: nil takes that of the file.
    /// - Throws: `detectorUnknown`, `detectorIncomplete`, `shapeMismatch`.
    public func geometry(shape given: DetectorShape? = nil, pixelSize givenSize: PixelSize? = nil) throws(GeometryError)
        -> DetectorGeometry
    {
        if let given, let shape, given != shape {
            throw GeometryError(
                .shapeMismatch, "The PONI file is of another detector", at: source,
                got: "\(shape) (\(detectorName ?? "max_shape"))",
                expected: "\(given)", remedy: "Name the PONI file of this detector")
        }
        guard let pixelSize = givenSize ?? pixelSize, let shape = given ?? shape else {
            if let reason { throw reason }
            let missing = (givenSize ?? pixelSize) == nil ? "pixel size" : "shape"
            throw GeometryError(
                .detectorIncomplete, "The PONI file does not say the detector's \(missing)", at: source,
                got: detectorName.map { "detector \(quoted($0))" }, remedy: "Give the \(missing) beside the file")
        }
        return DetectorGeometry(
            detector: FlatDetector(shape: shape, pixelSize: pixelSize, orientation: orientation), placement: placement,
            wavelength: wavelength)
    }

    /// Places a detector whose pixels are given by their corners: the file says only where it stands.
    public func geometry(corners: PixelCorners) -> DetectorGeometry {
        DetectorGeometry(corners: corners, placement: placement, wavelength: wavelength)
    }

    public static func == (one: PONIFile, other: PONIFile) -> Bool {
        one.placement == other.placement && one.wavelength == other.wavelength && one.detectorName == other.detectorName
            && one.pixelSize == other.pixelSize && one.shape == other.shape && one.orientation == other.orientation
    }

    private static func requireKnown(_ fields: PONIFields) throws(GeometryError) {
        if let version = try fields.number("poni_version"), !(1...3).contains(version) {
            throw GeometryError(
                .notSupported, "The PONI file has an unknown version", at: fields.source, got: "\(version)",
                expected: "1, 2, 2.1 or 3")
        }
        if let parallax = fields.text("parallax"), parallax.lowercased() != "false" {
            throw GeometryError(
                .notSupported, "The PONI file asks for a parallax correction, which is not offered", at: fields.source,
                got: "Parallax: \(quoted(parallax))", expected: "False", remedy: "Calibrate without parallax")
        }
    }
}
