import Identifiers

/// Where somebody works.
public struct Affiliation: Sendable, Hashable {
    public var name: String
    public var ror: ROR?

    public init(_ name: String, ror: ROR? = nil) {
        self.name = name
        self.ror = ror
    }
}

/// Somebody of the facility who took part in an experiment: named by its records once they are open, and not before.
public struct ProposalContributor: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable, CaseIterable {
        case localContact = "local contact"
        case beamlineStaff = "beamline staff"
    }

    public var role: Role
    public var person: Person
    public var affiliation: Affiliation?

    public init(_ role: Role, _ person: Person, affiliation: Affiliation? = nil) {
        self.role = role
        self.person = person
        self.affiliation = affiliation
    }
}

/// Who paid for the work, and by which award: told by its records once they are open.
public struct Funding: Sendable, Hashable {
    public var funder: String
    public var ror: ROR?
    public var awardNumber: String?
    /// Of the web; only beside a number.
    public var awardAddress: String?
    public var awardTitle: String?

    public init(
        funder: String, ror: ROR? = nil, awardNumber: String? = nil, awardAddress: String? = nil, awardTitle: String? = nil
    ) {
        self.funder = funder
        self.ror = ror
        self.awardNumber = awardNumber
        self.awardAddress = awardAddress
        self.awardTitle = awardTitle
    }
}
