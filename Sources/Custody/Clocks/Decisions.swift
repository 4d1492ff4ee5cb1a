import Diagnostics
import EmbargoClock
import Foundation
import RunCatalogue
import RunModel

/// What a decision came to.
public struct Decision: Sendable {
    public let owner: ClockOwner
    public let record: EmbargoRecord
    public let status: EmbargoStatus
}

/// A record and what is known around it.
public struct RecordUnderCare: Sendable {
    public let owner: ClockOwner
    public let record: EmbargoRecord
    public let proposal: ProposalDescription?
    /// The proposal's; of a described run that is of no proposal, its own.
    public let team: String?
    public let session: SessionRecord?
    public let instrument: String?
    /// Whether it is a result's, which follows the clocks of its inputs: the record is the one that rules it now, and decided is on the inputs'.
    public let isFollowing: Bool

    /// The session's identifier, or the run's.
    public var pid: String? {
        switch owner {
        case .session: session?.pid.map { "\($0)" }
        case .run(let pid): "\(pid)"
        }
    }
}

extension Custodian {
    /// How often somebody else may come first before it is given up.
    private static let attempts = 20

    /// The clocks of a session, or of a run (which are its session's, if it has one), with the proposal that they belong to.
    /// - Throws: `notFound`.
    public func record(of owner: ClockOwner) async throws(CatalogueError) -> RecordUnderCare {
        let record = try await store.clock(of: owner, tenant: tenant)
        switch owner {
        case .session(let name):
            let session = try await store.session(name, tenant: tenant)
            let proposal = try await proposal(name.proposal)
            return RecordUnderCare(
                owner: owner, record: record, proposal: proposal, team: proposal?.team, session: session,
                instrument: session.instrument, isFollowing: false)
        case .run(let pid):
            let run = try await store.run(pid, scope: .everything(tenant: tenant))
            let proposal = try await proposal(run.origin.proposal)
            return RecordUnderCare(
                owner: owner, record: record, proposal: proposal, team: proposal?.team ?? run.origin.team, session: nil,
                instrument: run.origin.instrument, isFollowing: try await !store.followedClocks(of: pid, tenant: tenant).isEmpty)
        }
    }

    func proposal(_ name: String?) async throws(CatalogueError) -> ProposalDescription? {
        guard let name else { return nil }
        do { return try await store.proposal(name, tenant: tenant) } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// Takes a decision: in the first of the actor's roles that may.
    ///
    /// - Parameters:
    ///   - votes: for the rest of the team, which decides by majority: those in favour, of all.
    ///   - event: made from the record, as the decision is taken on what is read then.
    /// - Throws: `clockRefuses` with the guard that stands against it, `badRequest`, `notFound`.
    @discardableResult
    public func decide(
        _ owner: ClockOwner, by actor: Actor, votes: (inFavour: Int, of: Int)? = nil,
        _ event: @Sendable (RecordUnderCare) throws(CatalogueError) -> EmbargoEvent
    ) async throws(CatalogueError) -> Decision {
        try await decide(owner, by: actor, votes: votes, event) { move throws(CatalogueError) in
            try await store.move([move], tenant: tenant)
        }
    }

    /// - Parameter write: writes the decision, perhaps with what else changes in the same transaction.
    func decide(
        _ owner: ClockOwner, by actor: Actor, votes: (inFavour: Int, of: Int)? = nil,
        _ event: @Sendable (RecordUnderCare) throws(CatalogueError) -> EmbargoEvent,
        writing write: @Sendable (ClockMove) async throws(CatalogueError) -> Void
    ) async throws(CatalogueError) -> Decision {
        let now = try await time.decisionTime()
        for attempt in 1... {
            let care = try await record(of: owner)
            var roles = roles(of: actor, in: care)
            // Who has no part in a hidden record is told of it what is told of an unknown one.
            guard !roles.isEmpty || care.record.status(at: now).readers.shortRecord == .everyone else {
                throw CatalogueError(.notFound, "The catalogue has no clocks of this", at: "\(owner)")
            }
            guard !care.isFollowing else {
                throw CatalogueError(
                    .clockRefuses, "This is a result, and has no clocks of its own: it opens with its inputs", at: "\(owner)",
                    expected: "a session, or a run that was recorded", remedy: "Decide on the runs that it was made from")
            }
            let event = try event(care)
            if let votes, roles.contains(.teamMember) {
                try Self.check(votes.of, in: care)
                roles.insert(.team(inFavour: votes.inFavour, of: votes.of), at: 0)
            }
            let longer = try applied(event, to: care, by: actor, in: roles, at: now)
            let outside = try await drafts(after: event, of: owner, pid: care.pid, longer, at: now)
            let move = ClockMove(
                owner, longer, seen: care.record.entries.count, event: draft(event, by: actor, at: now),
                outbox: outside.outbox, notices: outside.notices, looksAgain: outside.looksAgain)
            do {
                try await write(move)
                return Decision(owner: owner, record: longer, status: longer.status(at: now))
            } catch {
                guard error.code == .changedMeanwhile, attempt < Self.attempts else { throw error }
            }
        }
        throw CatalogueError(.busy, "Others decide on this all the time", at: "\(owner)")
    }

    /// Half of how many: of those whom the proposal names beside the ones before them in the order. Who of them was in favour is the word of
    /// the member who says so, which stands in the chain; a curator, whom every decision of a team needs, can ask them.
    private static func check(_ voters: Int, in care: RecordUnderCare) throws(CatalogueError) {
        let members = care.proposal?.persons.count { $0.role == .member && !$0.person.isErased } ?? 0
        guard voters == members else {
            throw CatalogueError(
                .badRequest, "A majority is one of all members of the team", at: "\(care.owner)", got: "of \(voters)",
                expected: "of \(members), whom the proposal names as members",
                remedy: "Who did not vote was not in favour; who joined or left is the user office's to enter")
        }
    }

    private func applied(
        _ event: EmbargoEvent, to care: RecordUnderCare, by actor: Actor, in roles: [Role], at now: Instant
    ) throws(CatalogueError) -> EmbargoRecord {
        var refusal: EmbargoError?
        for role in roles {
            do {
                return try care.record.applying(event, by: Author(person: actor.identifier, role: role), at: now, in: rules.zone)
            } catch {
                // What refuses for another reason than the role says more than the next role's refusal.
                if refusal == nil || refusal?.code.kind == .forbidden { refusal = error }
            }
        }
        guard let refusal else {
            throw CatalogueError(
                .clockRefuses, "Nobody of this record may do this", at: "\(care.owner), \(event.name)", got: actor.identifier,
                expected: "somebody of the proposal's team, of the beamline, or a curator", cause: ClockGuard(.notEntitled))
        }
        throw refusal.inCatalogue(at: "\(care.owner)")
    }

    /// As the histories of the runs tell it. Reasons stay in the chain, which the team and the facility read.
    func draft(_ event: EmbargoEvent, by actor: Actor, at now: Instant) -> EventDraft {
        EventDraft(action: event.name.replacing(" ", with: "-"), at: Timestamp(now), person: actor.personNumber)
    }
}
