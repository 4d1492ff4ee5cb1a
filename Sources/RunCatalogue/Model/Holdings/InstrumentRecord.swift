/// A beamline, an instrument or a detector by the properties of PIDINST 1.0 (doi:10.15497/RDA00070). It is public from the first day, but for the
/// contacts of its owners.
public struct InstrumentRecord: Sendable, Hashable, Codable {
    /// An organisation or a person, with an identifier such as a ROR.
    public struct Party: Sendable, Hashable, Codable {
        public var name: String
        public var identifier: String?
        public var identifierType: String?
        /// Of an owner: for the facility alone.
        public var contact: String?

        public init(name: String, identifier: String? = nil, identifierType: String? = nil, contact: String? = nil) {
            self.name = name
            self.identifier = identifier
            self.identifierType = identifierType
            self.contact = contact
        }
    }

    /// Another thing, and how the instrument stands to it.
    public struct Relation: Sendable, Hashable, Codable {
        public var identifier: String
        /// `DOI`, `Handle`, `URL`.
        public var identifierType: String
        /// `IsPartOf`, `HasPart`, `IsNewVersionOf`, `IsDescribedBy` …
        public var relation: String

        public init(identifier: String, identifierType: String, relation: String) {
            self.identifier = identifier
            self.identifierType = identifierType
            self.relation = relation
        }
    }

    /// Another name that it has, such as a number in the inventory.
    public struct Alternate: Sendable, Hashable, Codable {
        public var identifier: String
        /// `SerialNumber`, `InventoryNumber`, `Other`.
        public var type: String

        public init(identifier: String, type: String) {
            self.identifier = identifier
            self.type = type
        }
    }

    /// By which runs call it: the beamline's name in their files.
    public var name: String
    public var pid: String
    public var landingPage: String
    /// PIDINST `Name`.
    public var title: String
    public var owners: [Party]
    public var manufacturers: [Party]
    public var model: String?
    public var description: String?
    public var types: [String]
    public var measuredVariables: [String]
    /// Civil dates, `2008-03-01`; nil of one that was not described by the properties of PIDINST.
    public var commissioned: String?
    public var decommissioned: String?
    public var related: [Relation]
    public var alternates: [Alternate]
    /// What a client of SciCat says of it beside, as a JSON object.
    public var customMetadata: String?

    public init(
        name: String, pid: String, landingPage: String, title: String, owners: [Party], manufacturers: [Party],
        model: String? = nil, description: String? = nil, types: [String] = [], measuredVariables: [String] = [],
        commissioned: String? = nil, decommissioned: String? = nil, related: [Relation] = [], alternates: [Alternate] = [],
        customMetadata: String? = nil
    ) {
        self.name = name
        self.pid = pid
        self.landingPage = landingPage
        self.title = title
        self.owners = owners
        self.manufacturers = manufacturers
        self.model = model
        self.description = description
        self.types = types
        self.measuredVariables = measuredVariables
        self.commissioned = commissioned
        self.decommissioned = decommissioned
        self.related = related
        self.alternates = alternates
        self.customMetadata = customMetadata
    }

    /// The first that it has: by which runs name it that it recorded, and its own public record tells it.
    public var serialNumber: String? { alternates.first { $0.type == "SerialNumber" }?.identifier }

    /// Without whom to write to.
    public var withoutContacts: InstrumentRecord {
        var record = self
        for index in record.owners.indices { record.owners[index].contact = nil }
        for index in record.manufacturers.indices { record.manufacturers[index].contact = nil }
        return record
    }
}
