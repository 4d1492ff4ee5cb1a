import Custody
import Deliveries
import Diagnostics
import EmbargoClock
import Foundation
import Notices
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore
import TestSupport

/// Warnings at 180, 90, 30 and 7 days: written by the sweep, each once, whatever the clock does.
struct WarningTests {
    /// Sweeps and delivers; what was told since, by its fact.
    private func facts(_ test: TestFacility, at time: String) async throws -> [String] {
        try test.clock.set(time)
        let before = test.mail.mails.count
        let report = try await test.custodian.sweep()
        #expect(report.failures == [])
        try await test.deliver()
        return test.mail.mails.dropFirst(before).map {
            String($0.prefix { $0 != "\n" }.split(separator: "#").last ?? "")
        }.sorted()
    }

    @Test func eachStageIsToldOnceOnItsLocalDay() async throws {
        let test = try TestFacility()
        _ = try await test.closed()
        // Opens on 2029-05-10 in Paris; 180 days before is 2028-11-11 (winter time), 90: 02-09, 30: 04-10 (summer time), 7: 05-03.
        #expect(try await facts(test, at: "2028-11-10T22:59:59Z") == [])
        #expect(try await facts(test, at: "2028-11-10T23:00:00Z") == ["ends-soon/2029-05-10/180"])
        #expect(try await facts(test, at: "2028-11-10T23:00:01Z") == [])
        #expect(try await facts(test, at: "2029-02-08T22:59:59Z") == [])
        #expect(try await facts(test, at: "2029-02-08T23:00:00Z") == ["ends-soon/2029-05-10/90"])
        #expect(try await facts(test, at: "2029-04-09T21:59:59Z") == [])
        #expect(try await facts(test, at: "2029-04-09T22:00:00Z") == ["ends-soon/2029-05-10/30"])
        #expect(try await facts(test, at: "2029-05-02T22:00:00Z") == ["ends-soon/2029-05-10/7"])
        #expect(try await facts(test, at: "2029-05-09T21:59:59Z") == [])
        #expect(try await facts(test, at: "2029-05-09T22:00:00Z") == ["opened"])
        for time in ["2029-05-09T22:00:01Z", "2029-05-11T00:00:00Z", "2029-12-01T00:00:00Z"] {
            #expect(try await facts(test, at: time) == [])
        }
    }

    @Test func afterALongSleepTheLatestStageIsToldAndNoOther() async throws {
        let test = try TestFacility()
        _ = try await test.closed()
        #expect(try await facts(test, at: "2029-04-20T08:00:00Z") == ["ends-soon/2029-05-10/30"])
        #expect(try await facts(test, at: "2029-04-21T08:00:00Z") == [])
        #expect(try await facts(test, at: "2029-05-03T08:00:00Z") == ["ends-soon/2029-05-10/7"])
    }

    @Test func anExtensionHasWarningsOfItsOwn() async throws {
        let test = try TestFacility()
        _ = try await test.closed()
        #expect(try await facts(test, at: "2029-04-10T08:00:00Z") == ["ends-soon/2029-05-10/30"])
        let irene = try await test.account("irene", email: "irene@zqteam.org")
        let cleo = try await test.account("cleo", email: "cleo@example.org", [.curator])
        try await test.decide(by: irene, .extensionAsked(reason: "zqreason", proposal: .found))
        #expect(try await facts(test, at: "2029-04-11T08:00:00Z").map { $0.prefix(16) } == ["decision-pending"])
        try await test.decide(by: cleo, .extensionGranted)
        #expect(try await facts(test, at: "2029-05-05T08:00:00Z").map { $0.prefix(17) } == ["extension-granted"])
        #expect(try await facts(test, at: "2029-05-12T08:00:00Z") == [])
        #expect(try await facts(test, at: "2029-11-12T08:00:00Z") == ["ends-soon/2030-05-10/180"])
        #expect(try await facts(test, at: "2030-05-04T08:00:00Z") == ["ends-soon/2030-05-10/7"])
    }

    @Test func aClockThatJumpsWarnsNobody() async throws {
        let test = try TestFacility()
        _ = try await test.closed()
        _ = try await facts(test, at: "2026-05-10T08:00:00Z")
        try test.clock.turn(to: "2029-05-04T08:00:00Z")
        let report = try await test.custodian.sweep()
        #expect(report.time.doubt != nil && report.told == 0)
        // Back again: nothing was told, and each will be at its time.
        try test.clock.turn(to: "2026-05-10T08:00:01Z")
        #expect(try await facts(test, at: "2028-11-11T08:00:00Z") == ["ends-soon/2029-05-10/180"])
    }

    @Test func sweepsOfTwoProcessesAtOnceTellOnce() async throws {
        let test = try TestFacility()
        for number in 0..<10 { _ = try await test.closed(SessionName(proposal: "2026\(1000 + number)", name: "s")) }
        try test.clock.set("2029-05-04T08:00:00Z")
        let other = Custodian(store: try StoreUnderTest.open(at: test.path), rules: test.custodian.rules, clock: test.clock)
        async let one = test.custodian.sweep()
        async let two = other.sweep()
        _ = try await [one, two]
        try await test.deliver()
        #expect(test.mail.facts == Array(repeating: "ends-soon/2029-05-10/7", count: 10))
    }

    /// However the days of the sweeps fall, and however often each is repeated.
    @Test(arguments: 0..<12 as Range<UInt64>)
    func randomSweepsTellEachStageAtMostOnceAndTheLastOneAlways(seed: UInt64) async throws {
        var dice = SeededGenerator(seed: seed)
        let test = try TestFacility()
        _ = try await test.closed()
        let irene = try await test.account("irene", email: "irene@zqteam.org")
        let cleo = try await test.account("cleo", email: "cleo@example.org", [.curator])
        var extensions = 0
        let end = try Instant("2031-06-01T00:00:00Z")
        while test.clock.reading().wall < end {
            test.clock.advance(seconds: Int64.random(in: 0...(40 * 86_400), using: &dice))
            for _ in 0..<Int.random(in: 1...3, using: &dice) { _ = try await test.custodian.sweep() }
            if Int.random(in: 0..<3, using: &dice) > 0 { try await test.deliver() }
            if extensions < 2, Int.random(in: 0..<12, using: &dice) == 0 {
                let asked = await refusal {
                    try await test.decide(by: irene, .extensionAsked(reason: "zqreason", proposal: .found))
                    try await test.decide(by: cleo, .extensionGranted)
                }
                if asked == nil { extensions += 1 }
            }
        }
        try await test.deliver()
        let facts = test.mail.facts
        #expect(Set(facts).count == facts.count, "\(facts)")
        #expect(facts.filter { $0 == "opened" }.count == 1)
        // Sweeps are at most 40 days apart: of each opening that stood for half a year, at least the first warnings are there.
        let opening = 2029 + extensions
        let last = facts.filter { $0.hasPrefix("ends-soon/\(opening)-05-10/") }
        #expect(last.contains { $0.hasSuffix("/180") || $0.hasSuffix("/90") }, "\(facts)")
        #expect(
            facts.allSatisfy { !$0.hasPrefix("ends-soon") || ["180", "90", "30", "7"].contains($0.split(separator: "/").last) })
    }

    @Test func runsWithoutASessionAreToldOfTogether() async throws {
        let test = try TestFacility()
        try await test.enterProposal("20260001")
        try test.clock.set("2026-05-09T13:00:00Z")
        for number in 0..<40 { _ = try await test.register(number, of: nil, proposal: "20260001") }
        #expect(try await facts(test, at: "2028-11-11T08:00:00Z") == ["ends-soon/2029-05-10/180"])
        #expect(test.mail.mails[0].contains("other runs of the proposal"))
        #expect(try await facts(test, at: "2028-11-12T08:00:00Z") == [])
        #expect(try await facts(test, at: "2029-05-10T08:00:00Z") == ["opened"])
        // And no identifier is told of that nobody asked for.
        #expect(test.exchange.bodies.isEmpty)
    }

    @Test func aCatalogueThatBeginsToTellIsSilentAboutItsPast() async throws {
        let test = try TestFacility()
        _ = try await test.closed()
        try test.clock.set("2029-05-10T08:00:00Z")
        _ = try await test.custodian.sweep()
        // As an earlier version left it: opened, and nothing was told.
        try test.store.edit("DELETE FROM setting WHERE name = 'notices begin'; DELETE FROM notice; DELETE FROM outbox")
        try test.store.edit("UPDATE clock SET tell_at = 0")
        try test.clock.set("2029-06-10T08:00:00Z")
        _ = try await test.custodian.sweep()
        try await test.deliver()
        #expect(test.mail.mails.isEmpty)
        let waiting = try await test.store.waitingMessages()
        #expect(waiting.waiting == 0)
    }

    @Test func whatWasOvertakenBeforeItCouldBeSentIsNotSent() async throws {
        let test = try TestFacility()
        _ = try await test.closed()
        try test.clock.set("2028-11-11T08:00:00Z")
        _ = try await test.custodian.sweep()
        test.mail.fail { NoticeError(.spoolFull, "No space") }
        let report = try await test.deliver()
        #expect(report.failures.count == 1 && report.failures[0].next != nil)
        try test.clock.set("2029-02-10T08:00:00Z")
        _ = try await test.custodian.sweep()
        test.mail.fail(nil)
        try await test.deliver()
        #expect(test.mail.facts == ["ends-soon/2029-05-10/90"])
    }

    @Test func oneAddressThatIsRefusedKeepsNobodyElsesMail() async throws {
        let test = try TestFacility()
        let (one, two) = (SessionName(proposal: "20260001", name: "a"), SessionName(proposal: "20260002", name: "b"))
        for name in [one, two] { _ = try await test.closed(name) }
        try test.clock.set("2029-05-04T08:00:00Z")
        _ = try await test.custodian.sweep()
        let count = Counter()
        test.mail.fail { count.next() == 1 ? NoticeError(.deliveryRefused, "550 no such user") : nil }
        let report = try await test.deliver()
        #expect(report.stuck == 1)
        #expect(test.mail.mails.count == 1)
    }
}

private final class Counter: @unchecked Sendable {
    private var count = 0
    func next() -> Int {
        count += 1
        return count
    }
}
