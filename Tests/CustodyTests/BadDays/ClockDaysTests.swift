import Custody
import Diagnostics
import EmbargoClock
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// Clocks that go wrong, and days that are not like others.
struct ClockDaysTests {
    private static let owner = ClockOwner.session(TestCustodian.session)

    private func embargoed(ended: String, now: String) async throws -> TestCustodian {
        let test = try TestCustodian(at: "2023-01-01T00:00:00Z")
        try await test.begin()
        try test.clock.set(now)
        _ = try await test.custodian.register(TestCustodian.run(1, ended: ended), by: .system)
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        return test
    }

    private func isOpen(_ test: TestCustodian, _ custodian: Custodian? = nil) async throws -> Bool {
        let scope = try await (custodian ?? test.custodian).scope(of: .anonymous)
        let pid = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z").summary.pid
        return await refusal { try await test.store.run(pid, scope: scope) } == nil
    }

    /// The sheet's table of section 1.3, and the nights on which Paris turns its clocks, through the store.
    @Test(arguments: [
        ("2025-05-10T12:00:00Z", "2028-05-10T22:00:00Z"), ("2024-02-29T11:00:00Z", "2027-02-28T23:00:00Z"),
        ("2026-03-31T22:30:00Z", "2029-04-01T22:00:00Z"), ("2025-12-31T22:59:59Z", "2028-12-31T23:00:00Z"),
        // 29 March 2026 has 23 hours, and so has 25 March 2029; 28 October 2029 has 25.
        ("2026-03-28T23:00:00Z", "2029-03-29T22:00:00Z"), ("2026-03-24T12:00:00Z", "2029-03-24T23:00:00Z"),
        ("2026-03-25T12:00:00Z", "2029-03-25T22:00:00Z"), ("2026-10-25T00:30:00Z", "2029-10-25T22:00:00Z"),
        ("2026-10-27T12:00:00Z", "2029-10-27T22:00:00Z"), ("2026-10-28T12:00:00Z", "2029-10-28T23:00:00Z"),
    ])
    func aSessionOpensAtTheLocalStartOfTheDay(ended: String, opens: String) async throws {
        let test = try await embargoed(ended: ended, now: "2026-11-01T00:00:00Z")
        let second = try Instant(opens).advanced(byMilliseconds: -1)
        try test.clock.set("\(second)")
        #expect(try await test.custodian.sweep().opened == [])
        #expect(try await !isOpen(test))
        try test.clock.set(opens)
        #expect(try await isOpen(test))
        #expect(try await test.custodian.sweep().opened == [Self.owner])
    }

    @Test func aRebootWithoutSynchronisationOpensNothingUntilAPersonSaysSo() async throws {
        let test = try await embargoed(ended: "2026-05-09T12:00:00Z", now: "2026-05-09T13:00:00Z")
        try test.clock.boot("second", wall: "2029-06-01T00:00:00Z", isSynchronised: false)
        let restarted = Custodian(store: test.store, rules: test.custodian.rules, clock: test.clock)
        for custodian in [test.custodian, restarted] {
            #expect(try await custodian.sweep().time.doubt == .notAccepted)
            #expect(try await !isOpen(test, custodian))
            let refused = await refusal { try await custodian.closeSession(TestCustodian.session, by: .custodian) }
            #expect(refused?.code == .clockRefuses)
        }
        _ = try await restarted.time.accept()
        #expect(try await isOpen(test, restarted))
        #expect(try await restarted.sweep().opened == [Self.owner])
    }

    @Test func aRebootWithASynchronisedClockIsNoJumpHoweverLongTheMachineWasOff() async throws {
        let test = try await embargoed(ended: "2026-05-09T12:00:00Z", now: "2026-05-09T13:00:00Z")
        try test.clock.boot("second", wall: "2029-06-01T00:00:00Z", isSynchronised: true)
        let restarted = Custodian(store: test.store, rules: test.custodian.rules, clock: test.clock)
        #expect(try await isOpen(test, restarted))
        #expect(try await restarted.sweep().opened == [Self.owner])
    }

    @Test(arguments: [true, false])
    func aMachineThatWakesUpIn1970DecidesNothing(isSynchronised: Bool) async throws {
        let test = try await embargoed(ended: "2026-05-09T12:00:00Z", now: "2026-05-09T13:00:00Z")
        try test.clock.boot("second", wall: "1970-01-01T00:00:10Z", isSynchronised: isSynchronised)
        let restarted = Custodian(store: test.store, rules: test.custodian.rules, clock: test.clock)
        let refused = await refusal {
            try await restarted.decide(Self.owner, by: .custodian) { _ throws(CatalogueError) in
                .holdSet(.legal, reason: "a dispute", reviewOn: try ruledDay("2026-09-01"))
            }
        }
        #expect(refused?.code == .clockRefuses)
        #expect(try await !isOpen(test, restarted))
    }

    @Test func aClockThatIsTurnedBackClosesNothingThatWasOpenAndOpensNothingElse() async throws {
        let test = try await embargoed(ended: "2026-05-09T12:00:00Z", now: "2026-05-09T13:00:00Z")
        try test.clock.set("2029-05-09T22:00:00Z")
        #expect(try await isOpen(test))
        try test.clock.turn(to: "2027-01-01T00:00:00Z")
        // By the time that was trusted, before anything was swept.
        #expect(try await isOpen(test))
        let report = try await test.custodian.sweep()
        #expect(report.opened == [])
        #expect(report.time.doubt != nil)
        try test.clock.turn(to: "2029-05-09T22:00:00Z")
        #expect(try await test.custodian.sweep().opened == [Self.owner])
        try test.clock.turn(to: "2027-01-01T00:00:00Z")
        #expect(try await isOpen(test))
    }
}
