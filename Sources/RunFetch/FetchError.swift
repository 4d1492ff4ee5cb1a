import Diagnostics
import WebExchange

// RunFetch: the files of a run from a server into a folder of this machine: in pieces, gone on with where they broke off, verified, and only then
// under their names. Names and sizes come from strangers: nothing is written outside of the folder, and no more than was listed.

public enum FetchErrorCode: String, FaultCode {
    /// No connection, no answer in time, or one that broke off more often than is tried; or the server cannot answer now.
    case unreachable
    /// The server is not known to be the one that was meant, or nothing is encrypted there: nothing was sent to it.
    case untrusted
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
        case .unreachable, .untrusted, .unreadableAnswer, .storage, .inTheWay: .environment
        case .refused: .refused
        case .notFound: .invalidInput
        case .notAsListed, .unsafeName: .verificationFailed
        }
    }

    public var isRetryable: Bool { self == .unreachable }

    /// Whether every other file would meet with the same.
    var endsAll: Bool {
        switch self {
        case .refused, .storage, .unreadableAnswer, .unreachable, .untrusted: true
        case .notFound, .notAsListed, .unsafeName, .inTheWay: false
        }
    }
}

/// An error of this target.
public typealias FetchError = Fault<FetchErrorCode>

extension FetchError {
    /// - Returns: nil for what has nothing to do with who the server is.
    init?(_ failure: WebFailure, at place: String) {
        switch failure {
        case .untrusted(let distrust): self.init(refused: .untrusted(distrust), at: place)
        case .notEncrypted: self.init(refused: .notEncrypted, at: place)
        case .noAuthorities: self.init(refused: .noAuthorities, at: place)
        case .cancelled, .late, .tooLarge, .network: return nil
        }
    }

    private init(refused refusal: ServerRefusal, at place: String) {
        self.init(.untrusted, refusal.what, at: place, got: refusal.got, expected: refusal.expected, remedy: refusal.remedy)
    }
}

func quoted(_ text: some StringProtocol) -> String {
    let printable = text.prefix(120).printable
    return "'\(printable)\(text.count > 120 ? "…" : "")'"
}
