import Diagnostics

// Reductions: a recipe per technique. Reads runs (Input), runs the kernels over all their frames on several threads (Azimuthal), and writes
// a derived run (Output). What a recipe is to do stands in a YAML file (Configuration).

/// Why a reduction was refused or came to an end.
public enum ReductionErrorCode: String, FaultCode {
    /// No such run, file, dataset or frame.
    case inputMissing
    /// An input, a mask or a correction that cannot be read, or is of another shape or kind.
    case inputInvalid
    /// The geometry of the detector is not known, or contradicts the frames.
    case geometryInvalid
    /// Understood, and not offered.
    case notSupported
    /// There is a result already, of other inputs or another configuration.
    case outputExists
    /// The result cannot be written.
    case writeFailed
    /// Not enough memory or threads.
    case systemResource

    public var exitStatus: ExitStatus {
        switch self {
        case .inputMissing, .inputInvalid, .geometryInvalid, .notSupported: .invalidInput
        case .outputExists: .refused
        case .writeFailed, .systemResource: .environment
        }
    }
    public var isRetryable: Bool { self == .writeFailed || self == .systemResource }
}

public typealias ReductionError = Fault<ReductionErrorCode>

extension ReductionError {
    /// An error of a target below, as this one's: what it says stays.
    init(_ code: ReductionErrorCode, _ error: any Diagnosed, at place: String? = nil) {
        self.init(
            code, error.what, at: error.place ?? place, got: error.got, expected: error.expected, remedy: error.remedy,
            cause: error.cause)
    }
}
