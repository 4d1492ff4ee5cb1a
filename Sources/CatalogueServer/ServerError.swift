import Diagnostics

public enum ServerErrorCode: String, FaultCode {
    /// The address is taken, or is none of this machine.
    case cannotListen
    /// A certificate or its key is not there, is none, does not belong to the other, or is read by others.
    case certificate

    public var exitStatus: ExitStatus { .environment }
}

/// An error of this target.
public typealias ServerError = Fault<ServerErrorCode>
