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

    /// Closes a session: both clocks start.
    @discardableResult
    public func closeSession(_ name: SessionName, by actor: Actor) async throws(CatalogueError) -> Decision {
        try await decide(.session(name), by: actor) { _ throws(CatalogueError) in .sessionClosed }
    }
}
