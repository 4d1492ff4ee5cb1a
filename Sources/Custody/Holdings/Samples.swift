import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

/// What an import did with one sample.
public struct SampleImportReport: Sendable, Hashable {
    public let sample: SampleRecord
    public let outcome: ImportOutcome
}

extension Custodian {
    /// Brings samples into the catalogue; the same document again changes nothing. A sample without an IGSN is given one.
    ///
    /// For the team of the proposal, the facility, and ingestors of the team.
    /// - Throws: `notFound` for a proposal that is not there, and for one in which the actor has no part.
    public func importSamples(
        _ document: SampleDocument, by actor: Actor
    ) async throws(CatalogueError) -> [SampleImportReport] {
        var reports: [SampleImportReport] = []
        let scope = try await scope(ofActor: actor)
        let today = try await today()
        for entry in document.entries {
            let team = try await requireTeam(ofProposal: entry.proposal, scope, actor)
            let igsn: String
            if let known = entry.igsn { igsn = known } else { igsn = try drawnIGSN() }
            let sample = SampleRecord(
                name: entry.name, team: team, igsn: igsn, description: entry.description, keywords: entry.keywords,
                derivedFrom: entry.derivedFrom, alternates: entry.alternates, registered: today)
            let outcome = try await store.put(sample, tenant: tenant, by: acting(actor))
            reports.append(
                SampleImportReport(
                    sample: try await store.sample(named: entry.name, team: team, tenant: tenant), outcome: outcome))
        }
        return reports
    }

    /// The facility's present day.
    func today() async throws(CatalogueError) -> String {
        let now = try await time.decisionTime()
        return try ruled(at: "today") { () throws(EmbargoError) in "\(try rules.zone.localDate(of: now))" }
    }

    /// The team of a proposal, for somebody who may write in its name.
    private func requireTeam(
        ofProposal name: String, _ scope: ReaderScope, _ actor: Actor
    ) async throws(CatalogueError) -> String {
        let unknown = CatalogueError(
            .notFound, "The catalogue has no such proposal", at: "'\(name.prefix(80).printable)'",
            remedy: "Import it first: faisceau proposal import")
        guard let proposal = try await proposal(name) else { throw unknown }
        let mayCurate = scope.curates && proposal.kind != .proprietary
        guard scope.readsEverything || scope.teams.contains(proposal.team) || mayCurate else { throw unknown }
        return proposal.team
    }

    private func drawnIGSN() throws(CatalogueError) -> String {
        let pid = try drawnIdentifier()
        guard let doi = pid.doi else {
            throw CatalogueError(
                .badRequest, "No IGSN can be drawn below this prefix: it is no DOI's", got: pid.prefix,
                expected: "a prefix that begins with 10.", remedy: "Give the samples' IGSNs, or set pid.prefix")
        }
        return doi.description
    }

    /// A sample as it is registered with DataCite: whose it is and that it exists, until the last of its runs opens; then what it is.
    ///
    /// - Throws: `notFound` for one of which nobody may know: without a run, or without one that everyone may know of; `badRequest` for an
    ///   IGSN of the old kind, which is no DOI.
    public func dataCiteRecord(ofSample text: String, scope: ReaderScope) async throws(CatalogueError) -> DataCiteRecord {
        let igsn: String
        switch try await store.sample(text, scope: scope) {
        case .all(let sample): igsn = sample.igsn
        case .identifierOnly(let identifier): igsn = identifier
        }
        guard case .all(let sample) = try await store.sample(igsn, scope: .everything(tenant: tenant)) else {
            throw CatalogueError(.notFound, "The catalogue has no such sample", at: igsn)
        }
        let runs = try await runs(ofSample: sample)
        let now = try await time.now().now
        let persons = try await creators(ofTeam: sample.team, runs)
        let accesses = try await accesses(of: runs.map(\.pid), at: now)
        guard !accesses.isEmpty, accesses.contains(where: { $0 != nil }) else {
            throw CatalogueError(.notFound, "The catalogue has no public record of this sample", at: igsn)
        }
        // A run that nobody may know of keeps all that is private closed, whatever the others say.
        let tellsAll = accesses.allSatisfy { $0?.tellsEverything ?? false }
        return try described(igsn) {
            var description = SampleDescription(
                owners: persons, facility: .init(name: rules.facility, ror: rules.ror),
                registered: try CalendarDay(sample.registered))
            if tellsAll {
                description.name = sample.name
                description.description = sample.description
                description.keywords = sample.keywords
                description.alternateIdentifiers = sample.alternates.map { .init($0.identifier, type: $0.type) }
                description.related = try sample.derivedFrom.map {
                    .init(.isDerivedFrom, .igsn(try IGSN($0)), .physicalObject)
                }
                for run in runs {
                    if let doi = try? DOI("\(run.pid)") { description.related.append(.init(.isSourceOf, .doi(doi), .dataset)) }
                }
            }
            return try DataCiteRecord.sample(
                doi: DOI(igsn), description, access: DataAccess.strictest(accesses.compactMap(\.self)))
        }
    }

    private func runs(ofSample sample: SampleRecord) async throws(CatalogueError) -> [RunRecord] {
        var runs: [RunRecord] = []
        var cursor: RunCursor?
        repeat {
            let page = try await store.page(
                RunFilter(sample: sample.name), scope: .everything(tenant: tenant), after: cursor, limit: 1000, countLimit: 0)
            runs += page.runs.filter { $0.origin.team == sample.team && $0.origin.sample == sample.name }
            cursor = page.next
        } while cursor != nil
        return runs
    }

    /// The persons of the proposals in which it was measured, in the proposals' order; else the facility.
    private func creators(
        ofTeam team: String, _ runs: [RunRecord]
    ) async throws(CatalogueError) -> [DataCiteRecord.Party] {
        var parties: [DataCiteRecord.Party] = []
        for name in Set(runs.compactMap(\.origin.proposal)).sorted() {
            for member in try await proposal(name)?.persons ?? [] where !member.person.isErased {
                parties.add(.person(member.person, at: member.affiliation))
            }
        }
        return parties.isEmpty ? [.organisation(rules.facility, ror: rules.ror)] : parties
    }
}
