import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

extension Custodian {
    /// Corrects the end from which clocks are counted: a clock of the machine that recorded the last run was wrong, or somebody mistyped a date.
    ///
    /// A curator's, with a reason; nothing that is open moves, and nothing opens by it. Of a described run that has clocks of its own, its record says
    /// the same end afterwards; what a sealed run says of itself stays as it was sealed.
    public func correctEnd(
        of owner: ClockOwner, to end: Timestamp, reason: String, by actor: Actor
    ) async throws(CatalogueError) -> Decision {
        if case .run(let pid) = owner, try await isDescribed(pid) {
            var correction = RunCorrection(reason: reason)
            let run = try await store.run(pid, scope: .everything(tenant: tenant))
            correction.endedAt = end
            // One that was given no start begins with its end.
            if run.startedAt == run.endedAt { correction.startedAt = end }
            let amendment = RunAmendment(correction)
            return try await decideEnd(of: owner, end, reason, actor) { move throws(CatalogueError) in
                _ = try await store.amend(
                    pid, amendment, moving: move, outbox: [], scope: .everything(tenant: tenant),
                    by: Deed(at: move.event.at, person: move.event.person))
            }
        }
        return try await decideEnd(of: owner, end, reason, actor) { move throws(CatalogueError) in
            try await store.move([move], tenant: tenant)
        }
    }

    private func isDescribed(_ pid: RunIdentifier) async throws(CatalogueError) -> Bool {
        do { return try await store.isDescribed(pid, tenant: tenant) } catch {
            guard error.code == .notFound else { throw error }
            return false
        }
    }

    private func decideEnd(
        of owner: ClockOwner, _ end: Timestamp, _ reason: String, _ actor: Actor,
        writing write: @Sendable (ClockMove) async throws(CatalogueError) -> Void
    ) async throws(CatalogueError) -> Decision {
        let zone = rules.zone
        return try await decide(
            owner, by: actor,
            { _ throws(CatalogueError) in
                try ruled(at: "\(owner)") { () throws(EmbargoError) in
                    .anchorCorrected(try RunEnd(at: Instant(end), in: zone), reason: reason)
                }
            }, writing: write)
    }

    /// Changes a described run, among others in what its clocks and the rights to it rest on: a curator's, with a reason.
    ///
    /// Its clocks move with its end, in the same transaction; data that are open stay as they are.
    /// - Throws: `forbidden` for who is no curator, and for a sealed run; `badRequest` for a blank reason, a proposal of another team, an end before
    ///   the start; `clockRefuses` where the end would move what is open, or work that is paid for would become public or public work paid for.
    public func correct(_ pid: RunIdentifier, _ amendment: RunAmendment, by actor: Actor) async throws(CatalogueError) {
        guard let correction = amendment.correction else {
            _ = try await amend(pid, amendment, by: actor)
            return
        }
        let scope = try await requirePart(in: pid, actor, "Changing a run's record")
        guard mayCorrect(actor) else {
            throw CatalogueError(
                .forbidden, "What the clocks and the rights rest on is corrected by a curator", at: "\(pid)",
                got: actor.identifier)
        }
        guard !correction.reason.allSatisfy(\.isWhitespace), correction.reason.utf8.count <= 10_000 else {
            throw CatalogueError(.badRequest, "A correction needs a reason", at: "\(pid)", expected: "1 to 10000 bytes of text")
        }
        guard try await isDescribed(pid) else {
            // Says why not.
            _ = try await store.amend(pid, amendment, moving: nil, outbox: [], scope: scope, by: acting(actor))
            return
        }
        let owner = ClockOwner.run(pid)
        let run = try await store.run(pid, scope: scope)
        // A result moves no clock: it goes by those of its inputs, and belongs where they are.
        let follows = try await !store.followedClocks(of: pid, tenant: tenant).isEmpty
        guard !follows || (correction.team == nil && correction.proposal == nil && correction.kind == nil) else {
            throw CatalogueError(
                .clockRefuses, "A result belongs where its inputs are, and opens with them", at: "\(pid)",
                remedy: "Describe it anew with its right inputs, and withdraw this one")
        }
        if let paid = try await checkOrigin(correction, of: run, in: scope) {
            try await bring(pid, amendment, correction, under: paid, by: actor)
            return
        }
        if let values = amendment.values { try await requireOpenInputs(pid, values, by: actor) }
        let deed = try await acting(actor)
        let isPublic =
            try await store.clock(of: owner, tenant: tenant).status(at: Instant(deed.at)).readers.shortRecord == .everyone
        let outbox = isPublic ? [try OutsideMessage.record(pid: "\(pid)").draft] : []
        if !follows, let end = correction.endedAt, try await movesClocks(of: owner, end) {
            _ = try await decideEnd(of: owner, end, correction.reason, actor) { move throws(CatalogueError) in
                // The decision tells the registry too, where everyone may know of the run.
                _ = try await store.amend(
                    pid, amendment, moving: move, outbox: move.outbox.isEmpty ? outbox : [], scope: scope, by: deed)
            }
            return
        }
        _ = try await store.amend(pid, amendment, moving: nil, outbox: outbox, scope: scope, by: deed)
    }

    /// What is found to be paid for is hidden first; what else is corrected follows.
    private func bring(
        _ pid: RunIdentifier, _ amendment: RunAmendment, _ correction: RunCorrection, under proposal: ProposalDescription,
        by actor: Actor
    ) async throws(CatalogueError) {
        guard try await bring(pid, under: proposal, reason: correction.reason, by: actor) else {
            throw CatalogueError(
                .clockRefuses, "What is open stays open, whoever paid for it", at: "\(pid)",
                remedy: "A curator and a director withdraw what must not be read any more")
        }
        var (rest, others) = (amendment, correction)
        others.proposal = nil
        rest.correction = others.isEmpty ? nil : others
        if !rest.isEmpty { try await correct(pid, rest, by: actor) }
    }

    /// The custodian, and accounts that are a curator's.
    public func mayCorrect(_ actor: Actor) -> Bool {
        switch actor {
        case .custodian: true
        case .system: false
        case .account(let account): !account.isDisabled && account.curates
        }
    }

    /// Another hour of the same day moves nothing; what was paid for has no clocks.
    private func movesClocks(of owner: ClockOwner, _ end: Timestamp) async throws(CatalogueError) -> Bool {
        let record = try await store.clock(of: owner, tenant: tenant)
        guard let anchor = record.dates.opening?.basis.anchor else { return false }
        let day = try ruled(at: "\(owner)") { () throws(EmbargoError) in try rules.zone.localDate(of: Instant(end)) }
        return day != anchor
    }

    /// A run's proposal is its team's; and what was paid for never becomes public work.
    /// - Returns: a proposal that was paid for, where the run was none's so far.
    private func checkOrigin(
        _ correction: RunCorrection, of run: RunRecord, in scope: ReaderScope
    ) async throws(CatalogueError) -> ProposalDescription? {
        guard correction.team != nil || correction.proposal != nil else { return nil }
        let place = "\(run.pid)"
        let team = correction.team ?? run.origin.team
        guard let team, !Account.reservedGroups.contains(team.lowercased()) else {
            throw CatalogueError(.badRequest, "No group is called so", at: place, expected: "a team's name")
        }
        let before = try await proposal(run.origin.proposal)
        guard let name = correction.proposal ?? run.origin.proposal else { return nil }
        // One that the curator may not know of is told of like one that is not there.
        guard let after = try await proposal(name), after.team == team, Self.mayKnow(after, scope) else {
            throw CatalogueError(
                .badRequest, "The group has no such proposal", at: place, got: "'\(name.prefix(80).printable)'",
                remedy: "A run of another group is of a proposal of that group: correct both together")
        }
        if before == nil, after.kind == .proprietary, team == run.origin.team { return after }
        guard (before?.kind == .proprietary) == (after.kind == .proprietary) else {
            throw CatalogueError(
                .clockRefuses, "Whether a run is paid for is decided when it is entered, and moves with no correction", at: place,
                remedy: "Describe the run anew under the right proposal, and withdraw this one")
        }
        return nil
    }
}
