import Identifiers

/// By what a person is looked for. A name is no such thing: two people have it.
public enum PersonQuestion: Sendable, Hashable {
    /// The person of an account, and whoever else has the same ORCID or the same address.
    case account(String)
    case number(Int64)
    case orcid(ORCID)
    /// Everyone with this address: secretaries have one for many.
    case email(String)
}

/// A person with all that names them in the catalogue.
public struct KnownPerson: Sendable, Hashable {
    /// A place in a proposal.
    public struct Place: Sendable, Hashable {
        public let proposal: String
        public let role: TeamPerson.Role

        public init(proposal: String, role: TeamPerson.Role) {
            self.proposal = proposal
            self.role = role
        }
    }

    /// Where they are named as of the facility, and not of the team.
    public struct Contribution: Sendable, Hashable {
        public let proposal: String
        public let role: ProposalContributor.Role

        public init(proposal: String, role: ProposalContributor.Role) {
            self.proposal = proposal
            self.role = role
        }
    }

    public let number: Int64
    public let person: Person
    public let accounts: [String]
    public let places: [Place]
    public let contributions: [Contribution]

    public init(
        number: Int64, person: Person, accounts: [String], places: [Place], contributions: [Contribution] = []
    ) {
        self.number = number
        self.person = person
        self.accounts = accounts
        self.places = places
        self.contributions = contributions
    }
}
