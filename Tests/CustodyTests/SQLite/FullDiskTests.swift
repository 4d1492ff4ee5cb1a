import Custody
import Diagnostics
import EmbargoClock
import GRDB
import RunCatalogue
import RunModel
import Synchronization
import TestCatalogue
import TestStore
import Testing

/// A disk that is full leaves nothing half, and what is written afterwards is right.
struct FullDiskTests {
    /// Where a full disk is seen: when a statement needs a page, or when all that was written is committed.
    enum Fault {
        case pages, commit
    }

    private func isFull(_ isFull: Bool, _ test: TestCustodian, _ fault: Fault = .pages, _ commits: RefusedCommits? = nil)
        async throws
    {
        if fault == .commit {
            commits?.areRefused = isFull
            return
        }
        try await test.store.sqlite.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(isFull ? pages : 1_000_000)")
        }
    }

    private func run(
        _ test: TestCustodian, _ number: Int, team: String, files: Int = 2, tenant: String? = nil, clock: HandOverClock? = nil
    ) throws -> RunHandOver {
        let rules = test.custodian.rules
        let now = test.clock.reading().wall
        let own = try EmbargoRecord(
            registering: .run(ended: RunEnd(at: now, in: rules.zone)), policy: rules.policy,
            by: Author(person: "system", role: .system), at: now, in: rules.zone)
        return RunHandOver(
            tenant: tenant ?? rules.tenant, pid: try TestCustodian.run(number, ended: "2026-05-01T07:00:00Z").summary.pid,
            kind: .raw, name: "run_\(number)", verdict: .complete,
            origin: RunOrigin(team: team, proposal: "p-\(team)", session: "s", sample: "sample"), startedAt: Timestamp(now),
            files: try (0..<files).map { try RunFile(path: "data_\($0).h5", role: .data, bytes: 1) },
            clock: clock ?? .own(own), event: EventDraft(action: "registered", at: Timestamp(now)))
    }

    private func numbers(_ test: TestCustodian, team: String, tenant: String? = nil) async throws -> [String] {
        let scope = ReaderScope(
            tenant: tenant ?? test.custodian.rules.tenant, trustedNow: nil, openRuns: .all, teams: [team])
        let page = try await test.store.page(RunFilter(), scope: scope, after: nil, limit: 100, countLimit: 0)
        #expect(page.runs.allSatisfy { $0.origin.team == team && $0.origin.proposal == "p-\(team)" })
        return page.runs.map(\.name).sorted()
    }

    @Test(arguments: [Fault.pages, .commit])
    func noRunIsFiledUnderAnotherTeamAfterAHandOverThatFailed(fault: Fault) async throws {
        let test = try TestCustodian()
        let commits = RefusedCommits()
        try test.store.sqlite.pool.add(transactionObserver: commits)
        _ = try await test.store.handOver(run(test, 1, team: "a"))
        try await isFull(true, test, fault, commits)
        var acknowledged = 0
        let store = test.store
        let large = try (10..<18).map { try run(test, $0, team: "b", files: 400) }
        let refusals = await withTaskGroup(of: CatalogueError?.self) { group in
            for each in large { group.addTask { await refusal { try await store.handOver(each) } } }
            return await group.reduce(into: [CatalogueError?]()) { $0.append($1) }
        }
        acknowledged = refusals.count { $0 == nil }
        #expect(acknowledged < large.count)
        #expect(refusals.compactMap(\.self).allSatisfy { $0.code == .storage }, "\(refusals)")
        let batch = await refusal { try await store.handOver(batch: large) }
        #expect(batch?.code == .storage)
        try await isFull(false, test, fault, commits)
        // Other names take the numbers that the failed ones had.
        _ = try await store.handOver(run(test, 2, team: "c"))
        _ = try await store.handOver(run(test, 3, team: "b"))
        #expect(try await numbers(test, team: "a") == ["run_1"])
        #expect(try await numbers(test, team: "c") == ["run_2"])
        #expect(try await numbers(test, team: "b").count == acknowledged + 1)
        for each in large { _ = try await store.handOver(each) }
        #expect(try await numbers(test, team: "b").count == large.count + 1)
        for each in large { try await store.verifyHistory(of: each.pid, tenant: test.custodian.rules.tenant) }
        let report = try await test.custodian.recompute(mend: false)
        #expect(report.looked == large.count + 3)
        #expect(report.differences.map(\.what) == [])
        try await store.checkIntegrity()
    }

    @Test func aRunThatIsRefusedLeavesNoNameBehindThatAnotherInstitutionTakes() async throws {
        let test = try TestCustodian()
        _ = try await test.store.handOver(run(test, 1, team: "a"))
        // The institution is entered, then it is seen that the session is not known.
        let refused = await refusal { try await test.store.handOver(run(test, 2, team: "a", tenant: "x", clock: .session)) }
        #expect(refused?.code == .notFound)
        _ = try await test.store.handOver(run(test, 3, team: "a", tenant: "y"))
        _ = try await test.store.handOver(run(test, 2, team: "a", tenant: "x"))
        for (tenant, name) in [("x", "run_2"), ("y", "run_3")] {
            #expect(try await numbers(test, team: "a", tenant: tenant) == [name])
        }
    }

    @Test func aDecisionThatCannotBeWrittenIsNotTaken() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        let owner = ClockOwner.session(TestCustodian.session)
        let set = { () async -> CatalogueError? in
            await refusal {
                try await test.custodian.decide(owner, by: .custodian) { _ throws(CatalogueError) in
                    .holdSet(.legal, reason: String(repeating: "a dispute ", count: 200), reviewOn: try ruledDay("2026-09-01"))
                }
            }
        }
        try await isFull(true, test)
        var taken = 0
        var failure: CatalogueError?
        while failure == nil, taken < 100 {
            failure = await set()
            if failure == nil { taken += 1 }
        }
        #expect(failure?.code == .storage)
        let record = try await test.store.clock(of: owner, tenant: test.custodian.rules.tenant)
        #expect(record.holds.count == taken)
        try await test.store.verifyClock(of: owner, tenant: test.custodian.rules.tenant)
        let pid = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z").summary.pid
        try await test.store.verifyHistory(of: pid, tenant: test.custodian.rules.tenant)
        try await isFull(false, test)
        #expect(await set() == nil)
        let after = try await test.store.clock(of: owner, tenant: test.custodian.rules.tenant)
        #expect(after.holds.count == taken + 1)
        let report = try await test.custodian.recompute(mend: false)
        #expect(report.differences.map(\.what) == [])
    }
}

/// Lets no commit through while it is told so.
final class RefusedCommits: TransactionObserver, Sendable {
    private let state = Mutex(false)
    var areRefused: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() throws {
        if areRefused { throw DatabaseError(resultCode: .SQLITE_FULL, message: "database or disk is full") }
    }
    func databaseDidCommit(_ db: Database) {}
    func databaseDidRollback(_ db: Database) {}
}
