import Identifiers

/// What DataCite's metadata schema 4.5 says of one thing that has a DOI. Empty lists are left out of what is written.
///
/// Property names are those of the JSON form (https://support.datacite.org/docs/api-create-dois); the XML form is written from the same value.
public struct DataCiteRecord: Hashable, Sendable {
    public var doi: DOI
    public var types: ResourceType
    /// In the order in which they are cited.
    public var creators: [Party]
    public var titles: [Title]
    public var publisher: Publisher
    /// The year in which the data become public, also while it lies ahead (the schema's own rule for embargoed data).
    public var publicationYear: Int
    public var subjects: [Subject] = []
    public var contributors: [Contributor] = []
    public var dates: [DatedEvent] = []
    /// A language tag (BCP 47).
    public var language: String?
    public var alternateIdentifiers: [AlternateIdentifier] = []
    public var relatedIdentifiers: [RelatedIdentifier] = []
    public var sizes: [String] = []
    public var formats: [String] = []
    public var version: String?
    public var rightsList: [Rights] = []
    public var descriptions: [Description] = []
    public var geoLocations: [GeoLocation] = []
    public var fundingReferences: [FundingReference] = []

    public init(
        doi: DOI, types: ResourceType, creators: [Party], titles: [Title], publisher: Publisher, publicationYear: Int
    ) {
        self.doi = doi
        self.types = types
        self.creators = creators
        self.titles = titles
        self.publisher = publisher
        self.publicationYear = publicationYear
    }

    /// The namespace of all 4.x versions, and what the JSON form names as its schema.
    public static let schemaVersion = "http://datacite.org/schema/kernel-4"
}

extension DataCiteRecord {
    public struct ResourceType: Hashable, Sendable, Encodable {
        public var resourceTypeGeneral: ResourceKind
        /// In words: 'Raw beamline data'.
        public var resourceType: String

        public init(_ general: ResourceKind, _ words: String) {
            resourceTypeGeneral = general
            resourceType = words
        }
    }

    public struct Title: Hashable, Sendable, Encodable {
        public var title: String
        public var titleType: TitleType?
        public var lang: String?

        public init(_ title: String, type: TitleType? = nil, lang: String? = nil) {
            self.title = title
            titleType = type
            self.lang = lang
        }
    }

    public struct Publisher: Hashable, Sendable, Encodable {
        public var name: String
        public var publisherIdentifier: String?
        public var publisherIdentifierScheme: String?
        public var schemeUri: String?

        public init(_ name: String, ror: ROR? = nil) {
            self.name = name
            guard let ror else { return }
            publisherIdentifier = ror.description
            publisherIdentifierScheme = ROR.nexusType
            schemeUri = "https://ror.org/"
        }
    }

    public struct Subject: Hashable, Sendable, Encodable {
        public var subject: String
        public var subjectScheme: String?
        public var schemeUri: String?
        public var valueUri: String?
        public var lang: String?

        /// A word of nobody's list.
        public init(_ subject: String, lang: String? = nil) {
            self.subject = subject
            self.lang = lang
        }
    }

    public struct AlternateIdentifier: Hashable, Sendable, Encodable {
        public var alternateIdentifier: String
        /// Free text; of an instrument `SerialNumber` or `InventoryNumber` (PIDINST 1.0).
        public var alternateIdentifierType: String

        public init(_ identifier: String, type: String) {
            alternateIdentifier = identifier
            alternateIdentifierType = type
        }
    }

    public struct Description: Hashable, Sendable, Encodable {
        public var description: String
        public var descriptionType: DescriptionType
        public var lang: String?

        public init(_ text: String, type: DescriptionType, lang: String? = nil) {
            description = text
            descriptionType = type
            self.lang = lang
        }
    }
}
