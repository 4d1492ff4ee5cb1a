import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

extension Custodian {
    /// Selects runs for a paper, under an identifier of their own.
    ///
    /// Whoever may read all of them may do so: it tells nothing of them but that they belong together. Its title is private until all are open.
    /// - Throws: `notFound`, `forbidden`, `badRequest` for a run that cannot be part of it: nothing is left out in silence.
    public func collect(
        _ runs: [RunIdentifier], title: String, article: DOI?, by actor: Actor
    ) async throws(CatalogueError) -> RunCollection {
        if case .account(let account) = actor, account.isDisabled {
            throw CatalogueError(.forbidden, "A disabled account makes no collection", got: account.name)
        }
        let scope = try await scope(ofActor: actor)
        let acting = try await acting(actor)
        let collection = try RunCollection(
            pid: drawnIdentifier(), title: title, runs: runs, article: article, person: acting.person, madeAt: acting.at)
        try await store.put(collection, scope: scope, by: acting)
        return collection
    }

    /// Takes runs in and out of a collection: by who made it, or the facility; and of these, by who may read what they take in. A registry that knows
    /// of it is told again.
    /// - Throws: `notFound` as for an unknown collection, `forbidden`, `badRequest` where no run would be left.
    public func change(
        collection pid: PersistentIdentifier, adding: [RunIdentifier], removing: [RunIdentifier], by actor: Actor
    ) async throws(CatalogueError) -> RunCollection {
        let scope = try await scope(ofActor: actor)
        _ = try await store.collection(pid, scope: scope)
        let maker = try await store.collection(pid, scope: .everything(tenant: tenant)).person
        let acting = try await acting(actor)
        var isMaker = false
        if case .account(let account) = actor { isMaker = !account.isDisabled && maker != nil && maker == acting.person }
        if !isMaker { try requireFacility(actor, "Changing a collection that somebody else has made") }
        var outbox = [try OutsideMessage.record(pid: "\(pid)").draft] + (try await tellingOf(pid, runs: removing))
        for run in adding where try await isToldOutside(run) {
            outbox.append(try OutsideMessage.record(pid: "\(run)", alone: true).draft)
        }
        return try await store.change(
            collection: pid, adding: adding, removing: removing, scope: scope, by: acting,
            outbox: outbox)
    }

    /// Whether somebody asked that a run be known outside.
    func isToldOutside(_ run: RunIdentifier) async throws(CatalogueError) -> Bool {
        do { return try await store.registration(of: run, scope: .everything(tenant: tenant)) != nil } catch {
            if error.code == .notFound { return false }
            throw error
        }
    }

    /// Who may have the data of a collection now: as closed as the run that opens last; nil where nobody may know of one of them.
    public func access(ofCollection pid: PersistentIdentifier) async throws(CatalogueError) -> DataAccess? {
        let collection = try await store.collection(pid, scope: .everything(tenant: tenant))
        let accesses = try await accesses(of: collection.runs, at: try await time.now().now)
        guard accesses.allSatisfy({ $0 != nil }) else { return nil }
        return try DataAccess.strictest(accesses.compactMap(\.self))
    }

    /// A collection as it is registered with DataCite: HasPart each of its runs, as closed as the one that opens last.
    public func dataCiteRecord(
        ofCollection pid: PersistentIdentifier, scope: ReaderScope
    ) async throws(CatalogueError) -> DataCiteRecord {
        // What this reader may not know of is not found; what is told of the rest does not depend on who asks.
        _ = try await store.collection(pid, scope: scope)
        let collection = try await store.collection(pid, scope: .everything(tenant: tenant))
        let now = try await time.now().now
        let accesses = try await accesses(of: collection.runs, at: now)
        guard accesses.allSatisfy({ $0 != nil }) else {
            throw CatalogueError(.notFound, "The catalogue has no public record of this collection", at: "\(pid)")
        }
        let tellsAll = accesses.allSatisfy { $0?.tellsEverything ?? false }
        var team: [DataCiteRecord.Party] = []
        var beamlines: [String] = []
        var times: [Timestamp] = []
        var full = FullDescription()
        if tellsAll { full.name = collection.title }
        for run in collection.runs {
            let short = try await store.shortRecord(of: run, scope: .everything(tenant: tenant))
            times += [short.startedAt, short.endedAt ?? short.startedAt]
            if let beamline = short.instrument, !beamlines.contains(beamline) { beamlines.append(beamline) }
            let proposal = try await proposal(short.proposal)
            for party in Self.team(proposal, short.creators) { team.add(party) }
            if tellsAll { full.add(creditsOf: proposal) }
        }
        if team.isEmpty { team = [.organisation(rules.facility, ror: rules.ror)] }
        guard let from = times.min(), let to = times.max() else {
            throw CatalogueError(.damaged, "A collection has no runs", at: "\(pid)")
        }
        var related = try described(short: pid, team, beamlines.joined(separator: ", "), from, to)
        for beamline in beamlines { related = try await relating(related, beamline: beamline, run: nil) }
        let works = try await store.citations(of: .collection(pid), tenant: tenant)
        let (short, all) = (related, full.cited(by: works))
        return try described("\(pid)") {
            try DataCiteRecord.selection(
                doi: DOI("\(pid)"), short: short, full: all,
                runs: try collection.runs.map { try InstrumentRelations.target(of: "\($0)") }, article: collection.article,
                access: DataAccess.strictest(accesses.compactMap(\.self)))
        }
    }

    private func described(
        short pid: PersistentIdentifier, _ team: [DataCiteRecord.Party], _ beamline: String, _ from: Timestamp, _ to: Timestamp
    ) throws(CatalogueError) -> ShortDescription {
        do {
            return ShortDescription(
                title: nil, team: team, facility: .init(name: rules.facility, ror: rules.ror),
                beamline: beamline.isEmpty ? "beamline not told" : beamline, collectedFrom: try DateStamp(from.description),
                collectedTo: try DateStamp(to.description))
        } catch {
            throw CatalogueError(.badRequest, error.what, at: "\(pid)", got: error.got, expected: error.expected)
        }
    }
}
