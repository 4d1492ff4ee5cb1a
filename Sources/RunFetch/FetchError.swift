import Diagnostics

// RunFetch: the files of a run from a server into a folder of this machine: in pieces, gone on with where they broke off, verified, and only then
// under their names. Names and sizes come from strangers: nothing is written outside of the folder, and no more than was listed.

public enum FetchErrorCode: String, FaultCode {
    /// No connection, no answer in time, or one that broke off more often than is tried; or the server cannot answer now.
    case unreachable
    /// The server does not give this to who asks.
    case refused
    /// There is no such run, or no such file of it, for who asks.
    case notFound
    /// No answer of a catalogue.
    case unreadableAnswer
    /// What came is not what the list says: another size, or another digest.
    case notAsListed
    /// A name that leads out of the folder, or that this program uses itself.
    case unsafeName
    /// Something else has the name already; it is not touched.
    case inTheWay
    /// The disk is full, or the folder cannot be written.
    case storage

    public var exitStatus: ExitStatus {
        switch self {
        case .unreachable, .unreadableAnswer, .storage, .inTheWay: .environment
        case .refused: .refused
        case .notFound: .invalidInput
        case .notAsListed, .unsafeName: .verificationFailed
        }
    }

    public var isRetryable: Bool { self == .unreachable }

    /// Whether every other file would meet with the same.
    var endsAll: Bool { self == .refused || self == .storage || self == .unreadableAnswer || self == .unreachable }
}

/// An error of this target.
public typealias FetchError = Fault<FetchErrorCode>

func quoted(_ text: some StringProtocol) -> String {
    let printable = text.prefix(120).printable
    return "'\(printable)\(text.count > 120 ? "…" : "")'"
}
