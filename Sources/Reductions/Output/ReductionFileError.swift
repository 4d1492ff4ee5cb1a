import ChunkFile
import Diagnostics
import HDF5
import NeXus

// Reductions/Output: what a reduction leaves behind. One HDF5 file of curves or maps (ReductionFile), the same numbers as text
// (CurveText, StackText), and plots (ReductionPlots). Nothing here opens a detector's frames or knows a kernel.

/// Why the result of a reduction could not be written or read.
public enum ReductionFileErrorCode: String, FaultCode {
    /// A result of this name exists; nothing was overwritten.
    case alreadyExists
    /// An unfinished result of this name exists: to be continued, or to be removed by hand.
    case unfinishedExists
    /// There is no such file.
    case notFound
    /// What is continued was begun with another configuration, other inputs or another program.
    case descriptionDiffers
    /// Another process writes this file.
    case locked
    /// No space is left. What was flushed is safe: free space, and flush again or continue later.
    case diskFull
    /// The system or HDF5 refused.
    case cannotWrite
    case cannotRead
    /// A description, a row or a number that cannot be stored as it is.
    case invalid
    /// Rows are missing at the end.
    case incomplete
    /// The file is sound and not one that this program writes.
    case unsupported

    public var exitStatus: ExitStatus {
        switch self {
        case .notFound, .invalid, .cannotRead, .unsupported: .invalidInput
        case .descriptionDiffers, .locked, .alreadyExists, .unfinishedExists: .refused
        case .incomplete: .framesMissing
        case .diskFull, .cannotWrite: .environment
        }
    }

    public var isRetryable: Bool { self == .diskFull || self == .locked }
}

/// The error of a reduction's output.
public typealias ReductionFileError = Fault<ReductionFileErrorCode>

extension ReductionFileError {
    /// A failed system call, told as ours.
    init(_ error: ChunkFileError) {
        let code: ReductionFileErrorCode =
            switch error.code {
            case .diskFull: .diskFull
            case .alreadyExists: .alreadyExists
            case .notFound: .notFound
            case .locked: .locked
            default: .cannotWrite
            }
        let remedy =
            switch code {
            case .diskFull: "Free space on this file system, then continue the reduction; what was flushed is safe"
            default: error.remedy
            }
        self.init(
            code, error.what, at: error.place, got: error.got, expected: error.expected, remedy: remedy, cause: error.cause)
    }

    init(_ error: NeXusError) {
        let code: ReductionFileErrorCode =
            switch error.code {
            case .alreadyExists: .alreadyExists
            case .cannotRead, .limitExceeded: .cannotRead
            case .invalidTree: .invalid
            default: .cannotWrite
            }
        self.init(
            code, error.what, at: error.place, got: error.got, expected: error.expected, remedy: error.remedy,
            cause: error.cause ?? error)
    }

    init(_ error: HDF5Error, _ code: ReductionFileErrorCode) {
        self.init(
            code, error.what, at: error.place, got: error.got, expected: error.expected, remedy: error.remedy, cause: error.cause)
    }
}
