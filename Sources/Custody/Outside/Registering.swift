import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

extension Custodian {
    /// Asks that a run's identifier be known outside: at once if its public record is, else when it will be. From then on it is kept up to date.
    ///
    /// - Returns: false where it was asked for before.
    /// - Throws: `notFound` as for an unknown run where the actor may not know of it; `forbidden` for who is neither of the team nor the
    ///   facility; `clockRefuses` for what was paid for; `badRequest` for an identifier that is no DOI.
    public func mint(_ pid: RunIdentifier, by actor: Actor) async throws(CatalogueError) -> Bool {
        let now = try await time.decisionTime()
        let care = try await record(of: store.clockOwner(of: pid, tenant: tenant))
        let roles = roles(of: actor, in: care)
        let readers = care.record.status(at: now).readers
        // A role alone tells nobody of what was paid for.
        guard try await insight(into: care, scope(ofActor: actor)) != .nothing else {
            throw CatalogueError(.notFound, "The catalogue has no such run", at: "\(pid)")
        }
        guard Self.mayAskForDOIs(roles) else {
            throw CatalogueError(
                .forbidden, "Who asks for a run's DOI is of its team, or a curator", at: "\(pid)", got: actor.identifier)
        }
        guard readers.bytes != .payer else {
            throw CatalogueError(.clockRefuses, "What was paid for is registered nowhere", at: "\(pid)")
        }
        guard (try? DOI("\(pid)")) != nil else {
            throw CatalogueError(
                .badRequest, "This identifier is no DOI", at: "\(pid)", expected: "a prefix that begins with 10.",
                remedy: "Runs get one when the beamline's file sets a prefix")
        }
        var messages = [try OutsideMessage.record(pid: "\(pid)").draft]
        // The session's record names the runs that have one of their own.
        if let session = care.session?.pid { messages.append(try OutsideMessage.record(pid: "\(session)").draft) }
        let event = EventDraft(action: "identifier-asked", at: Timestamp(now), person: actor.personNumber)
        return try await store.askRegistration(of: pid, event: event, outbox: messages, tenant: tenant)
    }

    private static func mayAskForDOIs(_ roles: [Role]) -> Bool {
        roles.contains { role in
            switch role {
            case .curator, .director, .teamMember, .system: true
            default: false
            }
        }
    }

    /// Asks that the identifier of a selection of runs be known outside, and be kept up to date: when its runs change, when one of them opens.
    ///
    /// - Returns: false where it was asked for before.
    /// - Throws: `notFound` as for an unknown collection; `forbidden` for who is neither of the team of each of its runs nor the facility;
    ///   `clockRefuses` for what was paid for; `badRequest` for an identifier that is no DOI.
    public func mint(collection pid: PersistentIdentifier, by actor: Actor) async throws(CatalogueError) -> Bool {
        let now = try await time.decisionTime()
        let collection = try await store.collection(pid, scope: scope(ofActor: actor))
        var seen: Set<ClockOwner> = []
        for run in collection.runs {
            let owner = try await store.clockOwner(of: run, tenant: tenant)
            guard seen.insert(owner).inserted else { continue }
            let care = try await record(of: owner)
            guard Self.mayAskForDOIs(roles(of: actor, in: care)) else {
                throw CatalogueError(
                    .forbidden, "Who asks for a collection's DOI is of the team of each of its runs, or a curator", at: "\(pid)",
                    got: actor.identifier)
            }
            guard care.record.status(at: now).readers.bytes != .payer else {
                throw CatalogueError(.clockRefuses, "What was paid for is registered nowhere", at: "\(pid)")
            }
        }
        guard (try? DOI("\(pid)")) != nil else {
            throw CatalogueError(
                .badRequest, "This identifier is no DOI", at: "\(pid)", expected: "a prefix that begins with 10.",
                remedy: "Set pid.prefix in the facility's file")
        }
        return try await store.askRegistration(
            ofCollection: pid, by: Deed(at: Timestamp(now), person: actor.personNumber),
            outbox: [try OutsideMessage.record(pid: "\(pid)").draft] + (try await tellingOf(pid, runs: collection.runs)),
            tenant: tenant)
    }

    /// For each of these runs that a registry knows of: its record names the collections of which it is a part.
    func tellingOf(
        _ collection: PersistentIdentifier, runs: [RunIdentifier]
    ) async throws(CatalogueError) -> [OutboxDraft] {
        let told = try await store.registeredRuns(telling: .collection(collection), tenant: tenant, limit: RunCollection.mostRuns)
        return try Set(told).intersection(runs).sorted { "\($0)" < "\($1)" }.map { run throws(CatalogueError) in
            try OutsideMessage.record(pid: "\(run)", alone: true).draft
        }
    }

    /// What a registry was told of a run or a session, for who may know of it; nil: nothing.
    /// - Throws: `notFound` as for an identifier that is not known.
    public func registration(
        of subject: Subject, for reader: Reader
    ) async throws(CatalogueError) -> RegisteredIdentifier? {
        switch subject {
        case .run(let pid): return try await store.registration(of: pid, scope: scope(of: reader))
        case .session(let session):
            _ = try await care(of: subject, for: reader)
            guard let pid = session.pid else { return nil }
            return try await store.registration(ofSession: pid, tenant: tenant)
        }
    }

    /// Whoever looks after what leaves the catalogue.
    /// - Throws: `forbidden`.
    public func requireCustody(_ actor: Actor, _ what: String) throws(CatalogueError) { try requireFacility(actor, what) }
}
