import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

// Runs that were described before the catalogue had the proposal that they name. Once it is imported they are as if it had been there: what was paid
// for is known to nobody outside, whichever came first.

/// What became of the runs of a proposal's team when it was imported.
public struct BroughtRuns: Sendable, Hashable {
    /// They are the proposal's from now on.
    public var brought = 0
    /// They name it, it was paid for, and they were open, withdrawn or purged before it was known: what everyone has had cannot be taken back.
    public var stayPublic = 0
    /// Of no proposal that the catalogue has, and everyone may know of them: they keep their own clocks.
    public var ofNoProposal = 0

    public init(brought: Int = 0, stayPublic: Int = 0, ofNoProposal: Int = 0) {
        (self.brought, self.stayPublic, self.ofNoProposal) = (brought, stayPublic, ofNoProposal)
    }
}

extension Custodian {
    private static let runsAtOnce = 500
    private static let attempts = 20

    /// Makes the team's runs that name a proposal, and are of none, that proposal's: each with an event in its history. The same again changes nothing.
    func bringRuns(under proposal: ProposalDescription, by actor: Actor) async throws(CatalogueError) -> BroughtRuns {
        var report = BroughtRuns()
        let isPaidFor = proposal.kind == .proprietary
        var position: Int64?
        while true {
            // What became another proposal's by its inputs was still paid for, if it says so.
            let runs = try await store.runs(
                naming: proposal.name, team: proposal.team, others: isPaidFor, tenant: tenant, after: position,
                limit: Self.runsAtOnce)
            for run in runs {
                if try await bring(run.pid, under: proposal, by: actor) { report.brought += 1 } else { report.stayPublic += 1 }
            }
            guard let last = runs.last, runs.count == Self.runsAtOnce else { break }
            position = last.position
        }
        report.ofNoProposal = try await store.countRuns(
            ofNoProposal: proposal.team, notNaming: proposal.name, tenant: tenant)
        return report
    }

    /// - Returns: false for what is public already, and stays so.
    @discardableResult
    func bring(
        _ pid: RunIdentifier, under proposal: ProposalDescription, reason: String = "its proposal was imported", by actor: Actor
    ) async throws(CatalogueError) -> Bool {
        for attempt in 1... {
            do {
                let record = try await store.clock(of: .run(pid), tenant: tenant)
                let now = try await time.decisionTime()
                let isPublic =
                    switch record.status(at: now).state {
                    case .open, .withdrawn, .purged: true
                    case .collecting, .embargoed, .extensionPending, .held, .proprietary: false
                    }
                if isPublic, proposal.kind == .proprietary { return false }
                let follows = try await !store.followedClocks(of: pid, tenant: tenant).isEmpty
                let clock = try clock(of: pid, record, follows: follows, under: proposal, reason, actor, now)
                let isDescribed = try await store.isDescribed(pid, tenant: tenant)
                let messages = try await messages(about: pid)
                try await store.bring(
                    pid, under: isDescribed ? proposal.name : nil, clock: clock, reason: reason, outbox: messages, tenant: tenant,
                    by: Deed(at: Timestamp(now), person: actor.personNumber))
                if case .begins = clock { try await bringResults(of: pid, under: proposal, by: actor) }
                return true
            } catch {
                guard error.code == .changedMeanwhile, attempt < Self.attempts else { throw error }
            }
        }
        throw CatalogueError(.busy, "Others decide on this all the time", at: "\(pid)")
    }

    /// By the rule, as the first entry of a chain is.
    private func clock(
        of pid: RunIdentifier, _ record: EmbargoRecord, follows: Bool, under proposal: ProposalDescription, _ reason: String,
        _ actor: Actor, _ now: Instant
    ) throws(CatalogueError) -> BroughtClock {
        if proposal.kind != .proprietary { return .stays }
        let author = Author(person: actor.identifier, role: .system)
        guard !follows else {
            return .begins(
                try ruled(at: "\(pid)") { () throws(EmbargoError) in
                    try EmbargoRecord(registering: .proprietary, policy: rules.policy, by: author, at: now, in: rules.zone)
                })
        }
        if case .proprietary = record.status(at: now).state { return .stays }
        let event = EmbargoEvent.foundProprietary(reason: reason)
        let longer = try ruled(at: "\(pid)") { () throws(EmbargoError) in
            try record.applying(event, by: author, at: now, in: rules.zone)
        }
        return .moves(
            ClockMove(
                .run(pid), longer, seen: record.entries.count, event: draft(event, by: actor, at: now), looksAgain: nil))
    }

    /// A result of a result follows what that one followed; now that one has clocks of its own, and what was made of it is paid for too.
    private func bringResults(
        of pid: RunIdentifier, under proposal: ProposalDescription, by actor: Actor
    ) async throws(CatalogueError) {
        let everything = ReaderScope.everything(tenant: tenant)
        for result in try await store.derivations(of: pid, scope: everything).results {
            guard try await store.run(result, scope: everything).origin.team == proposal.team,
                try await !store.followedClocks(of: result, tenant: tenant).isEmpty
            else { continue }
            try await bring(result, under: proposal, reason: "what it was made from was paid for", by: actor)
        }
    }

    /// For the registries that know of the run, or tell of it beside another one.
    private func messages(about pid: RunIdentifier) async throws(CatalogueError) -> [OutboxDraft] {
        var messages: [OutboxDraft] = []
        if try await isToldOutside(pid) { messages.append(try OutsideMessage.record(pid: "\(pid)").draft) }
        for run in try await store.registeredRuns(telling: .result(pid), tenant: tenant, limit: 1_000_000) {
            messages.append(try OutsideMessage.record(pid: "\(run)", alone: true).draft)
        }
        let collections = try await store.registeredCollections(with: .run(pid), tenant: tenant, limit: 1_000_000)
        for collection in collections { messages.append(try OutsideMessage.record(pid: "\(collection)", alone: true).draft) }
        return messages
    }
}
