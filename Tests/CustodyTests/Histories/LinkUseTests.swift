import Custody
import Diagnostics
import EmbargoClock
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestSupport

/// A link is dated and logged: who gave it, on which days it was used, when it ended.
struct LinkUseTests {
    private static let owner = ClockOwner.session(TestCustodian.session)

    private func shared() async throws -> (TestCustodian, Actor, Reader) {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        let irene = try await test.account("irene", email: "irene@example.org")
        let secret = try await test.custodian.shareByLink(
            Self.owner, until: Timestamp(try Instant("2026-06-01T00:00:00Z")), by: irene)
        guard case .link(let digest) = secret.holder else { throw CatalogueError(.damaged, "A link is none") }
        return (test, irene, .link(digest: digest))
    }

    private func share(_ test: TestCustodian) async throws -> ClockHistory.SharedHistory {
        try #require(try await test.custodian.history(of: .session(test.session()), for: .custodian).shares.first)
    }

    private func reads(_ test: TestCustodian, _ reader: Reader) async throws -> Bool {
        let pid = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z").summary.pid
        let scope = try await test.custodian.scope(of: reader)
        return await refusal { try await test.store.run(pid, scope: scope) } == nil
    }

    @Test func eachDayIsOneLinkOfTheHistoryAndItsUsesAreCounted() async throws {
        let (test, _, link) = try await shared()
        #expect(try await share(test).events.map(\.action) == ["given"])
        for _ in 0..<3 { #expect(try await reads(test, link)) }
        // 22:30 UTC is the next day in Paris.
        try test.clock.set("2026-05-09T22:30:00Z")
        #expect(try await reads(test, link))
        let shared = try await share(test)
        #expect(shared.events.map(\.action) == ["given", "used", "used"])
        #expect(shared.events.map(\.detail) == [#"{"link":true}"#, #"{"day":"2026-05-09"}"#, #"{"day":"2026-05-10"}"#])
        #expect(shared.uses.map(\.day) == ["2026-05-10", "2026-05-09"])
        #expect(shared.uses.map(\.uses) == [1, 3])
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    @Test func whatALinkCostsToLogIsBounded() async throws {
        let (test, _, link) = try await shared()
        for _ in 0..<LinkUse.mostCounted + 5 { _ = try await test.custodian.scope(of: link) }
        let shared = try await share(test)
        #expect(shared.uses.map(\.uses) == [LinkUse.mostCounted])
        #expect(shared.events.count == 2)
        // It is read all the same.
        #expect(try await reads(test, link))
    }

    @Test func aLinkThatIsTakenBackReadsNoMoreAndSaysSo() async throws {
        let (test, irene, link) = try await shared()
        #expect(try await reads(test, link))
        let number = try await share(test).number
        let outsider = try await test.account("otto", email: "otto@example.org")
        let refused = await refusal { try await test.custodian.endShare(number, of: Self.owner, by: outsider) }
        #expect(refused?.code == .clockRefuses)
        try await test.custodian.endShare(number, of: Self.owner, by: irene)
        #expect(try await !reads(test, link))
        let shared = try await share(test)
        #expect(shared.events.map(\.action) == ["given", "used", "revoked"])
        #expect(shared.events.last?.detail == #"{"days":1,"uses":1}"#)
        let again = await refusal { try await test.custodian.endShare(number, of: Self.owner, by: irene) }
        #expect(again?.code == .notFound)
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    @Test func theSweepWritesThatALinkHasExpiredAndReadingDoesNotWaitForIt() async throws {
        let (test, _, link) = try await shared()
        try test.clock.set("2026-05-31T23:59:59Z")
        #expect(try await reads(test, link))
        #expect(try await test.custodian.sweep().sharesEnded == 0)
        try test.clock.set("2026-06-01T00:00:00Z")
        #expect(try await !reads(test, link))
        #expect(try await test.custodian.sweep().sharesEnded == 1)
        #expect(try await test.custodian.sweep().sharesEnded == 0)
        #expect(try await share(test).events.map(\.action) == ["given", "used", "expired"])
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    @Test func whoShowsALinkThatIsNoneLeavesNothing() async throws {
        let (test, _, _) = try await shared()
        _ = try await test.custodian.scope(of: .link(digest: String(repeating: "0", count: 64)))
        #expect(try await share(test).events.count == 1)
    }
}
