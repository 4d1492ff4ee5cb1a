import Diagnostics
import EmbargoClock
import Notices
import RunCatalogue

/// What one sweep remembers of its telling.
///
/// Runs without a session are many: of those of one proposal to which the same happens on the same day, one notice speaks for all.
struct SweepDesk: Sendable {
    private struct Group: Hashable {
        let proposal: String?
        let kind: NoticeKind
    }

    /// Nil where the catalogue does not say since when it tells.
    let plan: WarningPlan?
    private var groups: Set<Group> = []

    init(plan: WarningPlan?) { self.plan = plan }

    /// Which of the notices of a record others speak for, and which ones speak for others.
    mutating func share(_ notices: DueNotices, of clock: SweptClock) -> (silent: Set<NoticeKey>, standing: Set<NoticeKey>) {
        var (silent, standing): (Set<NoticeKey>, Set<NoticeKey>) = ([], [])
        guard case .run = clock.owner else { return (silent, standing) }
        for notice in notices.due where notice.kind.happensToManyAtOnce {
            let isFirst = groups.insert(Group(proposal: clock.proposal, kind: notice.kind)).inserted
            if isFirst { standing.insert(notice.key) } else { silent.insert(notice.key) }
        }
        return (silent, standing)
    }
}

extension Custodian {
    /// What is to tell of clocks, and when they are looked at again. Of a session without an identifier nobody is told.
    func telling(
        of clock: SweptClock, _ record: EmbargoRecord, at now: Instant, _ desk: inout SweepDesk
    ) throws(CatalogueError) -> (notices: [NoticeDraft], looksAgain: Int64?) {
        guard let pid = clock.pid else { return ([], nil) }
        guard let plan = desk.plan else {
            throw CatalogueError(.damaged, "The catalogue does not say since when it tells", at: "\(clock.owner)")
        }
        let due = try notices(of: record, pid: pid, told: clock.told, plan, at: now)
        let looksAgain = try looksAgain(record, after: now)
        let shared = desk.share(due, of: clock)
        return (try noticeDrafts(due, pid: pid, silent: shared.silent, standingForOthers: shared.standing), looksAgain)
    }

    /// Warnings, and what else is due to be told by time alone: each once, however often this is asked. What opens is told of with its opening.
    func tellWhatIsDue(
        at now: Instant, _ desk: inout SweepDesk, _ report: inout SweepReport, progress: (Int) -> Void
    ) async throws(CatalogueError) {
        if desk.plan == nil { desk = SweepDesk(plan: try await warningPlan()) }
        var seen: Set<ClockOwner> = []
        var stuck = 0
        while true {
            let found = try await store.clocksToTell(
                tenant: tenant, now: now.secondsSince1970, limit: min(Self.batch + stuck, 1_000_000))
            let fresh = found.filter { seen.insert($0.owner).inserted }
            guard !fresh.isEmpty else { return }
            stuck = found.count - fresh.count
            var tellings: [Telling] = []
            for clock in fresh {
                do throws(CatalogueError) {
                    let record = try clock.chain.get().record
                    let telling = try telling(of: clock, record, at: now, &desk)
                    report.told += telling.notices.count { !$0.messages.isEmpty }
                    tellings.append(
                        Telling(
                            clock.owner, seen: record.entries.count, notices: telling.notices, looksAgain: telling.looksAgain))
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
