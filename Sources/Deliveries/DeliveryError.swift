import Diagnostics

// Deliveries: what the outside world is told of the catalogue. The outbox says what has changed; here it is found out what a registry of
// identifiers, or the reader of a mail, is to know now, and it is told to them, again and again until it has arrived. Nothing is decided here, and
// the network, the mail program and the clock are parameters.

/// Why nothing can be delivered at all.
public enum DeliveryErrorCode: String, FaultCode {
    /// The file with the registry's password is not there, is not the custodian's alone, or holds no password.
    case passwordFile
    /// The settings of registry or mail name something that cannot be used.
    case misconfigured

    public var exitStatus: ExitStatus {
        switch self {
        case .passwordFile: .environment
        case .misconfigured: .invalidInput
        }
    }
}

/// An error of this target.
public typealias DeliveryError = Fault<DeliveryErrorCode>
