import Diagnostics
import EmbargoClock
import RunCatalogue

extension Custodian {
    /// The roles in which somebody may act on a record, as far as the catalogue knows them: what the proposal's record says, by ORCID or verified
    /// address, and what the account is. Never a name, and never a free text of a run.
    /// - Parameter team: the proposal's; of a run of no proposal its own, so that the group that described it decides on it.
    func roles(of actor: Actor, proposal: ProposalDescription?, team: String?, instrument: String?) -> [Role] {
        switch actor {
        case .custodian: return [.curator]
        case .system: return [.system]
        case .account(let account):
            guard !account.isDisabled else { return [] }
            var roles: [Role] = []
            for member in proposal?.persons ?? [] {
                guard let match = account.person.match(member.person) else { continue }
                switch member.role {
                case .principalInvestigator: roles.append(.principalInvestigator(matchedBy: match))
                case .deputy: roles.append(.deputy(matchedBy: match))
                case .mainProposer: roles.append(.mainProposer(matchedBy: match))
                case .member: break
                }
                roles.append(.teamMember)
            }
            if let team, account.roles.contains(.member), account.teams.contains(team) {
                roles.append(.teamMember)
            }
            if let instrument, account.roles.contains(.staff), account.beamlines.contains(instrument) {
                roles.append(.beamlineStaff)
            }
            if account.curates { roles.append(.curator) }
            if account.roles.contains(.director) { roles.append(.director) }
            return roles
        }
    }

    func roles(of actor: Actor, in care: RecordUnderCare) -> [Role] {
        roles(of: actor, proposal: care.proposal, team: care.team, instrument: care.instrument)
    }
}

extension Custodian {
    /// What is done with the catalogue as a whole: whoever does it learns of work that was paid for, which no curator may know of.
    /// - Throws: `forbidden`.
    public func requireCustodian(_ actor: Actor, _ what: String) throws(CatalogueError) {
        guard case .account(let account) = actor else { return }
        guard !account.isDisabled, account.roles.contains(.custodian) else {
            throw CatalogueError(
                .forbidden, "\(what) is the custodian's", got: account.name, expected: "an account with the role custodian")
        }
    }

    /// What only the facility does: the custodian, the system, a curator or a director; with a beamline, its staff too; with a team, an ingestor
    /// that registers for it.
    /// - Throws: `forbidden`.
    func requireFacility(
        _ actor: Actor, _ what: String, beamline: String? = nil, ingestorOf team: String? = nil
    ) throws(CatalogueError) {
        guard case .account(let account) = actor else { return }
        let isCurator = !account.roles.isDisjoint(with: [.curator, .director, .custodian])
        let isStaff = account.roles.contains(.staff) && beamline.map(account.beamlines.contains) ?? false
        let isIngestor = account.roles.contains(.ingestor) && team.map(account.teams.contains) ?? false
        guard !account.isDisabled, isCurator || isStaff || isIngestor else {
            throw CatalogueError(
                .forbidden, "\(what) is the facility's", got: account.name,
                expected: "the custodian, a curator" + (beamline.map { ", staff of \($0)" } ?? "")
                    + (team.map { ", an ingestor of \($0)" } ?? ""))
        }
    }
}

extension Person {
    func match(_ other: Person) -> ProposalMatch? {
        if let orcid, orcid == other.orcid { return .orcid }
        if let email, email == other.email { return .verifiedEmail }
        return nil
    }
}
