import Diagnostics
import Frames

/// The largest value that is a measurement, of pixels seen as unsigned integers: in a signed type a negative value is larger than any other,
/// so that one comparison finds both.
struct ValueLimit {
    let largestValid: UInt32

    /// - Parameter saturation: values above it are none, in counts; nil: only those that the type excludes (the largest of an unsigned one,
    ///   negative ones of a signed one).
    /// - Throws: `notSupported` for types that are not integers of at most 4 bytes.
    init(_ type: PixelType, saturation: UInt32?) throws(FrameError) {
        let most: UInt32
        switch type {
        case .uint8: most = UInt32(UInt8.max) - 1
        case .int8: most = UInt32(Int8.max)
        case .uint16: most = UInt32(UInt16.max) - 1
        case .int16: most = UInt32(Int16.max)
        case .uint32: most = UInt32.max - 1
        case .int32: most = UInt32(Int32.max)
        case .uint64, .int64, .float32, .float64:
            throw FrameError(
                .notSupported, "frames of this type are not summed as integers", got: type.rawValue,
                expected: "integers of 1, 2 or 4 bytes")
        }
        largestValid = min(most, saturation ?? most)
    }
}
