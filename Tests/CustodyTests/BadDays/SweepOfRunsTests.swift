import Custody
import Diagnostics
import EmbargoClock
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// Runs with clocks of their own, which open by the thousand in one transaction.
struct SweepOfRunsTests {
    private func registered(_ count: Int) async throws -> TestCustodian {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        for number in 1...count {
            let run = try TestCustodian.run(number, ended: "2026-05-09T12:00:0\(number % 10)Z", session: nil)
            _ = try await test.custodian.register(run, by: .system)
        }
        return test
    }

    private func owner(_ number: Int) throws -> ClockOwner {
        .run(try TestCustodian.run(number, ended: "2026-05-09T12:00:00Z").summary.pid)
    }

    /// Of the opening; another one says that the session, in which nobody measured, waits to be closed.
    private func notices(_ test: TestCustodian) async throws -> [String] {
        let tenant = test.custodian.rules.tenant
        return try await test.store.undeliveredMessages(topic: "mail", tenant: tenant, limit: 1000).map(\.payload)
            .filter { $0.contains("#opened") }
    }

    @Test func theyOpenWithOneNoticeForAllAndWhatWasWrittenCanBeProved() async throws {
        let test = try await registered(12)
        try test.clock.set("2029-05-09T22:00:00Z")
        let report = try await test.custodian.sweep()
        let expected = try Set((1...12).map(owner))
        #expect(Set(report.opened) == expected && report.failures == [] && report.told == 2)
        let notices = try await notices(test)
        #expect(notices.count == 1 && notices[0].contains("standsForOthers"))
        let tenant = test.custodian.rules.tenant
        for number in 1...12 {
            let owner = try owner(number)
            try await test.store.verifyClock(of: owner, tenant: tenant)
            if case .run(let pid) = owner { try await test.store.verifyHistory(of: pid, tenant: tenant) }
            let told = try await test.store.told(of: owner, tenant: tenant)
            #expect(told.contains { $0.hasSuffix("#opened") })
        }
        let again = try await test.custodian.sweep()
        #expect(again.opened == [] && again.told == 0)
        let report2 = try await test.custodian.recompute(mend: false)
        #expect(report2.differences.map(\.what) == [])
    }

    /// The one that speaks for all is the one that cannot be written: the next one speaks then, and nobody else stays closed.
    @Test(arguments: [1, 5])
    func whereTheFirstCannotBeWrittenAnotherSpeaksForAll(broken: Int) async throws {
        let test = try await registered(5)
        guard case .run(let pid) = try owner(broken) else { return }
        try test.edit(
            """
            CREATE TRIGGER broken BEFORE UPDATE ON run WHEN OLD.pid = '\(pid)' BEGIN SELECT RAISE (ABORT, 'a bad block'); END
            """)
        try test.clock.set("2029-05-09T22:00:00Z")
        let report = try await test.custodian.sweep()
        let left = try owner(broken)
        #expect(report.failures.map(\.owner) == [left])
        let expected = try Set((1...5).map(owner)).subtracting([left])
        #expect(Set(report.opened) == expected && report.told == 2)
        let notices = try await notices(test)
        #expect(notices.count == 1 && notices[0].contains("standsForOthers") && !notices[0].contains("\(pid)"))
    }

    /// An entry that says something else than its digest opens nothing, though it is one that this program could have written; nor does one with
    /// more behind a zero, which a reader of C would not see.
    @Test(arguments: [#"replace(entry, '"system"', '"somebody"')"#, "entry || char(0) || 'more'"])
    func anEditedChainStaysClosedAndKeepsNothingElseClosed(edited: String) async throws {
        let test = try await registered(3)
        guard case .run(let pid) = try owner(2) else { return }
        try test.edit(
            """
            DROP TRIGGER clock_entry_is_not_changed;
            UPDATE clock_entry SET entry = \(edited)
            WHERE clock = (SELECT clock.id FROM clock JOIN run ON run.id = clock.run WHERE run.pid = '\(pid)')
            """)
        try test.clock.set("2029-05-09T22:00:00Z")
        let report = try await test.custodian.sweep()
        #expect(report.failures.map(\.owner) == [.run(pid)])
        #expect(report.failures.first?.error.contains("edited behind") == true)
        let expected = try Set([owner(1), owner(3)])
        #expect(Set(report.opened) == expected)
    }

    /// Between the look and the write somebody sets a hold.
    @Test func whatWasDecidedMeanwhileIsNotWrittenOver() async throws {
        let test = try await registered(2)
        let tenant = test.custodian.rules.tenant
        let now = try Instant("2029-05-09T22:00:00Z")
        let due = try await test.store.dueClocks(tenant: tenant, trustedNow: now.secondsSince1970, limit: 10)
        #expect(due.count == 2 && due.allSatisfy { $0.proposal == "20260001" && !$0.isRegistered })
        let first = try #require(due.first)
        try await test.custodian.decide(first.owner, by: .custodian) { _ throws(CatalogueError) in
            .holdSet(.legal, reason: "a dispute", reviewOn: try ruledDay("2029-09-01"))
        }
        let moves = try due.map { clock in
            let chain = try clock.chain.get()
            let longer = try chain.record.applying(
                .opened, by: Author(person: "system", role: .system), at: now, in: test.custodian.rules.zone)
            return ClockMove(longer, on: chain, event: EventDraft(action: "opened", at: Timestamp(now)))
        }
        let refused = await refusal { try await test.store.move(moves, tenant: tenant) }
        #expect(refused?.code == .changedMeanwhile)
        // All of it or none.
        let other = try #require(due.last)
        #expect(try await test.store.clock(of: other.owner, tenant: tenant).entries.count == 1)
        let unchanged = await refusal { try await test.store.move([moves[1], moves[1]], tenant: tenant) }
        #expect(unchanged?.code == .changedMeanwhile)
        try await test.store.move([moves[1]], tenant: tenant)
        #expect(try await test.store.clock(of: other.owner, tenant: tenant).entries.count == 2)
    }
}
