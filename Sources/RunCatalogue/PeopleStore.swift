import Identifiers
import RunModel

/// The part of the store that knows persons, proposals and accounts.
public protocol PeopleStore: Sendable {
    /// Enters a proposal, or brings it to what is said now. Its history tells which fields changed, and none of their texts.
    func put(_ proposal: ProposalDescription, by deed: Deed, tenant: String) async throws(CatalogueError) -> ImportOutcome
    /// - Throws: `notFound`.
    func proposal(_ name: String, tenant: String) async throws(CatalogueError) -> ProposalDescription
    func proposals(tenant: String, limit: Int) async throws(CatalogueError) -> [ProposalDescription]

    /// - Parameter password: the digest with all that it was made with, or nil.
    /// - Throws: `exists`.
    func add(_ account: Account, password: String?, by deed: Deed, tenant: String) async throws(CatalogueError)
    /// - Throws: `notFound`.
    func account(_ name: String, tenant: String) async throws(CatalogueError) -> Account
    /// For a log-in; nil for a name that is not known, and then the caller takes as long.
    func credentials(_ name: String, tenant: String) async throws(CatalogueError) -> (account: Account, password: String?)?
    func accounts(tenant: String) async throws(CatalogueError) -> [Account]
    /// - Throws: `notFound`.
    func setDisabled(_ isDisabled: Bool, account: String, by deed: Deed, tenant: String) async throws(CatalogueError)
    /// Makes an account's person, roles and groups what is said of them now. Its history tells which of these changed, and none of their texts.
    /// - Returns: whether anything did.
    /// - Throws: `notFound`.
    @discardableResult
    func change(_ account: Account, by deed: Deed, tenant: String) async throws(CatalogueError) -> Bool
    /// Log-ins with the password before end; tokens that were made by hand stay.
    /// - Throws: `notFound`.
    func setPassword(_ password: String, account: String, by deed: Deed, tenant: String) async throws(CatalogueError)

    /// - Returns: the token's number.
    func addToken(
        digest: [UInt8], account: String, label: String, scopes: Set<String>, by deed: Deed, expires: Timestamp,
        tenant: String
    ) async throws(CatalogueError) -> Int64
    /// The account and the token of a secret's digest, if neither is expired, revoked or disabled at `now`.
    func tokenHolder(digest: [UInt8], now: Timestamp, tenant: String) async throws(CatalogueError) -> (Account, AccessToken)?
    func tokens(of account: String, tenant: String) async throws(CatalogueError) -> [AccessToken]
    /// - Throws: `notFound`.
    func revokeToken(_ number: Int64, of account: String, by deed: Deed, tenant: String) async throws(CatalogueError)

    /// Teams of the proposals in which an account's person is named: by number, ORCID or address.
    func teams(of person: Person, tenant: String) async throws(CatalogueError) -> Set<String>

    /// Shares a run or a session with a person or with the holder of a link, until `expires`, UTC seconds.
    /// - Returns: the share's number.
    @discardableResult
    func share(
        _ owner: ClockOwner, with holder: ShareHolder, until expires: Int64, by deed: Deed, tenant: String
    ) async throws(CatalogueError) -> Int64
    /// Those too that have ended, the oldest first.
    func shares(of owner: ClockOwner, tenant: String) async throws(CatalogueError) -> [Share]
}

/// What came of an import.
public enum ImportOutcome: String, Sendable, Hashable {
    case new, changed, unchanged
}
