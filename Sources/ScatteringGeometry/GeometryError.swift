import Diagnostics

// ScatteringGeometry: where each pixel of a detector stands in the experiment (scattering vector, angles), which bin of a curve or a
// map it belongs to, and what its counts are divided by. Numbers in, arrays out: no file is opened and no frame is decoded here.
//
// Array axes are [slow, fast]. Lengths are metres and angles radians wherever a name ends in `_m` or `_rad`.

/// Why a geometry, a mask or a request about bins was refused.
public enum GeometryErrorCode: String, FaultCode {
    /// The text of a PONI file cannot be read: a key is missing, a value is no number, the detector's JSON is broken.
    case malformed
    /// A detector that this catalogue does not have.
    case detectorUnknown
    /// A number that is not finite, or that no experiment has (a pixel of size zero, a negative distance).
    case outOfRange
    /// A number that only makes sense in another unit (a wavelength of 12.4 where metres are expected).
    case wrongUnit
    /// A unit or a correction that needs the wavelength, and there is none.
    case wavelengthMissing
    /// Pixel size or shape is not known.
    case detectorIncomplete
    /// A mask, a flat field, corners or a frame of another shape than the detector.
    case shapeMismatch
    /// A number or a range of bins that cannot be.
    case binsInvalid
    /// More pixels, bins or matrix entries than can be held.
    case tooLarge
    /// Understood, and not offered: parallax, distortion splines, a newer version of the format.
    case notSupported

    public var exitStatus: ExitStatus { .invalidInput }
}

/// An error of this target.
public typealias GeometryError = Fault<GeometryErrorCode>

/// A text from outside, short enough and free of control characters for a message.
func quoted(_ text: some StringProtocol) -> String {
    let printable = text.prefix(80).printable
    return "'\(printable)\(text.count > 80 ? "…" : "")'"
}
