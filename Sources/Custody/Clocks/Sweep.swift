import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel

/// What a sweep did.
public struct SweepReport: Sendable, Hashable {
    public var time: TrustedTime
    /// Sessions that closed by themselves, days after their planned end.
    public var closed: [SessionName] = []
    /// What was marked open. Everyone read it already: reading goes by the time and does not wait for this.
    public var opened: [ClockOwner] = []
    /// Shares whose time was over, and whose history now says so.
    public var sharesEnded = 0
    /// Notices that were written for delivery: warnings, and what else is due by time.
    public var told = 0
    /// What could not be done, and goes on being due.
    public var failures: [Failure] = []

    public struct Failure: Sendable, Hashable {
        public let owner: ClockOwner
        public let error: String
    }
}

extension Custodian {
    /// How many records one transaction opens.
    static let batch = 500

    /// Opens what is due, closes the sessions that close by themselves, and writes the notices that are due.
    ///
    /// - Parameter progress: how many were opened, after each transaction.
    public func sweep(
        limit: Int = 1_000_000, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws(CatalogueError) -> SweepReport {
        let time = try await time.now()
        var report = SweepReport(time: time)
        // A clock that cannot be trusted opens nothing.
        guard time.doubt == nil else { return report }
        try await closeSessions(time.now, &report)
        report.sharesEnded = try await store.endExpiredShares(
            trustedNow: time.now.secondsSince1970, tenant: tenant, limit: 100_000)
        var stuck = 0
        while report.opened.count < limit {
            let part = min(Self.batch, limit - report.opened.count)
            let due = try await store.dueClocks(tenant: tenant, trustedNow: time.now.secondsSince1970, limit: part + stuck)
            let fresh = due.filter { owner in !report.failures.contains { $0.owner == owner } }
            guard !fresh.isEmpty else { break }
            await open(fresh, at: time.now, &report)
            stuck = report.failures.count
            progress(report.opened.count)
        }
        try await tellWhatIsDue(at: time.now, &report) { progress($0) }
        return report
    }

    private func closeSessions(_ now: Instant, _ report: inout SweepReport) async throws(CatalogueError) {
        // Seven days: by the state machine, which is asked and may refuse (a session without a run has nothing to count from).
        let before = now.advanced(byDaysOf24Hours: -7).secondsSince1970
        for name in try await store.sessionsToClose(tenant: tenant, plannedEndBefore: before, limit: 10_000) {
            do {
                let record = try await store.clock(of: .session(name), tenant: tenant)
                // Without a run there is no anchor: such a session waits for its first run, or for a person.
                guard record.dates.opening != nil else { continue }
                try await closeSession(name, by: .system)
                report.closed.append(name)
            } catch { report.failures.append(.init(owner: .session(name), error: "\(error)")) }
        }
    }

    /// In one transaction; when it fails, each by itself, so that one damaged chain keeps nothing else closed.
    private func open(_ owners: [ClockOwner], at now: Instant, _ report: inout SweepReport) async {
        var moves: [ClockMove] = []
        let records: [Result<EmbargoRecord, CatalogueError>]
        do { records = try await store.clocks(of: owners, tenant: tenant) } catch {
            report.failures += owners.map { .init(owner: $0, error: "\(error)") }
            return
        }
        let registered: Set<RunIdentifier>
        do {
            let runs = owners.compactMap { if case .run(let pid) = $0 { pid } else { nil } }
            registered = try await store.registered(among: runs, tenant: tenant)
        } catch {
            report.failures += owners.map { .init(owner: $0, error: "\(error)") }
            return
        }
        for (owner, record) in zip(owners, records) {
            do { moves.append(try await opening(of: owner, record.get(), at: now, registered)) } catch {
                report.failures.append(.init(owner: owner, error: "\(error)"))
            }
        }
        do {
            try await store.move(moves, tenant: tenant)
            report.opened += moves.map(\.owner)
        } catch {
            for move in moves {
                do {
                    try await store.move([move], tenant: tenant)
                    report.opened.append(move.owner)
                } catch { report.failures.append(.init(owner: move.owner, error: "\(error)")) }
            }
        }
    }

    private func opening(
        of owner: ClockOwner, _ record: EmbargoRecord, at now: Instant, _ registered: Set<RunIdentifier>
    ) async throws(CatalogueError) -> ClockMove {
        let author = Author(person: Actor.system.identifier, role: .system)
        let longer = try ruled(at: "\(owner)") { () throws(EmbargoError) in
            try record.applying(.opened, by: author, at: now, in: rules.zone)
        }
        let event = draft(.opened, by: .system, at: now)
        switch owner {
        case .session(let name):
            let pid = try await store.session(name, tenant: tenant).pid.map { "\($0)" }
            let outside = try await drafts(after: .opened, of: owner, pid: pid, longer, at: now)
            return ClockMove(
                owner, longer, seen: record.entries.count, event: event, outbox: outside.outbox, notices: outside.notices,
                looksAgain: outside.looksAgain)
        case .run(let pid):
            // Many of one proposal open on one day: what is told of them is told together, right after.
            let outbox = registered.contains(pid) ? [try OutsideMessage.record(pid: "\(pid)").draft] : []
            return ClockMove(owner, longer, seen: record.entries.count, event: event, outbox: outbox)
        }
    }
}
