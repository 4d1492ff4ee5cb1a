import Diagnostics

public enum ServerErrorCode: String, FaultCode {
    /// The address is taken, or is none of this machine.
    case cannotListen

    public var exitStatus: ExitStatus { .environment }
}

/// An error of this target.
public typealias ServerError = Fault<ServerErrorCode>
