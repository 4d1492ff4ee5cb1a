import Diagnostics

/// What can go wrong between the command line and the work: output, configuration, what an encoder refuses.
public enum CommandLineErrorCode: String, FaultCode {
    /// Standard output took no more (full disk, closed pipe).
    case outputNotWritten
    /// A small file or folder that a flag asked for could not be made.
    case outputFailed
    /// A value has no JSON form.
    case valueNotEncodable
    /// A `FAISCEAU_*` variable has a value that the option does not take.
    case environmentValueInvalid
    /// A key of a configuration file has a value that the option does not take.
    case fileValueInvalid
    /// A configuration file has a key that nothing reads.
    case fileKeyUnknown
    /// A small file that was named cannot be read.
    case inputUnreadable
    /// systemd did not take what it was told.
    case notificationFailed
    /// Flags that exclude each other, or one that lacks another.
    case usage
    /// An error of another library that has no shape of ours.
    case unexpected

    public var exitStatus: ExitStatus {
        switch self {
        case .fileValueInvalid, .fileKeyUnknown, .inputUnreadable: .invalidInput
        case .outputNotWritten, .outputFailed, .valueNotEncodable, .environmentValueInvalid, .notificationFailed, .usage,
            .unexpected:
            .environment
        }
    }
}

public typealias CommandLineError = Fault<CommandLineErrorCode>
