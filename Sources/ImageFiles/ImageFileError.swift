import Diagnostics

// ImageFiles: arrays of numbers that people keep beside their frames (masks, flat fields, dark images) in the files of other programs:
// EDF, NPY and TIFF. Arrays in HDF5 are the HDF5 target's. What a file is, is told by its content, never by its name.
//
// Array axes are [slow, fast].

/// Why an array cannot be read from a file; every message names the file.
public enum ImageFileErrorCode: String, FaultCode {
    /// There is no such file.
    case notFound
    /// No rights to read it.
    case notPermitted
    /// The system refused a call with any other errno.
    case systemCall
    /// The content is of no kind that is read here.
    case unknownKind
    /// Bytes that contradict themselves or the file's size.
    case damaged
    /// Understood, and not offered: a compression, an element type, more than one sample a pixel.
    case unsupported
    /// A number that came from the file is beyond a stated limit.
    case limitExceeded
    /// The file has fewer images than the number asked for.
    case noSuchImage

    public var exitStatus: ExitStatus {
        switch self {
        case .notPermitted, .systemCall: .environment
        case .damaged: .verificationFailed
        case .notFound, .unknownKind, .unsupported, .limitExceeded, .noSuchImage: .invalidInput
        }
    }
}

/// The error of this target.
public typealias ImageFileError = Fault<ImageFileErrorCode>

/// A text from a file, short enough and free of control characters for a message.
func quoted(_ text: some StringProtocol) -> String {
    let printable = text.prefix(60).printable
    return "'\(printable)\(text.count > 60 ? "…" : "")'"
}
