import Diagnostics

/// Why a dataset's description or its chunk index cannot be read; every message names the file and the offset.
public enum ChunkIndexErrorCode: String, FaultCode {
    /// No HDF5 signature at any place where one may stand.
    case notHDF5
    /// Bytes that contradict themselves or the file's size.
    case damaged
    /// A structure whose checksum does not agree with its bytes: damaged, or caught while another process was writing it.
    case checksumMismatch
    /// A version, type or flag that this code does not know, or a feature that it does not offer.
    case unsupported
    /// A number that came from the file is beyond a stated limit.
    case limitExceeded
    /// There is no such file.
    case notFound
    /// No rights to read it.
    case notPermitted
    /// The system refused a call with any other errno.
    case systemCall

    public var exitStatus: ExitStatus {
        switch self {
        case .damaged, .checksumMismatch: .verificationFailed
        case .notHDF5, .unsupported, .limitExceeded, .notFound: .invalidInput
        case .notPermitted, .systemCall: .environment
        }
    }

    /// A reader beside a writer may meet a block between two of the writer's system calls; the next time it is whole.
    public var isRetryable: Bool { self == .checksumMismatch }
}

/// The error of this target.
public typealias ChunkIndexError = Fault<ChunkIndexErrorCode>
