import Identifiers

/// What is known of a proposal: the one source of persons and planned sessions.
public struct ProposalDescription: Sendable, Hashable {
    /// Who pays, and so whether the data policy applies.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case `public`
        /// Paid for: no embargo, no opening.
        case proprietary
        case inHouse = "in-house"
        case commissioning
    }

    /// The facility's own identifier.
    public var name: String
    public var kind: Kind
    /// The public title: what everyone reads from the day on which the session is closed.
    public var title: String
    public var abstract: String?
    /// Whether the proposer agreed that the abstract is public.
    public var abstractIsPublic: Bool
    /// The group that reads the data before they open; by default named as the proposal.
    public var team: String
    /// In the proposal's order, which is that of the authors.
    public var persons: [TeamPerson]
    /// Who of the facility took part. They are of no team: they have no right by it, and get no notice.
    public var contributors: [ProposalContributor]
    public var funding: [Funding]
    /// Nil: as it is.
    public var stated: StatedFacts?

    public init(
        name: String, kind: Kind, title: String, abstract: String? = nil, abstractIsPublic: Bool = true, team: String? = nil,
        persons: [TeamPerson], contributors: [ProposalContributor] = [], funding: [Funding] = []
    ) {
        self.name = name
        self.kind = kind
        self.title = title
        self.abstract = abstract
        self.abstractIsPublic = abstractIsPublic
        self.team = team ?? name
        self.persons = persons
        self.contributors = contributors
        self.funding = funding
    }
}

/// A person of a proposal's team.
public struct TeamPerson: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable, CaseIterable {
        case principalInvestigator = "principal investigator"
        case deputy
        case mainProposer = "main proposer"
        case member
    }

    public var role: Role
    public var person: Person
    /// Public, as the name is.
    public var affiliation: Affiliation?

    public init(_ role: Role, _ person: Person, affiliation: Affiliation? = nil) {
        self.role = role
        self.person = person
        self.affiliation = affiliation
    }
}

/// A person, as a proposal or an account names one.
public struct Person: Sendable, Hashable {
    /// The catalogue's own number, by which histories refer; nil for one that is not stored yet.
    public var number: Int64?
    public var familyName: String
    public var givenName: String?
    public var orcid: ORCID?
    /// Lower case.
    public var email: String?

    public init(number: Int64? = nil, familyName: String, givenName: String? = nil, orcid: ORCID? = nil, email: String? = nil) {
        self.number = number
        self.familyName = familyName
        self.givenName = givenName
        self.orcid = orcid
        self.email = email?.lowercased()
    }

    /// Whether nothing is left of them but the number.
    public var isErased: Bool { number != nil && familyName.isEmpty }

    /// "Family, Given", as DataCite wants it.
    public var name: String { givenName.map { "\(familyName), \($0)" } ?? familyName }
}
