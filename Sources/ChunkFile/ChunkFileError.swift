import Diagnostics

/// What can go wrong under a data file or its ledger; every message names the path, and the offset where there is one.
public enum ChunkFileErrorCode: String, FaultCode {
    /// No space is left (ENOSPC, EDQUOT). Nothing acknowledged is lost: free space, then make the same call again.
    case diskFull
    /// The system refused a call with any other errno.
    case systemCall
    /// No rights, or a read-only file system.
    case notPermitted
    /// There is no such file or folder.
    case notFound
    /// A file that must be new exists already.
    case alreadyExists
    /// Another process holds the lock: the writer lives.
    case locked
    /// The skeleton, index or ledger is sound but not of the one kind that this code writes.
    case unsupported
    /// Bytes that contradict themselves or the file's size.
    case damaged
    /// A number that came from outside is beyond a stated limit.
    case limitExceeded
    /// The frame is in the file already.
    case duplicateFrame
    /// The file cannot be sealed: frames have no chunk.
    case framesMissing
    /// The file was sealed or closed before.
    case alreadySealed

    public var exitStatus: ExitStatus {
        switch self {
        case .damaged: .verificationFailed
        case .unsupported, .limitExceeded, .notFound: .invalidInput
        case .framesMissing, .duplicateFrame: .framesMissing
        case .locked: .refused
        case .diskFull, .systemCall, .notPermitted, .alreadyExists, .alreadySealed: .environment
        }
    }

    public var isRetryable: Bool { self == .diskFull || self == .locked }
}

/// The error of this target.
public typealias ChunkFileError = Fault<ChunkFileErrorCode>
