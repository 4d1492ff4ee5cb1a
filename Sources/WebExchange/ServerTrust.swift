/// Who vouches for the servers that are asked by `https`. That the certificate is of the host that was meant, and is of today, is checked always.
public enum ServerTrust: Sendable, Hashable {
    /// The authorities of this machine, as its administrator keeps them.
    case system
    /// Those in a file (PEM), and nobody else.
    case file(String)
    /// These (PEM), and nobody else.
    case authorities(String)

    /// The variable that OpenSSL's programs look at.
    public static let variable = "SSL_CERT_FILE"

    /// - Parameter environment: `SSL_CERT_FILE` names a file of authorities in the place of the machine's.
    public init(environment: [String: String]) {
        self = environment[Self.variable].flatMap { $0.isEmpty ? nil : .file($0) } ?? .system
    }
}

/// Why a server is not believed to be the one that was meant.
public enum ServerDistrust: Sendable, Hashable {
    /// Nobody who is trusted vouches for its certificate; or it vouches for itself.
    case unknownAuthority
    /// The certificate is another host's.
    case otherHost
    /// The certificate's time is over.
    case expired
    /// The certificate's time has not come; or this machine's clock is wrong.
    case notYetValid
    /// As the library for encryption numbers it (X509_V_ERR_… of OpenSSL).
    case other(Int)

    /// For people; nothing of what was to be sent.
    public var words: String {
        switch self {
        case .unknownAuthority: "no authority that is trusted here vouches for its certificate"
        case .otherHost: "its certificate is another host's"
        case .expired: "its certificate has expired"
        case .notYetValid: "its certificate is not valid yet, or this machine's clock is wrong"
        case .other(let number): "its certificate is not accepted (X.509 error \(number))"
        }
    }

    /// What to do next.
    public var remedy: String {
        switch self {
        case .unknownAuthority, .other:
            "Ask who runs it for the certificate of its authority, and name that file (PEM): faisceau login URL --ca FILE, or $SSL_CERT_FILE"
        case .otherHost: "Use the name that stands in the certificate; or have a certificate made for this one"
        case .expired: "Tell who runs the server; nothing was sent"
        case .notYetValid: "Look at this machine's clock; nothing was sent"
        }
    }
}

/// What is to be told where nothing was sent, as it was not known to whom.
public struct ServerRefusal: Sendable, Hashable {
    public let what: String
    public let got: String?
    public let expected: String
    public let remedy: String

    public static func untrusted(_ distrust: ServerDistrust) -> ServerRefusal {
        ServerRefusal(
            what: "The server is not known to be the one that was meant, and nothing was sent to it", got: distrust.words,
            expected: "a certificate for this host, of an authority that is trusted", remedy: distrust.remedy)
    }

    public static let notEncrypted = ServerRefusal(
        what: "No encryption was agreed on with the server, and nothing was sent to it", got: nil,
        expected: "TLS 1.2 or 1.3 at this port", remedy: "Look at the port; one of plain HTTP is asked by http://")

    public static let noAuthorities = ServerRefusal(
        what: "The certificates of trusted authorities cannot be read", got: nil, expected: "a file of certificates (PEM)",
        remedy: "Look at $\(ServerTrust.variable), or sign in again with --ca FILE")
}
