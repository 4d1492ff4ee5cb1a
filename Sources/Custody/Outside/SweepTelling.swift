import Diagnostics
import EmbargoClock
import Notices
import RunCatalogue

extension Custodian {
    /// Warnings, and what else is due to be told by time alone: each once, however often this is asked.
    ///
    /// Runs without a session are many: of those of one proposal to which the same happens on the same day, one notice speaks for all.
    func tellWhatIsDue(at now: Instant, _ report: inout SweepReport, progress: (Int) -> Void) async throws(CatalogueError) {
        struct Group: Hashable {
            let proposal: String?
            let kind: NoticeKind
        }
        let plan = try await warningPlan()
        var groups: Set<Group> = []
        var seen: Set<ClockOwner> = []
        var stuck = 0
        while true {
            let found = try await store.clocksToTell(
                tenant: tenant, now: now.secondsSince1970, limit: min(Self.batch + stuck, 1_000_000))
            let fresh = found.filter { seen.insert($0.owner).inserted }
            guard !fresh.isEmpty else { return }
            stuck = found.count - fresh.count
            // In two looks, and not in two for each: a hundred thousand runs open on one day.
            let owners = fresh.map(\.owner)
            let records = try await store.clocks(of: owners, tenant: tenant)
            let toldBefore = try await store.told(of: owners, tenant: tenant)
            var tellings: [Telling] = []
            for (clock, (found, told)) in zip(fresh, zip(records, toldBefore)) {
                do throws(CatalogueError) {
                    let record = try found.get()
                    guard let pid = clock.pid else {
                        tellings.append(Telling(clock.owner, seen: record.entries.count, notices: [], looksAgain: nil))
                        continue
                    }
                    let due = try notices(of: record, pid: pid, told: told, plan, at: now)
                    var (silent, standing): (Set<NoticeKey>, Set<NoticeKey>) = ([], [])
                    if case .run = clock.owner {
                        for notice in due.due where notice.kind.happensToManyAtOnce {
                            let isFirst = groups.insert(Group(proposal: clock.proposal, kind: notice.kind)).inserted
                            if isFirst { standing.insert(notice.key) } else { silent.insert(notice.key) }
                        }
                    }
                    let drafts = try noticeDrafts(due, pid: pid, silent: silent, standingForOthers: standing)
                    report.told += drafts.count { !$0.messages.isEmpty }
                    tellings.append(
                        Telling(
                            clock.owner, seen: record.entries.count, notices: drafts,
                            looksAgain: try looksAgain(record, after: now))
                    )
                } catch {
                    // What could not be opened or closed either is told of once.
                    guard !report.failures.contains(where: { $0.owner == clock.owner }) else { continue }
                    report.failures.append(.init(owner: clock.owner, error: "\(error)"))
                }
            }
            try await store.tell(tellings, at: now.secondsSince1970, tenant: tenant)
            progress(seen.count)
        }
    }
}

extension NoticeKind {
    /// By time, and so to all that were recorded on a day.
    fileprivate var happensToManyAtOnce: Bool {
        switch self {
        case .endsSoon, .opened: true
        default: false
        }
    }
}
