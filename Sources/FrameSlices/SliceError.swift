import Diagnostics

// FrameSlices: some frames of a run, as a citation names them: their numbers, and a digest of their stored bytes. libhdf5 finds the datasets,
// also behind links and virtual datasets; the bytes are read beside it and never decoded, so that a slice of any encoding can be cited.

/// Why a slice was not digested, or is not the one that was cited.
public enum SliceErrorCode: String, FaultCode {
    /// A file that is not there, or not an HDF5 file with frames, or damaged.
    case notReadable
    /// Frames that the run has not.
    case outside
    /// A frame of the slice was never written.
    case frameMissing
    /// Frames that are not stored as chunks of their own: contiguous, tiles of a frame, several frames a chunk.
    case notChunks
    /// The bytes are not those that were cited.
    case differs

    public var exitStatus: ExitStatus {
        switch self {
        case .notReadable, .outside, .notChunks: .invalidInput
        case .frameMissing: .framesMissing
        case .differs: .verificationFailed
        }
    }
}

/// An error of this target.
public typealias SliceError = Fault<SliceErrorCode>
