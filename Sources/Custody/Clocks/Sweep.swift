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
        // Without a plan nothing is told, and what is due opens all the same; the telling says what is wrong with it.
        var desk = SweepDesk(plan: try? await warningPlan())
        report.sharesEnded = try await store.endExpiredShares(
            trustedNow: time.now.secondsSince1970, tenant: tenant, limit: 100_000)
        var stuck = 0
        while report.opened.count < limit {
            let part = min(Self.batch, limit - report.opened.count)
            let due = try await store.dueClocks(tenant: tenant, trustedNow: time.now.secondsSince1970, limit: part + stuck)
            let failed = Set(report.failures.map(\.owner))
            let fresh = due.filter { !failed.contains($0.owner) }
            guard !fresh.isEmpty else { break }
            await open(fresh, at: time.now, &desk, &report)
            stuck = report.failures.count
            progress(report.opened.count)
        }
        try await tellWhatIsDue(at: time.now, &desk, &report) { progress($0) }
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
    private func open(_ clocks: [SweptClock], at now: Instant, _ desk: inout SweepDesk, _ report: inout SweepReport) async {
        var together = (desk: desk, moves: [ClockMove](), told: 0)
        for clock in clocks {
            do {
                let opening = try opening(of: clock, at: now, &together.desk)
                together.moves.append(opening.move)
                together.told += opening.told
            } catch { report.failures.append(.init(owner: clock.owner, error: "\(error)")) }
        }
        do {
            try await store.move(together.moves, tenant: tenant)
            report.opened += together.moves.map(\.owner)
            report.told += together.told
            desk = together.desk
        } catch {
            let moved = Set(together.moves.map(\.owner))
            for clock in clocks where moved.contains(clock.owner) {
                // Who was to be told for all others may be the one that cannot be written: the others are told of then.
                var alone = desk
                do {
                    let opening = try opening(of: clock, at: now, &alone)
                    try await store.move([opening.move], tenant: tenant)
                    report.opened.append(clock.owner)
                    report.told += opening.told
                    desk = alone
                } catch { report.failures.append(.init(owner: clock.owner, error: "\(error)")) }
            }
        }
    }

    /// The opening of a session or a run, with what follows from it for the outside world.
    private func opening(
        of clock: SweptClock, at now: Instant, _ desk: inout SweepDesk
    ) throws(CatalogueError) -> (move: ClockMove, told: Int) {
        let chain = try clock.chain.get()
        let author = Author(person: Actor.system.identifier, role: .system)
        let longer = try ruled(at: "\(clock.owner)") { () throws(EmbargoError) in
            try chain.record.applying(.opened, by: author, at: now, in: rules.zone)
        }
        let event = draft(.opened, by: .system, at: now)
        var outbox: [OutboxDraft] = []
        if let pid = clock.pid, isToldToRegistry(clock, longer, at: now) { outbox = [try OutsideMessage.record(pid: pid).draft] }
        do {
            let telling = try telling(of: clock, longer, at: now, &desk)
            let move = ClockMove(
                longer, on: chain, event: event, outbox: outbox, notices: telling.notices, looksAgain: telling.looksAgain)
            return (move, telling.notices.count { !$0.messages.isEmpty })
        } catch {
            // It opens, and is looked at right after: what cannot be told is reported then.
            return (ClockMove(longer, on: chain, event: event, outbox: outbox), 0)
        }
    }

    /// A session always, and of runs those that somebody asked for.
    private func isToldToRegistry(_ clock: SweptClock, _ record: EmbargoRecord, at now: Instant) -> Bool {
        switch clock.owner {
        case .run: clock.isRegistered
        case .session: EmbargoEvent.opened.changesPublicRecord && record.status(at: now).readers.shortRecord == .everyone
        }
    }
}
