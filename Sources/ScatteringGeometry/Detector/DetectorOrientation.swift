import Diagnostics

/// Which corner of the detector the first pixel of the array is, seen from the sample or from behind the camera.
///
/// The numbers are those of PONI files (`orientation` in `Detector_config`, version 2.1), which follow the EXIF tag. The position of a pixel
/// index counts from the other end of an axis that is turned; the axes of space stay. 5 to 8 (transposed arrays) are not offered there either.
public enum DetectorOrientation: Int, Sendable, CaseIterable {
    /// Both axes turned.
    case topLeft = 1
    /// The slow axis turned.
    case topRight = 2
    /// As it comes: position grows with the index along both axes. The default.
    case bottomRight = 3
    /// The fast axis turned.
    case bottomLeft = 4

    /// The number of a PONI file; 0 and absent mean the default.
    /// - Throws: `notSupported` for another number than 0…4.
    public init(number: Int?) throws(GeometryError) {
        guard let number, number != 0 else {
            self = .bottomRight
            return
        }
        guard let known = DetectorOrientation(rawValue: number) else {
            throw GeometryError(
                .notSupported, "There is no such detector orientation", got: "\(number)", expected: "1, 2, 3 or 4",
                remedy: "Transpose the frames if rows and columns are exchanged")
        }
        self = known
    }

    package var turnsSlow: Bool { self == .topLeft || self == .topRight }
    package var turnsFast: Bool { self == .topLeft || self == .bottomLeft }
}
