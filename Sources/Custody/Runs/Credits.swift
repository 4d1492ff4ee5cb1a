import DataCite
import Identifiers
import RunCatalogue

extension FullDescription {
    /// What a proposal adds to the records of its open data: who of the facility took part, and who paid.
    init(of proposal: ProposalDescription?) {
        self.init()
        add(creditsOf: proposal)
    }

    /// One who was erased is named no more.
    mutating func add(creditsOf proposal: ProposalDescription?) {
        guard let proposal else { return }
        for one in proposal.contributors where !one.person.isErased {
            let (party, type) = (DataCiteRecord.Party.person(one.person, at: one.affiliation), one.role.type)
            if let known = contributors.firstIndex(where: { $0.type == type && $0.party.isSame(as: party) }) {
                contributors[known].party.add(party.affiliations)
            } else {
                contributors.append(.init(party, type))
            }
        }
        for one in proposal.funding {
            let told = DataCiteRecord.FundingReference(
                funder: one.funder, ror: one.ror, awardNumber: one.awardNumber, awardUri: one.awardAddress,
                awardTitle: one.awardTitle)
            if !funding.contains(told) { funding.append(told) }
        }
    }
}

extension ProposalContributor.Role {
    fileprivate var type: ContributorType {
        switch self {
        case .localContact: .contactPerson
        case .beamlineStaff: .dataCollector
        }
    }
}

extension DataCiteRecord.Party {
    /// As everyone may know them: without their address.
    static func person(_ person: Person, at affiliation: Affiliation?) -> DataCiteRecord.Party {
        .person(
            family: person.familyName, given: person.givenName, orcid: person.orcid,
            affiliations: affiliation.map { [.init($0.name, ror: $0.ror)] } ?? [])
    }

    fileprivate func isSame(as other: DataCiteRecord.Party) -> Bool {
        name == other.name && kind == other.kind && nameIdentifiers == other.nameIdentifiers
    }

    fileprivate mutating func add(_ others: [DataCiteRecord.Affiliation]) {
        for affiliation in others where !affiliations.contains(affiliation) { affiliations.append(affiliation) }
    }
}

extension [DataCiteRecord.Party] {
    /// Adds one that is not there yet; who moved between two proposals is one person with two affiliations.
    mutating func add(_ party: DataCiteRecord.Party) {
        if let known = firstIndex(where: { $0.isSame(as: party) }) {
            self[known].add(party.affiliations)
        } else {
            append(party)
        }
    }
}
