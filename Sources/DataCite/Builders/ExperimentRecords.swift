import Diagnostics
import Identifiers

extension DataCiteRecord {
    /// A session of beam time: a Collection.
    ///
    /// - Parameter runs: those of its runs that have a public record of their own.
    public static func session(
        doi: DOI, short: ShortDescription, full: FullDescription, runs: [RelatedIdentifier.Target] = [], access: DataAccess
    ) throws(DataCiteError) -> DataCiteRecord {
        try experiment(
            doi: doi, ResourceType(.collection, "Experiment session"), "Experiment session", short, full, access,
            runs.map { RelatedIdentifier(.hasPart, $0, .dataset) })
    }

    /// What a run holds.
    public enum RunContent: String, Sendable, CaseIterable {
        case raw = "Raw beamline data"
        case reduced = "Reduced beamline data"

        fileprivate var title: String {
            switch self {
            case .raw: "Raw data"
            case .reduced: "Reduced data"
            }
        }
    }

    /// A run: a Dataset, part of its session.
    public static func run(
        doi: DOI, content: RunContent = .raw, short: ShortDescription, full: FullDescription,
        session: RelatedIdentifier.Target? = nil, access: DataAccess
    ) throws(DataCiteError) -> DataCiteRecord {
        try experiment(
            doi: doi, ResourceType(.dataset, content.rawValue), content.title, short, full, access,
            session.map { [RelatedIdentifier(.isPartOf, $0, .collection)] } ?? [])
    }

    /// The short record of another run of which everything else is the same: what is told of one run of a session is told of each.
    /// - Returns: nil where this record is not the short one of an experiment, or its title tells the day.
    public func ofAnotherRun(
        doi: DOI, collectedFrom: DateStamp, to end: DateStamp
    ) throws(DataCiteError) -> DataCiteRecord? {
        guard let collected = dates.first, collected.dateType == .collected, version == nil, titles.count == 1,
            !titles[0].title.hasSuffix(String(collected.date.prefix(10)))
        else { return nil }
        var record = self
        record.doi = doi
        record.dates[0] = try DatedEvent(.collected, from: collectedFrom, to: end)
        if let created = dates.firstIndex(where: { $0.dateType == .created }) {
            record.dates[created] = DatedEvent(.created, end)
        }
        try record.checkDOI()
        return record
    }

    /// The runs that a paper rests on: a Collection.
    ///
    /// - Parameters:
    ///   - access: of the run that opens last.
    ///   - article: named in every state: whoever cites the selection there has told of it.
    /// - Throws: `missing` where no run is selected.
    public static func selection(
        doi: DOI, short: ShortDescription, full: FullDescription, runs: [RelatedIdentifier.Target], article: DOI? = nil,
        access: DataAccess
    ) throws(DataCiteError) -> DataCiteRecord {
        guard !runs.isEmpty else { throw DataCiteError(.missing, "A selection of no runs", at: "relatedIdentifiers") }
        return try experiment(
            doi: doi, ResourceType(.collection, "Selection of runs"), "Selection of runs", short, full, access,
            runs.map { RelatedIdentifier(.hasPart, $0, .dataset) }
                + (article.map { [RelatedIdentifier(.isSupplementTo, .doi($0), .journalArticle)] } ?? []))
    }

    /// - Parameter whatItIs: begins the title of an experiment that has no public one: 'Raw data, PROXIMA 2A, 2025-05-10'.
    private static func experiment(
        doi: DOI, _ types: ResourceType, _ whatItIs: String, _ short: ShortDescription, _ full: FullDescription,
        _ access: DataAccess, _ parts: [RelatedIdentifier]
    ) throws(DataCiteError) -> DataCiteRecord {
        var record = try shortRecord(doi: doi, types, whatItIs, short, access)
        record.relatedIdentifiers += parts
        if access.tellsEverything { record.tell(full, language: short.language) }
        record.removeRepetitions()
        try record.check()
        return record
    }

    private static func shortRecord(
        doi: DOI, _ types: ResourceType, _ whatItIs: String, _ short: ShortDescription, _ access: DataAccess
    ) throws(DataCiteError) -> DataCiteRecord {
        let title =
            short.title?.tidied().map { Title($0, lang: short.language) }
            ?? Title("\(whatItIs), \(short.beamline), \(short.collectedFrom.day)".tidied() ?? whatItIs, lang: "en")
        let facility = short.facility
        var record = DataCiteRecord(
            doi: doi, types: types, creators: short.team.map(\.tidied), titles: [title],
            publisher: Publisher(facility.name.tidied() ?? "", ror: facility.ror), publicationYear: access.opensOn.year)
        record.subjects = short.techniques.compactMap(\.subject)
        record.contributors = [Contributor(Party.organisation(facility.name, ror: facility.ror).tidied, .hostingInstitution)]
        record.dates = [try DatedEvent(.collected, from: short.collectedFrom, to: short.collectedTo)] + access.dates
        if let created = short.created { record.dates.append(DatedEvent(.created, created)) }
        if let updated = short.updated { record.dates.append(DatedEvent(.updated, updated)) }
        record.language = short.language
        record.relatedIdentifiers =
            short.instruments.map { RelatedIdentifier(.isCollectedBy, $0, .instrument) }
            + short.samples.map { RelatedIdentifier(.isDerivedFrom, $0, .physicalObject) }
        record.rightsList = access.rights
        if let abstract = short.abstract?.tidied(keepingLines: true) {
            record.descriptions = [Description(abstract, type: .abstract, lang: short.language)]
        }
        record.descriptions += access.explanations
        if let location = facility.location { record.geoLocations = [location] }
        return record
    }

    /// Adds what nobody was told before the opening.
    private mutating func tell(_ full: FullDescription, language: String) {
        if let name = full.name?.tidied() {
            // The session's title stays beside the name, so that the record is found by either.
            titles = [Title(name, lang: language)] + titles.map { Title($0.title, type: .alternativeTitle, lang: $0.lang) }
            if titles.count > 1, titles[1].title == name { titles.removeLast() }
        }
        subjects += full.keywords.compactMap { $0.tidied().map { Subject($0) } }
        contributors += full.contributors.map { Contributor($0.party.tidied, $0.type) }.filter { !$0.party.name.isEmpty }
        alternateIdentifiers = full.alternateIdentifiers
        let behind = relatedIdentifiers.lastIndex { $0.relationType == .isCollectedBy }.map { $0 + 1 } ?? 0
        relatedIdentifiers.insert(
            contentsOf: full.detectors.map { RelatedIdentifier(.isCollectedBy, $0, .instrument) }, at: behind)
        relatedIdentifiers += full.related
        sizes = full.sizes.compactMap { $0.tidied() }
        formats = full.formats.compactMap { $0.tidied() }
        version = full.version?.tidied()
        if let text = full.description?.tidied(keepingLines: true) {
            descriptions.append(
                Description(
                    text, type: descriptions.contains { $0.descriptionType == .abstract } ? .other : .abstract, lang: language))
        }
        fundingReferences = full.funding.compactMap(\.tidied)
    }
}
