/// One question and its answer over HTTP: the network, as far as minting sees it. Tests answer for it.
public protocol HTTPExchange: Sendable {
    /// Sends once, and tries nothing again.
    ///
    /// - Returns: the answer, whatever its status; at most ``HTTPResponseMessage/maximumBody`` bytes of body. Redirections are answers.
    /// - Throws: `unreachable` without a connection, without an answer in time or where it breaks off; `unreadableAnswer` for one that is too
    ///   large; `misconfigured` for an address to which no password may go.
    func send(_ request: HTTPRequestMessage) async throws(MintingError) -> HTTPResponseMessage
}

/// What is asked. Who asks stands apart from the headers, so that a request can be printed.
public struct HTTPRequestMessage: Sendable {
    public enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
    }

    public var method: Method
    public var address: ServiceAddress
    public var headers: [String: String]
    public var body: [UInt8]
    public var login: ServiceLogin?

    public init(
        _ method: Method, _ address: ServiceAddress, headers: [String: String] = [:], body: [UInt8] = [],
        login: ServiceLogin? = nil
    ) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
        self.login = login
    }
}

/// What was answered.
public struct HTTPResponseMessage: Sendable, Hashable {
    /// No answer of a registry about one identifier is larger.
    public static let maximumBody = 1 << 20

    public var status: Int
    /// Names in small letters.
    public var headers: [String: String]
    public var body: [UInt8]

    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = Dictionary(headers.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        self.body = body
    }
}
