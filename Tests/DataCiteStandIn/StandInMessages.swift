import Foundation

// DataCiteStandIn: DataCite's REST interface as far as identifiers are made and kept with it, on this machine. It keeps what it is sent in memory, has
// the states and events of the real one, and refuses what the real one refuses; where it is stricter stands at the rule. Written from the
// behaviour of DataCite's own service (https://support.datacite.org/docs/api, github.com/datacite/lupo).

/// One question, as HTTP carries it.
public struct StandInRequest: Sendable {
    public var method: String
    /// Still percent-encoded, without the query.
    public var path: String
    public var query: String
    /// Names in small letters.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(_ method: String, _ path: String, query: String = "", headers: [String: String] = [:], body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// One answer.
public struct StandInAnswer: Sendable {
    public var status: Int
    public var headers: [String: String]
    public var body: [UInt8]

    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// A repository account.
public struct StandInRepository: Sendable, Hashable {
    public var name: String
    public var password: String
    public var prefixes: Set<String>
    /// Where landing pages may be: `*` for anywhere, a host, or `*.host` for those below it.
    public var domains: [String]

    public init(name: String, password: String, prefixes: Set<String>, domains: [String] = ["*"]) {
        self.name = name
        self.password = password
        self.prefixes = prefixes
        self.domains = domains
    }

    /// Compared as the real one does: the text of the host, and no more.
    func allows(_ url: String) -> Bool {
        guard let host = URLComponents(string: url)?.host else { return false }
        return domains.contains { domain in
            domain == "*" || (domain.hasPrefix("*.") ? host.hasSuffix(domain.dropFirst()) : host == domain)
        }
    }
}

/// What goes wrong, and for how many questions.
public enum StandInFault: Sendable, Hashable {
    /// 429, 503 or another status, before anything is looked at.
    case busy(status: Int, retryAfter: String?)
    /// The question is taken, and never answered.
    case hang
    /// The connection breaks within the answer.
    case halfAnswer(carriedOut: Bool)
    /// Somebody else answers: a portal, a proxy.
    case other(status: Int, contentType: String?, body: [UInt8])
}
