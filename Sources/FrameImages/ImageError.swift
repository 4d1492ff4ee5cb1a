import Diagnostics

/// What can go wrong when a picture is made of a frame.
public enum ImageErrorCode: String, FaultCode {
    /// The number of bytes or pixels does not fit the shape that was named.
    case size
    /// A picture with a side of zero, or longer than ``PNGImage/maximumSide``.
    case shape
    /// A palette, keyword or text that PNG cannot carry.
    case content
    /// zlib refused.
    case compression
}

/// An error of this target.
public typealias ImageError = Fault<ImageErrorCode>
