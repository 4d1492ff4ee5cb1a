import EmbargoClock
import RunCatalogue
import RunModel

/// Who reads.
public enum Reader: Sendable, Hashable {
    case anonymous
    case account(Account)
    /// Who holds a link: SHA-256 of its secret, in hexadecimal digits.
    case link(digest: String)
    /// Who has the file of the catalogue.
    case custodian

    /// Who shows the secret of a link.
    public init(link secret: Secret) { self = .link(digest: secret.digestText) }
}

/// The one access rule. Lists, counts, facets, files and pages take the scope that it makes; nothing else makes one outside of tests.
///
/// | reader | reads, besides what is open |
/// |---|---|
/// | anonymous, an outsider with an account | nothing |
/// | a member of the team: by the proposal's record, or by the account's groups | the team's runs, but the withdrawn |
/// | a person shared with, the holder of a link | what is shared, from the closing of the session to the opening |
/// | staff of a beamline | its runs, but what was paid for and what was withdrawn |
/// | curator, director | all runs but what was paid for and what was withdrawn |
/// | custodian | everything |
extension Custodian {
    public func scope(of reader: Reader) async throws(CatalogueError) -> ReaderScope {
        let time = try await time.now()
        // Rounded down: a part of a second opens nothing. A time that was never trusted is none.
        let now = time.now == .earliest ? nil : time.now.secondsSince1970
        switch reader {
        case .anonymous: return ReaderScope(tenant: tenant, trustedNow: now, openRuns: .forEveryone)
        case .link(let digest):
            // Logged before anything is shown. Without a trusted time a link shows nothing, and there is nothing to log.
            if now != nil {
                let day = try ruled(at: "clock") { () throws(EmbargoError) in try rules.zone.localDate(of: time.now) }
                try await store.noteUse(ofLink: digest, on: "\(day)", at: Timestamp(time.now), tenant: tenant)
            }
            return ReaderScope(tenant: tenant, trustedNow: now, openRuns: .forEveryone, shares: [.link(digest: digest)])
        case .custodian: return .everything(tenant: tenant, trustedNow: now)
        case .account(let account):
            guard !account.isDisabled else { return ReaderScope(tenant: tenant, trustedNow: now, openRuns: .forEveryone) }
            if account.roles.contains(.custodian) { return .everything(tenant: tenant, trustedNow: now) }
            var teams = try await store.teams(of: account.person, tenant: tenant)
            if !account.roles.isDisjoint(with: [.member, .ingestor]) { teams.formUnion(account.teams) }
            return ReaderScope(
                tenant: tenant, trustedNow: now, openRuns: .all,
                curates: !account.roles.isDisjoint(with: [.curator, .director]), teams: teams,
                staffOf: account.roles.contains(.staff) ? account.beamlines : [],
                shares: Set([account.person.number].compactMap(\.self).map(ShareHolder.person)))
        }
    }
}
