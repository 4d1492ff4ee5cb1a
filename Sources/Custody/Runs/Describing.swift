import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

extension Custodian {
    /// A run as it is cited and registered: its short record while it is closed, all of it once it is open.
    ///
    /// - Throws: `notFound` for a run that nobody may know of, or whose identifier is no DOI; `badRequest` where something mandatory is missing.
    public func dataCiteRecord(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> DataCiteRecord {
        try await dataCiteRecord(of: store.shortRecord(of: pid, scope: scope))
    }

    /// - Parameter short: what its reader may know of the run; nothing else is asked in that reader's name.
    func dataCiteRecord(of short: ShortRunRecord) async throws(CatalogueError) -> DataCiteRecord {
        let pid = short.pid
        let everything = try await store.run(pid, scope: .everything(tenant: tenant))
        let care = try await record(of: store.clockOwner(of: pid, tenant: tenant))
        let now = try await time.now().now
        let doi = try doi("\(pid)")
        do {
            guard let access = try DataAccess(care.record, at: now, in: rules.zone) else {
                throw CatalogueError(.notFound, "The catalogue has no public record of this run", at: "\(pid)")
            }
            let relations = access.tellsEverything ? try await store.relations(of: pid, tenant: tenant) : RunRelations()
            let full = FullDescription(
                run: everything.title ?? everything.name, keywords: everything.keywords, bytes: everything.bytes,
                files: everything.fileCount,
                formats: access.tellsEverything ? try await store.formats(of: pid, tenant: tenant) : [], relations: relations,
                metadata: rules.metadata(of: "\(pid)"),
                proposal: care.proposal)
            return try DataCiteRecord.run(
                doi: doi, content: everything.kind == .raw ? .raw : .reduced,
                short: try await relating(
                    description(
                        care.proposal, beamline: short.instrument, from: short.startedAt, to: short.endedAt ?? short.startedAt,
                        techniques: [short.technique].compactMap(\.self), creators: short.creators
                    ).dated(by: care.record),
                    beamline: short.instrument, run: pid),
                full: full, session: care.session?.pid.map { .init($0) }, access: access)
        } catch let error as DataCiteError {
            throw CatalogueError(
                .badRequest, error.what, at: error.place.map { "\(pid), \($0)" } ?? "\(pid)", got: error.got,
                expected: error.expected,
                remedy: error.remedy)
        } catch let error as CatalogueError { throw error } catch {
            throw CatalogueError(.badRequest, "The record cannot be written", at: "\(pid)", cause: error)
        }
    }

    /// A session as it is cited and registered.
    public func dataCiteRecord(of session: SessionRecord, scope: ReaderScope) async throws(CatalogueError) -> DataCiteRecord {
        let care = try await record(of: .session(session.name))
        let now = try await time.now().now
        guard let pid = session.pid else {
            throw CatalogueError(.notFound, "The session has no identifier", at: "\(session.name)")
        }
        let doi = try doi("\(pid)")
        let runs = try await store.registeredRuns(of: .session(session.name), tenant: tenant, limit: Self.mostPartsNamed)
        do {
            guard let access = try DataAccess(care.record, at: now, in: rules.zone) else {
                throw CatalogueError(.notFound, "The catalogue has no public record of this session", at: "\(pid)")
            }
            let span = try await store.span(of: session.name, tenant: tenant)
            let (begins, last) = Self.collected(span, session.begins, session.plannedEnd, care.record)
            return try DataCiteRecord.session(
                doi: doi,
                short: try await relating(
                    description(
                        care.proposal, beamline: session.instrument, from: begins, to: last, techniques: span?.techniques ?? []
                    ).dated(by: care.record),
                    beamline: session.instrument, run: nil),
                full: FullDescription(of: care.proposal).cited(
                    by: try await store.citations(of: .session(pid), tenant: tenant)),
                runs: runs.compactMap { (try? DOI("\($0)")).map { .doi($0) } },
                access: access)
        } catch let error as DataCiteError {
            throw CatalogueError(
                .badRequest, error.what, at: error.place.map { "\(pid), \($0)" } ?? "\(pid)", got: error.got,
                expected: error.expected,
                remedy: error.remedy)
        } catch let error as CatalogueError { throw error } catch {
            throw CatalogueError(.badRequest, "The record cannot be written", at: "\(pid)", cause: error)
        }
    }

    /// A record that names more parts would be larger than answers that are read.
    private static let mostPartsNamed = 1000

    /// When a session's data were taken: as its runs say, or where it has none, from its begin to the day from which its embargo counts.
    static func collected(
        _ span: SessionSpan?, _ begins: Timestamp?, _ plannedEnd: Timestamp, _ record: EmbargoRecord
    ) -> (Timestamp, Timestamp) {
        if let collected = span?.collected { return (collected.lowerBound, collected.upperBound) }
        let begins = begins ?? record.entries.first.map { Timestamp($0.at) } ?? plannedEnd
        let last = record.dates.opening.map { Timestamp.noon(of: $0.basis.anchor) } ?? plannedEnd
        return (min(begins, last), last)
    }

    func doi(_ text: String) throws(CatalogueError) -> DOI {
        do { return try DOI(text) } catch {
            throw CatalogueError(
                .badRequest, "This identifier is no DOI", at: text, expected: "a prefix that begins with 10.",
                remedy: "Set pid.prefix in the facility's file and the beamline's")
        }
    }

    /// The proposal's persons; where it names nobody, whoever was described as the run's principal investigators or owner.
    static func team(_ proposal: ProposalDescription?, _ creators: [DescribedCreator]) -> [DataCiteRecord.Party] {
        let persons = (proposal?.persons ?? []).filter { !$0.person.isErased }
        guard persons.isEmpty else {
            return persons.map { .person($0.person, at: $0.affiliation) }
        }
        return creators.compactMap { .person(typed: $0.name, orcid: $0.orcid) }
    }

    /// What everyone may know: the public title, the team by name, ORCID and affiliation, where and when.
    /// - Parameter creators: of a run whose proposal names nobody.
    func description(
        _ proposal: ProposalDescription?, beamline: String?, from: Timestamp, to: Timestamp, techniques: [String] = [],
        creators: [DescribedCreator] = []
    ) throws -> ShortDescription {
        let team = Self.team(proposal, creators)
        var short = ShortDescription(
            title: proposal?.title, team: team.isEmpty ? [.organisation(rules.facility, ror: rules.ror)] : team,
            facility: .init(name: rules.facility, ror: rules.ror), beamline: beamline ?? "beamline not told",
            collectedFrom: try DateStamp(from.description), collectedTo: try DateStamp(to.description))
        short.techniques = techniques.compactMap(rules.techniques.technique(named:))
        if let proposal, proposal.abstractIsPublic { short.abstract = proposal.abstract }
        return short
    }
}

extension FullDescription {
    /// What is told of a run once it is open.
    init(
        run title: String, keywords: [String], bytes: Int64, files: Int64, formats: [String], relations: RunRelations,
        metadata: DataCiteRecord.RelatedIdentifier?, proposal: ProposalDescription?
    ) {
        self.init(of: proposal)
        name = title
        self.keywords = keywords
        sizes = ["\(bytes) bytes", "\(files) files"]
        self.formats = formats
        detectors = relations.detectors.compactMap { try? InstrumentRelations.target(of: $0) }
        related = relations.related + [metadata].compactMap(\.self)
    }
}

extension ShortDescription {
    /// When the data were complete, and when what everyone is told of them was last decided anew.
    ///
    /// Not when somebody last worked at the record: nobody learns from a public record that a team does.
    mutating func date(by record: EmbargoRecord) throws {
        created = collectedTo
        let telling = record.entries.last { $0.event.isSeenByEveryone }
        updated = try telling.map { try DateStamp(Timestamp($0.at).description) }
    }

    func dated(by record: EmbargoRecord) throws -> ShortDescription {
        var dated = self
        try dated.date(by: record)
        return dated
    }
}

extension EmbargoEvent {
    /// Whether dates or rights of the public record are others for it.
    fileprivate var isSeenByEveryone: Bool {
        switch self {
        case .anchorCorrected, .extensionGranted, .opened, .publishedElsewhere, .foundProprietary, .holdSet, .holdLifted,
            .withdrawn, .policyChanged,
            .zoneTableChanged, .purged:
            true
        case .registered, .runEnded, .sessionClosed, .plannedEndMoved, .extensionAsked, .extensionRefused, .extensionWithdrawn,
            .earlyReleaseAsked,
            .objectionRaised, .objectionUpheld, .objectionOverruled, .rightsPassed, .purgeHoldSet, .holdReviewed, .purgeProposed,
            .purgeConfirmed, .purgeCancelled:
            false
        }
    }
}

extension Timestamp {
    /// For a day of which no time is told.
    fileprivate static func noon(of day: LocalDate) -> Timestamp {
        Timestamp(unixNanoseconds: (Int64(day.dayNumber) * 86_400 + 43_200) * 1_000_000_000)
    }
}
