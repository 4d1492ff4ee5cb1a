import Diagnostics

/// What can go wrong with the status server.
public enum StatusErrorCode: String, FaultCode {
    /// The address is taken, or not this machine's.
    case cannotListen

    public var isRetryable: Bool { true }
}

public typealias StatusError = Fault<StatusErrorCode>
