/// By what an account was found to be a person of the proposal record; never by the free text of a dataset. The caller compares.
public enum ProposalMatch: String, Sendable, Hashable, Codable {
    case verifiedEmail
    case orcid
}

/// In what role somebody acts. The caller has checked that the person has it.
public enum Role: Sendable, Hashable, Codable {
    case principalInvestigator(matchedBy: ProposalMatch)
    /// Named as such in the proposal.
    case deputy(matchedBy: ProposalMatch)
    case mainProposer(matchedBy: ProposalMatch)
    /// The rest of the team, by a vote that the person reports.
    case team(inFavour: Int, of: Int)
    case teamMember
    case beamlineStaff
    case curator
    case director
    /// The sweep and other machines of the facility.
    case system

    var isAuthority: Bool { self == .curator || self == .director }
}

/// Who decides for the data, in this order; the next one only when those before cannot.
public enum RightHolder: Int, Sendable, Hashable, Codable, Comparable {
    case principalInvestigatorAndDeputies = 1
    case mainProposer = 2
    case teamMajority = 3
    /// The facility as custodian: a curator acts for it.
    case facility = 4

    public static func < (left: RightHolder, right: RightHolder) -> Bool { left.rawValue < right.rawValue }
}

/// Who did something. Persons stand by identifier, so that a name can be erased without touching the chain.
public struct Author: Sendable, Hashable, Codable {
    public let person: String
    public let role: Role

    public init(person: String, role: Role) {
        self.person = person
        self.role = role
    }
}

extension Role {
    /// The rank in which this role is a right holder, or nil. A vote counts with more than half of the team.
    var rightHolder: RightHolder? {
        switch self {
        case .principalInvestigator, .deputy: .principalInvestigatorAndDeputies
        case .mainProposer: .mainProposer
        case .team(let inFavour, let members):
            members > 0 && inFavour <= members && inFavour > members - inFavour ? .teamMajority : nil
        case .curator: .facility
        case .teamMember, .beamlineStaff, .director, .system: nil
        }
    }

    /// Whether somebody of the team speaks.
    var isOfTeam: Bool {
        switch self {
        case .principalInvestigator, .deputy, .mainProposer, .teamMember: true
        case .team, .beamlineStaff, .curator, .director, .system: false
        }
    }
}
