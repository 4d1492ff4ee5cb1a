import Diagnostics

/// What can go wrong between `faisceau ctl` and a running ingest.
public enum ControlErrorCode: String, FaultCode {
    /// Nobody listens at the socket.
    case nobodyListens
    /// Another process listens there already.
    case alreadyListening
    /// The socket cannot be made, or its path is no socket's.
    case socketUnusable
    /// The other side did not answer in time, or broke off.
    case noAnswer
    /// A line that is no request.
    case badRequest
    /// A line that is no answer.
    case badAnswer
    /// The ingest understood, and would not.
    case refused

    public var exitStatus: ExitStatus {
        switch self {
        case .nobodyListens, .alreadyListening, .socketUnusable, .noAnswer, .badAnswer: .environment
        case .badRequest: .invalidInput
        case .refused: .refused
        }
    }

    public var isRetryable: Bool { self == .nobodyListens || self == .noAnswer }
}

public typealias ControlError = Fault<ControlErrorCode>
