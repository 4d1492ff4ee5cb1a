import Identifiers

extension DataCiteRecord {
    /// A person or an organisation: a creator, and with a type a contributor. It has no place for an e-mail address or a telephone number.
    public struct Party: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable, Encodable {
            case personal = "Personal"
            case organizational = "Organizational"
        }

        /// Of a person 'Family, Given'.
        public var name: String
        public var kind: Kind
        public var givenName: String?
        public var familyName: String?
        public var nameIdentifiers: [NameIdentifier] = []
        public var affiliations: [Affiliation] = []

        public static func person(
            family: String, given: String? = nil, orcid: ORCID? = nil, affiliations: [Affiliation] = []
        ) -> Party {
            var party = Party(name: given.map { "\(family), \($0)" } ?? family, kind: .personal)
            party.familyName = family
            party.givenName = given
            party.nameIdentifiers = orcid.map { [NameIdentifier($0)] } ?? []
            party.affiliations = affiliations
            return party
        }

        /// A person of whom no more is known than a name as somebody typed it: `Lovelace, Ada` is taken apart, `Ada Lovelace` stays whole. Nil
        /// where nothing is left that can be published.
        public static func person(typed: String, orcid: ORCID? = nil) -> Party? {
            guard let name = typed.tidied() else { return nil }
            let parts = name.split(separator: ",", omittingEmptySubsequences: false).map { String($0).tidied() }
            if parts.count == 2, let family = parts[0], let given = parts[1] {
                return .person(family: family, given: given, orcid: orcid)
            }
            var party = Party(name: name, kind: .personal)
            party.nameIdentifiers = orcid.map { [NameIdentifier($0)] } ?? []
            return party
        }

        /// As one says it: a person's given name first.
        public var spokenName: String {
            familyName == nil ? name : [givenName, familyName].compactMap(\.self).joined(separator: " ")
        }

        public static func organisation(_ name: String, ror: ROR? = nil) -> Party {
            var party = Party(name: name, kind: .organizational)
            party.nameIdentifiers = ror.map { [NameIdentifier($0)] } ?? []
            return party
        }

        private init(name: String, kind: Kind) {
            self.name = name
            self.kind = kind
        }
    }

    public struct NameIdentifier: Hashable, Sendable, Encodable {
        public var nameIdentifier: String
        public var nameIdentifierScheme: String
        public var schemeUri: String?

        public init(_ orcid: ORCID) {
            nameIdentifier = "https://orcid.org/\(orcid)"
            nameIdentifierScheme = ORCID.nexusType
            schemeUri = "https://orcid.org/"
        }

        public init(_ ror: ROR) {
            nameIdentifier = ror.description
            nameIdentifierScheme = ROR.nexusType
            schemeUri = "https://ror.org/"
        }
    }

    public struct Affiliation: Hashable, Sendable, Encodable {
        public var name: String
        public var affiliationIdentifier: String?
        public var affiliationIdentifierScheme: String?
        public var schemeUri: String?

        public init(_ name: String, ror: ROR? = nil) {
            self.name = name
            guard let ror else { return }
            affiliationIdentifier = ror.description
            affiliationIdentifierScheme = ROR.nexusType
            schemeUri = "https://ror.org/"
        }
    }

    public struct Contributor: Hashable, Sendable {
        public var party: Party
        public var type: ContributorType

        public init(_ party: Party, _ type: ContributorType) {
            self.party = party
            self.type = type
        }
    }

    public struct FundingReference: Hashable, Sendable, Encodable {
        public var funderName: String
        public var funderIdentifier: String?
        public var funderIdentifierType: String?
        public var awardNumber: String?
        /// An address of the award.
        public var awardUri: String?
        public var awardTitle: String?

        public init(
            funder: String, ror: ROR? = nil, awardNumber: String? = nil, awardUri: String? = nil, awardTitle: String? = nil
        ) {
            funderName = funder
            funderIdentifier = ror?.description
            funderIdentifierType = ror.map { _ in ROR.nexusType }
            self.awardNumber = awardNumber
            self.awardUri = awardUri
            self.awardTitle = awardTitle
        }
    }

    /// A named place and a point in degrees (WGS 84). Boxes and polygons are not offered: a beamline is a point.
    public struct GeoLocation: Hashable, Sendable {
        public var place: String?
        public var latitude: Double?
        public var longitude: Double?

        public init(place: String?) { self.place = place }

        public init(place: String? = nil, latitude: Double, longitude: Double) {
            self.place = place
            self.latitude = latitude
            self.longitude = longitude
        }
    }
}
