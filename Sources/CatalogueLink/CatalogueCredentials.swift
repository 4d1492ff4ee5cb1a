import Diagnostics
import WebExchange

/// With which token a server is asked: that of the environment, else the one that was kept for it.
public struct CatalogueCredentials: Sendable {
    /// Counts before every kept one.
    public static let tokenVariable = "FAISCEAU_TOKEN"
    /// Set to 1 by who lets the token of the environment travel unencrypted.
    public static let insecureVariable = "FAISCEAU_INSECURE"

    private let environment: [String: String]
    private let logins: KeptLogins

    public init(environment: [String: String]) {
        self.environment = environment
        logins = KeptLogins(environment: environment)
    }

    /// - Parameter account: whose login; nil for the token of the environment, else the login that was made last; `anonymous` for none.
    /// - Returns: nil where nothing is kept for the server: it is asked as everyone asks.
    /// - Throws: `noSuchLogin` for an account that has not signed in there, `tokenInTheClear`, `loginsUnsafe`.
    public func token(for server: CatalogueAddress, account: String?) throws(LinkError) -> CatalogueToken? {
        if account == "anonymous" { return nil }
        if account == nil, let text = environment[Self.tokenVariable], !text.isEmpty {
            try Self.requirePrivate(server, isInsecure: environment[Self.insecureVariable] == "1")
            return try CatalogueToken(text)
        }
        guard let login = try logins.login(at: server, account: account) else {
            guard let account else { return nil }
            throw LinkError(
                .noSuchLogin, "Nobody has signed in under this name", at: "\(server)", got: "'\(account.prefix(80).printable)'",
                remedy: "faisceau login \(server) --account \(account.prefix(80).printable)")
        }
        try Self.requirePrivate(server, isInsecure: login.isInsecure)
        return login.token
    }

    /// Who vouches for a server: the authorities that were named when somebody signed in there, also where the token is the environment's; else those
    /// of the environment, or of the machine.
    public func trust(for server: CatalogueAddress, account: String?) throws(LinkError) -> ServerTrust {
        let kept = try logins.all().filter { $0.server == server && $0.authorities != nil }
        let named = kept.first { $0.account == account } ?? kept.first
        return named?.authorities.map { .authorities($0) } ?? ServerTrust(environment: environment)
    }

    /// - Throws: `tokenInTheClear` for another machine without encryption, unless somebody has said that it may be.
    public static func requirePrivate(_ server: CatalogueAddress, isInsecure: Bool) throws(LinkError) {
        guard server.isPrivate || isInsecure else {
            throw LinkError(
                .tokenInTheClear, "A token would travel unencrypted, and whoever reads it acts in your name", at: "\(server)",
                expected: "https://, or this machine", remedy: "Ask for its https address; else faisceau login URL --insecure")
        }
    }
}
