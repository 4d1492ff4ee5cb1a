import Diagnostics

/// Why a series cannot be simulated.
public enum SimulationErrorCode: String, FaultCode {
    /// A source, detector, pattern or setting that there is none of.
    case nameUnknown
    /// A fault that there is none of, or numbers that it cannot take.
    case faultUnknown
    /// Settings that contradict each other: two channels on a V1 stream, for one.
    case settingInvalid
    /// A file that is not there or cannot be read.
    case fileUnreadable
    /// A file that is not what its name says, or holds no frame.
    case fileInvalid
    /// A fault or a stamp that this source's messages do not allow.
    case messageUnsuitable
    /// The address cannot be bound.
    case addressUnusable
    /// ZeroMQ refused something that should work.
    case socket

    public var exitStatus: ExitStatus {
        switch self {
        case .nameUnknown, .faultUnknown, .settingInvalid, .addressUnusable, .socket: .environment
        case .fileUnreadable, .fileInvalid, .messageUnsuitable: .invalidInput
        }
    }

    public var isRetryable: Bool { self == .addressUnusable }
}

/// An error of this target.
public typealias SimulationError = Fault<SimulationErrorCode>
