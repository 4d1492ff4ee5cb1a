import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

extension Custodian {
    /// Opens a session: its clocks begin, and it has an identifier from now on.
    /// - Throws: `notFound` for a proposal that was not imported, `exists`.
    public func openSession(
        _ name: SessionName, instrument: String?, begins: Timestamp?, plannedEnd: Timestamp, by actor: Actor
    ) async throws(CatalogueError) -> SessionRecord {
        try requireFacility(actor, "Opening a session", beamline: instrument)
        let now = try await time.decisionTime()
        let proposal = try await store.proposal(name.proposal, tenant: tenant)
        if let begins, begins >= plannedEnd {
            throw CatalogueError(
                .badRequest, "A session ends after it begins", at: "\(name)", got: "\(begins) to \(plannedEnd)")
        }
        let registration: Registration = proposal.kind == .proprietary ? .proprietary : .session(plannedEnd: Instant(plannedEnd))
        let author = Author(person: actor.identifier, role: actor == .system ? .system : .curator)
        let record = try ruled(at: "\(name)") { () throws(EmbargoError) in
            try EmbargoRecord(registering: registration, policy: rules.policy, by: author, at: now, in: rules.zone)
        }
        let pid: PersistentIdentifier
        do { pid = try draw() } catch { throw CatalogueError(.badRequest, "No identifier can be drawn", got: "\(error)") }
        let session = SessionRecord(name: name, instrument: instrument, begins: begins, plannedEnd: plannedEnd, pid: pid)
        // A draft: it is known to the facility's own account and to nobody else. Of what was paid for not even that.
        let outbox = registration == .proprietary ? [] : [try OutsideMessage.record(pid: "\(pid)").draft]
        _ = try await warningPlan()
        try await store.enter(session, clock: record, by: actor.personNumber, tenant: tenant, outbox: outbox)
        return session
    }

    /// Plans a session otherwise, while it collects: by the planned end it closes itself, if nobody closes it before.
    /// - Parameter begins: nil: as it is.
    /// - Returns: whether anything changed; a session that has closed stays as it was planned, as its clocks count from its last run.
    /// - Throws: `notFound`, `forbidden`; `badRequest` for an end before the beginning.
    public func replanSession(
        _ name: SessionName, begins: Timestamp?, plannedEnd: Timestamp, by actor: Actor
    ) async throws(CatalogueError) -> Bool {
        let known = try await store.session(name, tenant: tenant)
        try requireFacility(actor, "Planning a session", beamline: known.instrument)
        let begins = begins ?? known.begins
        if let begins, begins >= plannedEnd {
            throw CatalogueError(
                .badRequest, "A session ends after it begins", at: "\(name)", got: "\(begins) to \(plannedEnd)")
        }
        let isSameEnd = known.plannedEnd.seconds(since: plannedEnd).magnitude < 1
        let isSameBegin = begins.map { known.begins?.seconds(since: $0).magnitude ?? 1 < 1 } ?? true
        guard !isSameEnd || !isSameBegin else { return false }
        let record = try await store.clock(of: .session(name), tenant: tenant)
        let isCollecting = record.status(at: try await time.now().now).state == .collecting
        guard isCollecting || record.plannedEnd == nil else { return false }
        let deed = try await deed(of: actor)
        guard let planned = record.plannedEnd, planned.secondsSince1970 != Instant(plannedEnd).secondsSince1970 else {
            try await store.plan(name, begins: begins, plannedEnd: plannedEnd, moving: nil, by: deed, tenant: tenant)
            return true
        }
        _ = try await decide(.session(name), by: actor) { _ throws(CatalogueError) in
            .plannedEndMoved(to: Instant(plannedEnd))
        } writing: { move throws(CatalogueError) in
            try await store.plan(name, begins: begins, plannedEnd: plannedEnd, moving: move, by: deed, tenant: tenant)
        }
        return true
    }

    /// Closes a session: both clocks start.
    @discardableResult
    public func closeSession(_ name: SessionName, by actor: Actor) async throws(CatalogueError) -> Decision {
        try await decide(.session(name), by: actor) { _ throws(CatalogueError) in .sessionClosed }
    }
}
