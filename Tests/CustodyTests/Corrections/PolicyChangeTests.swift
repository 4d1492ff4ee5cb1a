import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// A policy that is changed in the facility's file: nothing moves by itself, and everything by one decision that stands in each chain.
struct PolicyChangeTests {
    private func catalogue(at time: String = "2026-05-09T13:00:00Z") async throws -> TestCustodian {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        try test.clock.set(time)
        _ = try await test.custodian.sweep()
        return test
    }

    /// The same catalogue, at a facility that goes by another policy.
    private func changed(_ test: TestCustodian, _ policy: EmbargoPolicy) -> Custodian {
        var rules = test.custodian.rules
        rules.policy = policy
        return Custodian(store: test.store, rules: rules, clock: test.clock)
    }

    private func opens(_ custodian: Custodian) async throws -> String? {
        try await custodian.record(of: .session(TestCustodian.session)).record.dates.opening.map { "\($0.firstOpenDay)" }
    }

    @Test func itMovesNothingUntilSomebodyDecidesSo() async throws {
        let test = try await catalogue()
        let custodian = changed(test, try EmbargoPolicy(version: "2027", embargoYears: 5))
        let report = try await custodian.recompute(mend: true)
        let behind = try #require(report.behind.first)
        #expect(report.differences.map(\.what) == [] && report.behind.count == 1)
        #expect(behind.version == "2026" && !behind.isApplied && behind.refusal == nil)
        #expect([behind.opens, behind.wouldOpen] == [try ruledDay("2029-05-10"), try ruledDay("2031-05-10")])
        #expect(try await opens(custodian) == "2029-05-10")

        let applied = try await custodian.recompute(mend: false, policyReason: "five years from 2027 on")
        #expect(applied.behind.map(\.isApplied) == [true])
        #expect(try await opens(custodian) == "2031-05-10")
        let scope = ReaderScope.everything(tenant: custodian.rules.tenant)
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z").summary.pid
        #expect(
            try await custodian.store.run(run, scope: scope).access.opensAt == Instant("2031-05-09T22:00:00Z").secondsSince1970)
        let record = try await custodian.record(of: .session(TestCustodian.session)).record
        #expect(record.entries.last?.event == .policyChanged(custodian.rules.policy, reason: "five years from 2027 on"))
        #expect(try await custodian.recompute(mend: false).behind.isEmpty)
        #expect(try await custodian.verifyAll().problems == [])
    }

    /// Nobody is surprised by data that are open the next second, and what is open stays as it opened.
    @Test func itOpensNothingAtOnceAndClosesNothingThatIsOpen() async throws {
        let test = try await catalogue(at: "2028-06-01T00:00:00Z")
        let hasty = changed(test, try EmbargoPolicy(version: "2028", embargoYears: 1))
        let report = try await hasty.recompute(mend: false, policyReason: "open science")
        #expect(report.behind.map(\.isApplied) == [false])
        #expect(report.behind.first?.refusal?.contains("at once") == true)
        #expect(try await opens(hasty) == "2029-05-10")

        try test.clock.set("2029-06-01T00:00:00Z")
        _ = try await test.custodian.sweep()
        let strict = changed(test, try EmbargoPolicy(version: "2029", embargoYears: 10, retentionYears: 10, access: .registered))
        let kept = try await strict.recompute(mend: false, policyReason: "ten years")
        #expect(kept.behind.map(\.isApplied) == [true])
        let care = try await strict.record(of: .session(TestCustodian.session))
        #expect(care.record.status(at: try Instant("2029-06-01T00:00:00Z")).state == .open)
        #expect(care.record.openingPolicy.access == .everyone)
        #expect(try care.record.dates.retention?.lastKeptDay == ruledDay("2036-05-09"))
    }

    @Test func theSameNameForOtherNumbersIsFound() async throws {
        let test = try await catalogue()
        let report = try await changed(test, try EmbargoPolicy(version: "2026", retentionYears: 10))
            .recompute(mend: true, policyReason: "unseen")
        #expect(report.differences.count == 1 && report.differences.first?.what.contains("another version") == true)
        #expect(report.differences.first?.isMended == false)
    }

    /// A chain names who decided: nobody of the team moves a clock so.
    @Test func onlyAnAuthorityAppliesIt() async throws {
        let test = try await catalogue()
        let custodian = changed(test, try EmbargoPolicy(version: "2027", embargoYears: 5))
        let irene = try await test.account("irene", email: "irene@example.org")
        let report = try await custodian.recompute(mend: false, policyReason: "for me", by: irene)
        #expect(report.behind.map(\.isApplied) == [false] && report.behind.first?.refusal?.contains("curator") == true)
        #expect(try await opens(custodian) == "2029-05-10")
    }
}
