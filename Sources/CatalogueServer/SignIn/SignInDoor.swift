import Custody
import Diagnostics
import EmbargoClock
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue
import RunModel

/// Log-in of local accounts as SciCat's clients do it, and who one is. A log-in gives a token of a day, which a log-out ends.
///
/// | path below `/api/v3` and `/api/v4` | |
/// |---|---|
/// | `POST auth/login` | `{"username", "password"}`: 201 with the token as `id` and `access_token` |
/// | `POST auth/logout` | ends the token of a log-in |
/// | `GET auth/whoami`, `users/my/self` | the account |
struct SignInDoor: Sendable {
    let custodian: Custodian
    let limiter: LogInLimiter
    let peers: PeerAddress
    private let passwords = Passwords()

    private static let longestBody = 8192
    private static let longestName = 256
    private static let days = 1

    init(custodian: Custodian, peers: PeerAddress, limits: LogInLimiter.Limits = LogInLimiter.Limits()) {
        self.custodian = custodian
        self.peers = peers
        let time = custodian.time
        limiter = LogInLimiter(limits) { time.elapsed_ms }
    }

    func logIn(_ request: Request, _ context: ServedContext) async throws -> Response {
        let body = try await RequestedBody.json(request, most: Self.longestBody)
        guard let name = body["username"]?.text, let password = body["password"]?.text, !name.isEmpty else {
            throw HTTPError(.badRequest, message: "A log-in needs 'username' and 'password', both texts")
        }
        guard name.utf8.count <= Self.longestName else { throw Self.wrong }
        let account: Account?
        do {
            account = try await limiter.attempt(account: name.lowercased(), address: peers.text(request, context)) {
                do throws(CatalogueError) { return try await custodian.signIn(name, password: password, passwords) } catch {
                    if error.code == .forbidden { return nil }
                    throw error
                }
            }
        } catch let refusal as LogInLimiter.Refusal {
            throw HTTPError(
                .tooManyRequests, headers: [.retryAfter: "\(refusal.seconds)"],
                message: "Too many log-ins were tried for this account or from this address; try again in \(refusal.seconds) s")
        }
        guard let account else { throw Self.wrong }
        let (secret, token) = try await custodian.newToken(
            of: account.name, label: AccessToken.ofLogIn, scopes: Set(TokenScope.allCases), days: Self.days, by: .account(account)
        )
        let seconds = Int64(Self.days) * 86_400
        let answer: JSONValue = [
            "id": .string(secret.text), "access_token": .string(secret.text), "ttl": .integer(seconds),
            "expires_in": .integer(seconds), "created": .string(token.madeAt.milliseconds), "userId": .string(account.userID),
            "user": Self.user(account),
        ]
        return PlainAnswer.text(answer.line, "application/json", status: .created)
    }

    func logOut(_ asker: Asker) async throws -> Response {
        guard let signedIn = asker.signedIn else { throw AskerReader.refusal }
        // A personal token was made by hand, and is ended so.
        let isOfLogIn = signedIn.token.label == AccessToken.ofLogIn
        if isOfLogIn {
            try await custodian.revokeToken(
                signedIn.token.number, of: signedIn.account.name, by: .account(signedIn.account))
        }
        let answer: JSONValue = ["logout": .string(isOfLogIn ? "successful" : "the personal token stays")]
        return PlainAnswer.text(answer.line, "application/json")
    }

    func whoAmI(_ asker: Asker) throws -> Response {
        guard let signedIn = asker.signedIn else { throw AskerReader.refusal }
        return PlainAnswer.text(Self.user(signedIn.account).line, "application/json")
    }

    /// The same for a name that nobody has and for a password that is wrong.
    private static var wrong: HTTPError { HTTPError(.unauthorized, message: "Name or password is wrong") }

    private static func user(_ account: Account) -> JSONValue {
        [
            "id": .string(account.userID), "username": .string(account.name), "email": JSONValue(account.person.email),
            "displayName": .string(
                [account.person.givenName, account.person.familyName].compactMap(\.self).joined(separator: " ")),
            "authStrategy": "local", "currentGroups": JSONValue(account.teams.sorted()),
            "roles": JSONValue(account.roles.map(\.rawValue).sorted()),
        ]
    }
}

extension Account {
    /// As SciCat's clients name it.
    var userID: String { person.number.map { "\($0)" } ?? name }
}
