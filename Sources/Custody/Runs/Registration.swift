import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

/// What the catalogue says when a run was handed over.
public struct RegistrationReceipt: Sendable {
    public let pid: RunIdentifier
    /// False: the catalogue had this very run already.
    public let isNew: Bool
    public let owner: ClockOwner
    public let status: EmbargoStatus
    /// What whoever handed it over should know: a session that the catalogue does not know, a proposal that was not imported.
    public let notes: [String]
}

extension Custodian {
    private static let attempts = 20

    /// Registers a sealed run: it has a page, two clocks and readers from now on. The same run again changes nothing.
    ///
    /// Its clocks are its session's, where the catalogue knows the session; a session is never guessed.
    /// - Parameters:
    ///   - withUnknownProposal: takes a run whose proposal was not imported. It opens as a public one: who says so knows that nobody paid for it.
    ///   - newIdentifier: enters a run whose identifier another run has under a new one (two hosts drew alike). The sealed one stays as another
    ///     name of it.
    /// - Throws: `proposalUnknown`, `contentDiffers`, `badRequest` for an end that lies ahead, `clockRefuses`.
    public func register(
        _ run: SealedRun, by actor: Actor, withUnknownProposal: Bool = false, newIdentifier: Bool = false
    ) async throws(CatalogueError) -> RegistrationReceipt {
        let now = try await time.decisionTime()
        var notes: [String] = []
        let (run, inputs) = try await placed(run, &notes)
        let proposal = try await proposal(run.proposal)
        try requireFacility(actor, "Handing runs over", beamline: run.instrument, ingestorOf: proposal?.team)
        if let name = run.proposal, proposal == nil {
            guard withUnknownProposal else {
                throw CatalogueError(
                    .proposalUnknown, "The run's proposal was not imported: it may be one that nobody may know of",
                    at: "\(run.summary.pid)",
                    got: "proposal '\(name)'", expected: "a proposal of the catalogue",
                    remedy: "faisceau proposal import, then again; or --unknown-proposal, if it is public work")
            }
            notes.append("proposal '\(name)' was not imported: the run has no team, and only staff and curators read it")
        }
        var handOver = try run.handOver(
            tenant: tenant, team: try await team(of: run, proposal), actor: actor, at: Timestamp(now))
        try await requireOwnFolder(handOver, actor)
        // The records of open inputs name it if it is open at once.
        if !handOver.inputs.isEmpty { handOver.outbox.append(try OutsideMessage.record(pid: "\(run.summary.pid)").draft) }
        let session = try await session(of: run, proposal, &notes)
        var anew: RunIdentifier?
        for attempt in 1... {
            if let inputs {
                handOver.clock = inputs
            } else if let session {
                handOver.clock = try await clock(of: session, run, now)
            } else {
                handOver.origin.session = run.session
                handOver.clock = .own(try ownClock(of: run, proposal, actor, now))
            }
            do {
                let outcome: HandOverOutcome
                if let anew {
                    outcome = try await enterAnew(handOver, as: anew)
                } else {
                    outcome = try await store.handOver(handOver)
                }
                if anew != nil { notes.append(Self.drawnTwice(run, outcome)) }
                let actual = try await store.clockOwner(of: outcome.pid, tenant: tenant)
                let record = try await store.clock(of: actual, tenant: tenant)
                return RegistrationReceipt(
                    pid: outcome.pid, isNew: outcome.isNew, owner: actual, status: record.status(at: now), notes: notes)
            } catch {
                if error.code == .contentDiffers, anew == nil {
                    // Another team's run has the identifier: its team is no word about this one.
                    handOver.origin.team = proposal?.team
                    if let known = try await enteredAnew(handOver, teams: [proposal?.team, nil]) {
                        let owner = try await store.clockOwner(of: known.pid, tenant: tenant)
                        return RegistrationReceipt(
                            pid: known.pid, isNew: false, owner: owner,
                            status: try await store.clock(of: owner, tenant: tenant).status(at: now),
                            notes: notes + [Self.drawnTwice(run, known)])
                    }
                    guard newIdentifier else { throw error }
                    anew = try drawRun()
                    continue
                }
                guard error.code == .changedMeanwhile, attempt < Self.attempts else { throw error }
            }
        }
        throw CatalogueError(.busy, "Others hand over to this session all the time", at: "\(run.summary.pid)")
    }

    /// Where a run lies decides whose files are served from there: who registers for one team only names no folder of another's.
    private func requireOwnFolder(_ run: RunHandOver, _ actor: Actor) async throws(CatalogueError) {
        guard case .account(let account) = actor, account.roles.isDisjoint(with: [.curator, .director, .staff, .custodian]),
            let folder = run.folder, let team = run.origin.team
        else { return }
        guard try await store.teams(withRunsAround: folder, tenant: tenant).allSatisfy({ $0 == team }) else {
            throw CatalogueError(
                .forbidden, "In this folder, above it or below it lie runs of another group",
                got: "'\(folder.prefix(200).printable)'", expected: "a folder of \(team)'s own")
        }
    }

    private static func drawnTwice(_ run: SealedRun, _ outcome: HandOverOutcome) -> String {
        "its files say \(run.summary.pid), which another run had before it: in the catalogue it is \(outcome.pid), and this is what to cite"
    }

    /// The catalogue's own word, and no part of what the run brings: a run that was handed over before its proposal was imported, and is handed
    /// over again after it, is the same run.
    private func team(of run: SealedRun, _ proposal: ProposalDescription?) async throws(CatalogueError) -> String? {
        do { return try await store.run(run.summary.pid, scope: .everything(tenant: tenant)).origin.team } catch {
            guard error.code == .notFound else { throw error }
            return proposal?.team
        }
    }

    private func session(
        of run: SealedRun, _ proposal: ProposalDescription?, _ notes: inout [String]
    ) async throws(CatalogueError) -> SessionRecord? {
        guard let name = run.session else { return nil }
        guard let proposal else {
            if run.proposal == nil {
                notes.append("session '\(name)' is named without a proposal: the run has clocks of its own")
            }
            return nil
        }
        do { return try await store.session(SessionName(proposal: proposal.name, name: name), tenant: tenant) } catch {
            guard error.code == .notFound else { throw error }
            notes.append("session '\(name)' of proposal '\(proposal.name)' was not opened: the run has clocks of its own")
            return nil
        }
    }

    /// The session's clocks, moved where this run ends on a later day than all before.
    private func clock(of session: SessionRecord, _ run: SealedRun, _ now: Instant) async throws(CatalogueError) -> HandOverClock
    {
        let owner = ClockOwner.session(session.name)
        let record = try await store.clock(of: owner, tenant: tenant)
        let status = record.status(at: now)
        guard status.state != .proprietary, status.openedAt == nil else { return .session }
        let end = try ruled(at: "\(run.summary.pid)") { () throws(EmbargoError) in
            try RunEnd(at: Instant(run.endedAt), in: rules.zone)
        }
        guard record.movesAnchor(end) else { return .session }
        let longer = try ruled(at: "\(owner)") { () throws(EmbargoError) in
            try record.applying(
                .runEnded(end), by: Author(person: Actor.system.identifier, role: .system), at: now, in: rules.zone)
        }
        // A late run moves the opening of what everyone knows of already. Its warnings are looked at by the next sweep.
        let isPublic = longer.status(at: now).readers.shortRecord == .everyone
        let outbox =
            try isPublic
            ? session.pid.map { pid throws(CatalogueError) in [try OutsideMessage.record(pid: "\(pid)").draft] } ?? [] : []
        return .moving(
            ClockMove(
                owner, longer, seen: record.entries.count, event: draft(.runEnded(end), by: .system, at: now), outbox: outbox))
    }

    private func ownClock(
        of run: SealedRun, _ proposal: ProposalDescription?, _ actor: Actor, _ now: Instant
    ) throws(CatalogueError) -> EmbargoRecord {
        try ruled(at: "\(run.summary.pid)") { () throws(EmbargoError) in
            let registration: Registration =
                proposal?.kind == .proprietary
                ? .proprietary : .run(ended: try RunEnd(at: Instant(run.endedAt), in: rules.zone))
            return try EmbargoRecord(
                registering: registration, policy: rules.policy, by: Author(person: actor.identifier, role: .system), at: now,
                in: rules.zone)
        }
    }
}
