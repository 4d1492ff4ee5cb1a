import Diagnostics
import EmbargoClock
import RunCatalogue
import RunModel

/// What an access token may do, at most what its account may.
public enum TokenScope: String, Sendable, Hashable, CaseIterable {
    case read, ingest, decide
}

extension Custodian {
    /// - Parameter password: nil for an account that only has tokens.
    public func add(_ account: Account, password: String?, by actor: Actor) async throws(CatalogueError) {
        try requireFacility(actor, "Making accounts")
        if account.roles.contains(.custodian) { try requireCustodian(actor, "Making an account for custodians") }
        guard !account.name.isEmpty, account.name.utf8.count <= 100, !Account.reservedGroups.contains(account.name.lowercased()),
            account.name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.@".contains($0) })
        else {
            throw CatalogueError(
                .badRequest, "An account cannot be called so", got: "'\(account.name.prefix(80).printable)'",
                expected: "letters, digits, - _ . @, and no reserved word")
        }
        var generator = SystemRandomNumberGenerator()
        var digest: String?
        if let password { digest = try await Passwords().digest(of: password, using: &generator) }
        try await store.add(account, password: digest, by: deed(of: actor), tenant: tenant)
    }

    public func setDisabled(_ isDisabled: Bool, account: String, by actor: Actor) async throws(CatalogueError) {
        try requireFacility(actor, "Closing accounts")
        try await requireOver(account, actor)
        try await store.setDisabled(isDisabled, account: account, by: deed(of: actor), tenant: tenant)
    }

    /// Makes an account's person, roles and groups what is said of them now.
    /// - Returns: whether anything changed.
    @discardableResult
    public func change(_ account: Account, by actor: Actor) async throws(CatalogueError) -> Bool {
        try requireFacility(actor, "Changing accounts")
        try await requireOver(account.name, actor)
        if account.roles.contains(.custodian) { try requireCustodian(actor, "Making an account for custodians") }
        guard !account.roles.isEmpty else {
            throw CatalogueError(
                .badRequest, "An account has a role", at: account.name,
                expected: Account.Role.allCases.map(\.rawValue).joined(separator: ", "),
                remedy: "One that is to do nothing any more is disabled")
        }
        return try await store.change(account, by: deed(of: actor), tenant: tenant)
    }

    /// Gives an account another password; log-ins with the one before end.
    public func setPassword(_ password: String, account: String, by actor: Actor) async throws(CatalogueError) {
        try await requireOneself(actor, account, "Setting another's password")
        var generator = SystemRandomNumberGenerator()
        let digest = try await Passwords().digest(of: password, using: &generator)
        try await store.setPassword(digest, account: account, by: deed(of: actor), tenant: tenant)
    }

    /// What everyone does for the own account, and the facility for all.
    private func requireOneself(_ actor: Actor, _ account: String, _ what: String) async throws(CatalogueError) {
        if case .account(let own) = actor, own.name == account, !own.isDisabled { return }
        try requireFacility(actor, what)
        try await requireOver(account, actor)
    }

    /// Whoever could have a custodian's token made would read what a custodian reads.
    private func requireOver(_ name: String, _ actor: Actor) async throws(CatalogueError) {
        guard case .account = actor, try await store.account(name, tenant: tenant).roles.contains(.custodian) else { return }
        try requireCustodian(actor, "A custodian's account")
    }

    /// The account that a name and a password belong to; a wrong one and an unknown one take as long, and are told alike.
    public func signIn(_ name: String, password: String, _ passwords: Passwords) async throws(CatalogueError) -> Account {
        let found = try await store.credentials(name, tenant: tenant)
        guard try await passwords.isRight(password, found?.password), let found, !found.account.isDisabled else {
            throw CatalogueError(.forbidden, "Name or password is wrong")
        }
        return found.account
    }

    public func newToken(
        of account: String, label: String, scopes: Set<TokenScope>, days: Int, by actor: Actor
    ) async throws(CatalogueError) -> (Secret, AccessToken) {
        try await requireOneself(actor, account, "Making another's tokens")
        let deed = try await deed(of: actor)
        let now = deed.at
        let expires = now.advanced(bySeconds: Double(days) * 86_400)
        var generator = SystemRandomNumberGenerator()
        let secret = Secret.draw("fsctoken", using: &generator)
        let words = Set(scopes.map(\.rawValue))
        let number = try await store.addToken(
            digest: secret.digest, account: account, label: label, scopes: words, by: deed, expires: expires,
            tenant: tenant)
        return (
            secret,
            AccessToken(
                number: number, account: account, label: label, scopes: words, madeAt: now, expiresAt: expires, revokedAt: nil)
        )
    }

    public func revokeToken(_ number: Int64, of account: String, by actor: Actor) async throws(CatalogueError) {
        try await requireOneself(actor, account, "Revoking another's tokens")
        try await store.revokeToken(number, of: account, by: deed(of: actor), tenant: tenant)
    }

    /// Who shows a token: nil for one that is not known, expired, revoked, or of a disabled account, all alike.
    public func holder(of token: String) async throws(CatalogueError) -> (Account, AccessToken)? {
        try await store.tokenHolder(
            digest: Secret(text: token).digest, now: Timestamp(time.now().now), tenant: tenant)
    }
}
