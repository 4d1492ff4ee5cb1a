import Identifiers

/// A sample: a PhysicalObject. Before the opening its record says whose it is and that it exists, nothing of what it is.
public struct SampleDescription: Hashable, Sendable {
    public var owners: [DataCiteRecord.Party]
    public var facility: ShortDescription.Facility
    /// The day on which it was registered.
    public var registered: CalendarDay
    /// Told on opening, as all that follows.
    public var name: String?
    /// What it is, how it was made.
    public var description: String?
    public var keywords: [String] = []
    public var alternateIdentifiers: [DataCiteRecord.AlternateIdentifier] = []
    /// The sample that it was taken from, runs, articles.
    public var related: [DataCiteRecord.RelatedIdentifier] = []

    public init(owners: [DataCiteRecord.Party], facility: ShortDescription.Facility, registered: CalendarDay) {
        self.owners = owners
        self.facility = facility
        self.registered = registered
    }
}

extension DataCiteRecord {
    /// A sample (an IGSN is a DOI of this kind).
    public static func sample(
        doi: DOI, _ sample: SampleDescription, access: DataAccess
    ) throws(DataCiteError) -> DataCiteRecord {
        let facility = sample.facility
        let tells = access.tellsEverything
        let name = tells ? sample.name?.tidied() : nil
        var record = DataCiteRecord(
            doi: doi, types: ResourceType(.physicalObject, "Sample"), creators: sample.owners.map(\.tidied),
            titles: [Title(name ?? "Sample \(doi)")], publisher: Publisher(facility.name.tidied() ?? "", ror: facility.ror),
            publicationYear: access.opensOn.year)
        record.contributors = [Contributor(Party.organisation(facility.name, ror: facility.ror).tidied, .hostingInstitution)]
        record.dates = [DatedEvent(.created, sample.registered)] + access.dates
        record.rightsList = access.rights
        record.descriptions = access.explanations
        if tells {
            record.subjects = sample.keywords.compactMap { $0.tidied().map { Subject($0) } }
            record.alternateIdentifiers = sample.alternateIdentifiers
            record.relatedIdentifiers = sample.related
            if let text = sample.description?.tidied(keepingLines: true) {
                record.descriptions.append(Description(text, type: .abstract))
            }
        }
        record.removeRepetitions()
        try record.check()
        return record
    }
}
