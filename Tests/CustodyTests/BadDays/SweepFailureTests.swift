import Custody
import Diagnostics
import EmbargoClock
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore

/// What is broken or empty keeps nothing else closed.
struct SweepFailureTests {
    private func plan(_ test: TestCustodian, _ name: String, end: String) async throws -> SessionName {
        let session = SessionName(proposal: "20260001", name: name)
        _ = try await test.custodian.openSession(
            session, instrument: nil, begins: nil, plannedEnd: Timestamp(try Instant(end)), by: .custodian)
        return session
    }

    @Test func aDamagedChainOfASessionThatShouldCloseKeepsNothingElseClosed() async throws {
        let test = try TestCustodian()
        try await test.begin()
        let broken = try await plan(test, "broken", end: "2026-05-02T00:00:00Z")
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        _ = try await test.custodian.register(
            TestCustodian.run(2, ended: "2026-05-09T12:00:00Z", session: "broken"), by: .system)
        try test.store.edit(
            """
            DROP TRIGGER clock_entry_is_not_changed;
            UPDATE clock_entry SET entry = '{}' WHERE number = 1 AND clock = (
                SELECT clock.id FROM clock JOIN session ON session.id = clock.session WHERE session.name = 'broken')
            """)
        try test.clock.set("2026-06-01T00:00:00Z")
        let report = try await test.custodian.sweep()
        #expect(report.closed == [TestCustodian.session])
        #expect(report.failures.map(\.owner) == [.session(broken)])
        try test.clock.set("2029-06-01T00:00:00Z")
        #expect(try await test.custodian.sweep().opened == [.session(TestCustodian.session)])
    }

    @Test func sessionsInWhichNobodyMeasuredDoNotFillTheListOfThoseThatClose() async throws {
        let test = try TestCustodian()
        try await test.begin()
        for number in 1...5 { _ = try await plan(test, "empty-\(number)", end: "2026-05-0\(number)T00:00:00Z") }
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        let listed = try await test.store.sessionsToClose(
            tenant: test.custodian.rules.tenant, plannedEndBefore: Instant("2026-06-01T00:00:00Z").secondsSince1970, limit: 1)
        #expect(listed == [TestCustodian.session])
    }

    @Test func anEarlyReleaseThatAHoldOutlastsIsNoDifference() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        let owner = ClockOwner.session(TestCustodian.session)
        let member = try await test.account("jean", email: "jean@example.org")
        try await test.custodian.decide(owner, by: member) { _ throws(CatalogueError) in .earlyReleaseAsked(licence: "CC-BY-4.0")
        }
        let held = try await test.custodian.decide(owner, by: .custodian) { _ throws(CatalogueError) in
            .holdSet(.ethics, reason: "a question", reviewOn: try ruledDay("2026-09-01"))
        }
        let hold = try #require(held.record.holds.first)
        try test.clock.set("2030-01-01T00:00:00Z")
        let lifted = try await test.custodian.decide(owner, by: .custodian) { _ throws(CatalogueError) in
            .holdLifted(hold: hold, reason: "settled")
        }
        #expect(lifted.status.state == .open)
        let report = try await test.custodian.recompute(mend: false)
        #expect(report.differences.map(\.what) == [])
    }

    @Test func anOpeningDateOfARunThatWasEditedIsFound() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        try test.store.edit("UPDATE run SET opens_at = opens_at - 86400")
        let report = try await test.custodian.recompute(mend: true)
        #expect(report.differences.map(\.isMended) == [false])
    }
}
