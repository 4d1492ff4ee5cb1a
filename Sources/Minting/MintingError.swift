import Diagnostics

// Minting: identifiers are made known to the world outside, or nowhere, behind one protocol. What is to be done is a value that the catalogue's
// outbox keeps (``MintingOrder``); when it is tried again is a pure function (``RetryPlan``); the network is a parameter (``HTTPExchange``); and
// what the registry holds is compared with what we hold (``DriftReport``). No clock is read here, nothing is stored, nothing sleeps.

/// Why an identifier was not registered, or not changed.
public enum MintingErrorCode: String, FaultCode {
    /// The registry refuses what was sent: metadata that its schema does not take, an address of a foreign domain, a DOI of forbidden characters.
    case refused
    /// The registry does not know the login. Every order waits for the same person.
    case loginRefused
    /// The registry knows the login and does not allow this.
    case notAllowed
    /// The prefix of another repository; the registry was not asked.
    case prefixForeign
    /// The DOI exists, and belongs to somebody else.
    case taken
    /// The registry said yes, and the state is not what was asked for.
    case notDone
    /// Our own settings: an address that is not safe to send a password to, a login that cannot be one.
    case misconfigured
    /// The text of an order cannot be read, or is of a version that this program does not know.
    case malformed
    /// No connection, no answer in time, or a connection that broke.
    case unreachable
    /// The registry asks for patience, or has a fault of its own (429, 5xx).
    case busy
    /// An answer that is not the registry's: too large, cut off, not JSON, of another content type, a redirection.
    case unreadableAnswer

    public var exitStatus: ExitStatus {
        switch self {
        case .misconfigured, .malformed: .invalidInput
        case .refused, .notAllowed, .prefixForeign, .taken: .refused
        default: .environment
        }
    }

    /// Whether the same order may be carried out later with nothing changed by anyone here. The others wait for a person.
    public var isRetryable: Bool {
        switch self {
        case .unreachable, .busy, .unreadableAnswer: true
        default: false
        }
    }
}

/// One of the sentences with which a registry refuses.
public struct RegistryComplaint: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The property that it is about, when it says so.
    public let source: String?
    public let title: String

    public init(source: String?, title: String) {
        self.source = source
        self.title = title
    }

    public var description: String { source.map { "\($0): \(title)" } ?? title }
}

/// An error of this target: what every error says, and what the registry said.
public struct MintingError: Diagnosed {
    private let fault: Fault<MintingErrorCode>
    /// What the registry said, in its own words, without control characters; at most 20.
    public let complaints: [RegistryComplaint]
    /// How long the registry wants to be left alone.
    public let retryAfter: Duration?

    public init(
        _ code: MintingErrorCode, _ what: String, at place: String? = nil, got: String? = nil, expected: String? = nil,
        remedy: String? = nil, cause: (any Error)? = nil, complaints: [RegistryComplaint] = [], retryAfter: Duration? = nil
    ) {
        fault = Fault(code, what, at: place, got: got, expected: expected, remedy: remedy, cause: cause)
        self.complaints = complaints
        self.retryAfter = retryAfter
    }

    public var code: MintingErrorCode { fault.code }
    public var codeName: String { fault.codeName }
    public var exitStatus: ExitStatus { fault.exitStatus }
    public var isRetryable: Bool { fault.isRetryable }
    public var what: String { fault.what }
    public var place: String? { fault.place }
    public var got: String? { fault.got }
    public var expected: String? { fault.expected }
    public var remedy: String? { fault.remedy }
    public var cause: (any Error)? { fault.cause }
}

/// A text from outside, short enough and free of control characters for a message.
func quoted(_ text: some StringProtocol, limit: Int = 80) -> String {
    let printable = text.prefix(limit).printable
    return "'\(printable)\(text.count > limit ? "…" : "")'"
}
