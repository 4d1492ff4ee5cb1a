import Custody
import HTTPTypes
import Hummingbird
import RunCatalogue

/// Who asks: nobody that is known, or the holder of a token, who may do what the token is for and the account may.
struct Asker: Sendable {
    let reader: Reader
    /// Nil for who is not known.
    let signedIn: SignedIn?
    /// The secret by which somebody reads who holds a link.
    var link: String? = nil

    struct SignedIn: Sendable {
        let account: Account
        let token: AccessToken
    }

    static let anonymous = Asker(reader: .anonymous, signedIn: nil)

    /// Nobody who is known, and holds nothing: what they read may be kept by caches.
    var isAnyone: Bool { signedIn == nil && link == nil }

    /// Who acts.
    /// - Throws: 401 for who is not known, 403 for a token that is for something else.
    func actor(for scope: TokenScope) throws -> Actor {
        guard let signedIn else { throw AskerReader.refusal }
        try AskerReader.require(scope, of: signedIn.token)
        return .account(signedIn.account)
    }
}

/// Finds out who asks. A token stands in `Authorization: Bearer`, or in `?access_token=`, where SciCat's clients put it too. Who holds a link shows
/// its secret in `?share=`: that reads what is shared, and changes nothing. A secret that was never given, or has ended, reads what anybody may.
struct AskerReader: Sendable {
    let custodian: Custodian

    /// Longer ones are none of ours.
    private static let longest = 512

    /// One sentence for a token that is unknown, expired or revoked, or of a closed account: nobody learns which.
    static var refusal: HTTPError {
        HTTPError(
            .unauthorized, headers: [.wwwAuthenticate: "Bearer realm=\"catalogue\""],
            message: "A token that is valid is needed here; a log-in gives one")
    }

    /// - Parameter scope: what a token must be for; nil where `Asker.actor(for:)` asks.
    /// - Throws: 401 for a token that is not valid, wherever it stands and even where none is needed; 403 for one that is for something else.
    func asker(_ request: Request, for scope: TokenScope? = .read) async throws -> Asker {
        let link = try Self.link(request)
        guard let token = try Self.token(request) else {
            return link.map { Asker(reader: Reader(link: Secret(text: $0)), signedIn: nil, link: $0) } ?? .anonymous
        }
        guard link == nil else {
            throw HTTPError(.badRequest, message: "Either a token or a link; a request that shows both has two readers")
        }
        guard token.utf8.count <= Self.longest, let (account, known) = try await custodian.holder(of: token) else {
            throw Self.refusal
        }
        if let scope { try Self.require(scope, of: known) }
        return Asker(reader: .account(account), signedIn: Asker.SignedIn(account: account, token: known))
    }

    static func require(_ scope: TokenScope, of token: AccessToken) throws {
        guard token.scopes.contains(scope.rawValue) else {
            throw HTTPError(.forbidden, message: "The token is not for this: it lacks the scope '\(scope.rawValue)'")
        }
    }

    /// Of pages, which ask nobody who they are: the one link that is shown; nil for none, and for what is none.
    static func shownLink(_ request: Request) -> String? {
        (try? link(request)).flatMap { $0 }.flatMap { $0.utf8.count <= longest ? $0 : nil }
    }

    private static func link(_ request: Request) throws -> String? {
        let shown = try RequestedQuery(request).values("share")
        guard shown.count <= 1 else { throw HTTPError(.badRequest, message: "A request shows one link at most") }
        return shown.first.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The header counts where there is one.
    private static func token(_ request: Request) throws -> String? {
        let headers = request.headers[values: .authorization]
        guard headers.count <= 1 else { throw refusal }
        if let header = headers.first {
            let parts = header.split(separator: " ", omittingEmptySubsequences: true)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw refusal }
            return String(parts[1])
        }
        let asked = try RequestedQuery(request).values("access_token")
        guard asked.count <= 1 else { throw refusal }
        return asked.first.flatMap { $0.isEmpty ? nil : $0 }
    }
}
