import Diagnostics
import JSON
import WebExchange

/// Signing in at a server: by name and password, or with a token that somebody was given.
public struct CatalogueSignIn: Sendable {
    public let address: CatalogueAddress
    private let transport: LinkTransport

    /// - Parameter trust: who vouches for the server; nil: whom the environment names.
    public init(
        _ address: CatalogueAddress, program: String, environment: [String: String], trust: ServerTrust? = nil
    ) {
        self.address = address
        transport = LinkTransport(
            address: address, program: program, environment: environment, timeLimit: .seconds(60), trust: trust)
    }

    public struct SignedIn: Sendable {
        public let account: String
        public let token: CatalogueToken
        /// For how long the token is good; nil where the server does not say.
        public let seconds: Int64?
    }

    /// - Throws: `notSignedIn` for a wrong name or password, and while too many were tried.
    public func signIn(_ account: String, password: String) async throws(LinkError) -> SignedIn {
        let (status, headers, json) = try await transport.send(
            "POST", ["api", "v3", "auth", "login"], body: ["username": .string(account), "password": .string(password)],
            accept: "application/json", token: nil)
        if status == 401 {
            throw LinkError(.notSignedIn, "Name or password is wrong", at: "\(address)", got: "'\(account.prefix(80).printable)'")
        }
        if status == 429 {
            let seconds = headers["retry-after"].flatMap { Int($0) }
            throw LinkError(
                .notSignedIn, "Too many passwords were tried for this account, or from here", at: "\(address)",
                remedy: seconds.map { "Try again in \($0) s" } ?? "Try again later")
        }
        guard (200..<300).contains(status), let text = json?["id"]?.text else { throw transport.unreadable(status) }
        let token = try CatalogueToken(text)
        let name = json?["user"]?["username"]?.text ?? account
        return SignedIn(account: name, token: token, seconds: json?["ttl"]?.integer)
    }

    /// Whose a token is.
    /// - Throws: `notSignedIn` for one that is not valid there.
    public func holder(of token: CatalogueToken) async throws(LinkError) -> String {
        let (status, _, json) = try await transport.send(
            "GET", ["api", "v3", "users", "my", "self"], accept: "application/json", token: token)
        if status == 401 {
            throw LinkError(
                .notSignedIn, "The token is not valid there", at: "\(address)",
                remedy: "Tokens end, and are revoked: ask for another one")
        }
        if status == 403 {
            throw LinkError(
                .wrongScope, "The token is not for reading, and nobody can tell whose it is", at: "\(address)",
                remedy: "Name its account: --account NAME")
        }
        guard status == 200, let name = json?["username"]?.text, !name.isEmpty, name.utf8.count <= 256 else {
            throw transport.unreadable(status)
        }
        return name
    }

    /// Ends a token that a log-in gave; one that was made by hand stays.
    /// - Returns: whether the server knows it no more.
    public func signOut(_ token: CatalogueToken) async throws(LinkError) -> Bool {
        let (status, _, json) = try await transport.send(
            "POST", ["api", "v3", "auth", "logout"], body: [:], accept: "application/json", token: token)
        if status == 401 { return true }
        guard (200..<300).contains(status) else { throw transport.unreadable(status) }
        return json?["logout"]?.text == "successful"
    }
}
