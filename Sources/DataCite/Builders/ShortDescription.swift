import Diagnostics
import Identifiers

/// What everyone may know of an experiment, also while its data are closed: all that is told in a short record. What is not here is not told
/// before the opening.
public struct ShortDescription: Hashable, Sendable {
    /// The facility: publisher, and the institution that holds the data.
    public struct Facility: Hashable, Sendable {
        public var name: String
        public var ror: ROR?
        public var location: DataCiteRecord.GeoLocation?

        public init(name: String, ror: ROR? = nil, location: DataCiteRecord.GeoLocation? = nil) {
            self.name = name
            self.ror = ror
            self.location = location
        }
    }

    /// The proposal's public title.
    public var title: String?
    /// Where the proposer agreed.
    public var abstract: String?
    /// In the proposal's order.
    public var team: [DataCiteRecord.Party]
    public var facility: Facility
    public var beamline: String
    /// When the data were taken, with the facility's offset from UTC.
    public var collectedFrom: DateStamp
    public var collectedTo: DateStamp
    public var techniques: [Technique] = []
    /// The beamline. Its detector is a detail of the data (`FullDescription.detectors`).
    public var instruments: [DataCiteRecord.RelatedIdentifier.Target] = []
    /// Samples, as identifiers without any detail.
    public var samples: [DataCiteRecord.RelatedIdentifier.Target] = []
    /// When the data were complete, and when what is told of them was last changed.
    public var created: DateStamp?
    public var updated: DateStamp?
    /// Of title and abstract.
    public var language = "en"

    public init(
        title: String?, team: [DataCiteRecord.Party], facility: Facility, beamline: String, collectedFrom: DateStamp,
        collectedTo: DateStamp
    ) {
        self.title = title
        self.team = team
        self.facility = facility
        self.beamline = beamline
        self.collectedFrom = collectedFrom
        self.collectedTo = collectedTo
    }
}

/// What is added when the data are open.
public struct FullDescription: Hashable, Sendable {
    /// The data set's own name, which is the title from then on.
    public var name: String?
    public var description: String?
    public var keywords: [String] = []
    /// Beamline staff, local contact.
    public var contributors: [DataCiteRecord.Contributor] = []
    /// In words: '12.3 GB', '3600 frames'.
    public var sizes: [String] = []
    /// Media types: `application/x-hdf5`.
    public var formats: [String] = []
    public var version: String? = "1"
    public var funding: [DataCiteRecord.FundingReference] = []
    /// With which the data were taken, beside the instruments that the short record names.
    public var detectors: [DataCiteRecord.RelatedIdentifier.Target] = []
    /// Data management plan, reduced data, software, articles, copies, samples that were only looked at, other metadata.
    public var related: [DataCiteRecord.RelatedIdentifier] = []
    public var alternateIdentifiers: [DataCiteRecord.AlternateIdentifier] = []

    public init() {}
}

/// A technique by its term of the PaNET ontology (http://purl.org/pan-science/PaNET/PaNET.owl).
public struct Technique: Hashable, Sendable {
    public let label: String
    /// `PaNET01188`
    public let term: String

    /// - Parameter term: `PaNET01188`, or its address.
    /// - Throws: `malformed` for what is no term of PaNET.
    public init(label: String, term: String) throws(DataCiteError) {
        let bare = term.hasPrefix(Self.base) ? String(term.dropFirst(Self.base.count)) : term
        guard bare.hasPrefix("PaNET"), bare.utf8.count == 10, decimal(bare.utf8.dropFirst(5)) != nil else {
            throw DataCiteError(
                .malformed, "Not a term of PaNET", got: quoted(term), expected: "PaNET and five digits, such as PaNET01188")
        }
        self.label = label
        self.term = bare
    }

    fileprivate static let base = "http://purl.org/pan-science/PaNET/"

    /// `http://purl.org/pan-science/PaNET/PaNET01188`
    public var address: String { Self.base + term }

    var subject: DataCiteRecord.Subject? {
        guard let label = label.tidied() else { return nil }
        var subject = DataCiteRecord.Subject(label, lang: "en")
        subject.subjectScheme = "PaNET"
        subject.schemeUri = Self.base + "PaNET.owl"
        subject.valueUri = address
        return subject
    }
}
