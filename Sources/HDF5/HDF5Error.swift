import Diagnostics

/// What can go wrong between us and an HDF5 file.
public enum HDF5ErrorCode: String, FaultCode {
    /// The library that was loaded cannot be used: not thread-safe, or too old.
    case libraryUnsuitable
    case cannotOpen
    case cannotCreate
    case alreadyExists
    case notFound
    case cannotRead
    case cannotWrite
    case cannotClose
    /// The file is well-formed and says something that we do not read (a compound type, a rank we have no meaning for).
    case unsupported
    /// A value is larger than the caller's limit.
    case limitExceeded
    /// A filter is needed that is not installed here.
    case filterUnavailable
    /// A value's bytes, shape and type do not fit together.
    case inconsistentValue

    public var exitStatus: ExitStatus {
        switch self {
        case .notFound, .unsupported, .limitExceeded, .inconsistentValue, .cannotRead: .invalidInput
        default: .environment
        }
    }
}

public typealias HDF5Error = Fault<HDF5ErrorCode>

/// HDF5's own account of a failed call, innermost reason last; the `cause` of an `HDF5Error`.
public struct HDF5ErrorStack: Error, Sendable, CustomStringConvertible {
    public struct Entry: Sendable, Equatable {
        public let function: String
        public let reason: String
    }

    public let entries: [Entry]

    /// The innermost reason first: it says what happened, the outer ones only who asked.
    public var description: String {
        entries.reversed().prefix(4).map { "\($0.function): \($0.reason)" }.joined(separator: "; ")
    }

    /// What the system answered, where HDF5 quotes it ("errno = 28"): a full disk or a read-only one is not HDF5's error, and has words of
    /// its own.
    public var systemErrno: Int32? {
        for entry in entries.reversed() {
            guard let quoted = entry.reason.ranges(of: "errno = ").last else { continue }
            if let number = Int32(entry.reason[quoted.upperBound...].prefix { $0.isNumber }) { return number }
        }
        return nil
    }
}
