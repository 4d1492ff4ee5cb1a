import Diagnostics
import HDF5

/// What can go wrong between a tree of values and a NeXus file.
public enum NeXusErrorCode: String, FaultCode {
    /// A file of this name exists; nothing was overwritten.
    case alreadyExists
    case cannotWrite
    case cannotRead
    /// A tree that no file can hold: two nodes of one name, a name with a slash, a link to nothing.
    case invalidTree
    /// The skeleton of a data file did not come out as the appender needs it.
    case skeletonUnsuitable
    /// The file holds more than the caller's limit.
    case limitExceeded
    /// The rule tables cannot be understood.
    case invalidRules
    /// The file does not say where the detector stands, or what the beam is.
    case geometryIncomplete
    /// Two places of the file say different things of the same.
    case geometryContradictory
    /// Understood, and not offered: modules in several planes, a detector that moves.
    case geometryUnsupported
    /// A number in a unit of another dimension than it must have, or without a unit.
    case wrongUnit

    public var exitStatus: ExitStatus {
        switch self {
        case .cannotRead, .invalidTree, .limitExceeded, .invalidRules, .geometryIncomplete, .geometryContradictory,
            .geometryUnsupported, .wrongUnit:
            .invalidInput
        case .alreadyExists, .cannotWrite, .skeletonUnsuitable: .environment
        }
    }
}

public typealias NeXusError = Fault<NeXusErrorCode>

extension NeXusError {
    /// An HDF5 failure while a file was written or read, told as ours; the library's account stays the cause.
    init(_ error: HDF5Error, _ code: NeXusErrorCode) {
        self.init(
            error.code == .alreadyExists ? .alreadyExists : code, error.what, at: error.place, got: error.got,
            expected: error.expected, remedy: error.remedy, cause: error.cause)
    }
}
