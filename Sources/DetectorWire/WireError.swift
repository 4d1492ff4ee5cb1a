import Diagnostics

/// What can be wrong with bytes that came from a detector or a recording.
public enum WireErrorCode: String, FaultCode {
    /// The message ends inside an item.
    case truncated
    /// Not well-formed CBOR or JSON.
    case malformed
    /// Well-formed, with bytes left over.
    case trailingBytes
    /// A length, a depth, a count or a sum of bytes beyond ``WireLimits``.
    case limitExceeded
    /// A required field is absent.
    case missingField
    /// A field is there with another type than the vendor's document gives it.
    case wrongType
    /// A number that cannot be what its field says (a negative frame, a shape of 0).
    case outOfRange
    /// A field is there twice, so that nobody can say which one counts.
    case duplicateField
    /// More or fewer message parts than the message kind has.
    case partCount
    /// Neither stream version, or a message without its kind.
    case unknownMessage
    /// An encoding or compression whose bytes we cannot describe.
    case unsupportedEncoding
    /// An array we cannot describe: element type, order of axes, rank, several pieces.
    case unsupportedArray
    /// A value that the asked stream version has no words for.
    case notExpressible
    /// A recording that cannot be read or written.
    case recording

    public var exitStatus: ExitStatus {
        switch self {
        case .recording, .notExpressible: .invalidInput
        default: .environment
        }
    }
}

/// An error of this target.
public typealias WireError = Fault<WireErrorCode>
