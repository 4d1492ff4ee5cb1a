import Custody
import DataCiteStandIn
import Deliveries
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import JSON
import Minting
import Notices
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore
import TestSupport

/// The registry is away, refuses, or answers somebody who dies before he can note it.
struct OutageTests {
    /// The clock goes to whatever is due next, as a timer would find it.
    private func moveOn(_ test: TestFacility) async throws {
        let waiting = try await test.store.undeliveredMessages(topic: nil, tenant: test.tenant, limit: 1000)
        let pauses = try await test.deliverer().pauses().compactMap(\.until)
        let now = test.clock.reading().wall.secondsSince1970
        let next = max(waiting.compactMap(\.due).min() ?? now, pauses.max() ?? now)
        test.clock.advance(seconds: max(1, next - now))
    }

    @Test func aWeekWithoutDataCiteLosesNothingAndAsksSeldom() async throws {
        let test = try TestFacility()
        let begin = test.clock.reading().wall.secondsSince1970
        test.exchange.decide { _ in .instead(HTTPResponseMessage(status: 503)) }
        var sessions: [SessionRecord] = []
        for number in 0..<20 {
            sessions.append(try await test.begin(SessionName(proposal: "2026\(1000 + number)", name: "s")))
        }
        while test.clock.reading().wall.secondsSince1970 < begin + 7 * 86_400 {
            _ = try await test.deliver()
            try await moveOn(test)
            // Decisions go on meanwhile.
            let number = test.exchange.bodies.count
            if number.isMultiple(of: 3), number / 3 < sessions.count {
                let name = sessions[number / 3].name
                let now = test.clock.reading().wall
                let run = try await test.register(number, of: name, ended: "\(now)")
                #expect(run.description.hasPrefix("10.5072/"))
            }
        }
        // Nine doublings within six hours, then four times a day and a little more: as often as one message alone would ask.
        #expect(test.exchange.bodies.count > 25)
        #expect(test.exchange.bodies.count < 60)
        #expect(test.service.entries.isEmpty)
        let counts = try await test.store.waitingMessages()
        #expect(counts.waiting == 20 && counts.stuck == 0)
        // Each has the reason for which it waits, or has not been tried.
        let left = try await test.store.undeliveredMessages(topic: nil, tenant: test.tenant, limit: 1000)
        #expect(left.allSatisfy { ($0.attempts == 0) == ($0.lastError == nil) })
        #expect(left.contains { $0.lastError?.contains("503") == true })

        test.exchange.decide(nil)
        let before = test.service.log.count
        for _ in 0..<100 where try await test.store.waitingMessages().waiting > 0 {
            try await moveOn(test)
            try await test.deliver()
        }
        let after = try await test.store.waitingMessages()
        #expect(after.waiting == 0)
        #expect(test.service.entries.count == 20)
        // Each once.
        #expect(test.service.log.count - before == 20)
        let drift = try await test.drift()
        #expect(drift.differences == [] && drift.compared == 20)
    }

    @Test func manyChangesDuringAnOutageAreToldAtOnce() async throws {
        let test = try TestFacility()
        test.exchange.decide { _ in .lost }
        let session = try await test.begin()
        try await test.deliver()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.register(1)
        try await test.custodian.closeSession(TestFacility.session, by: .custodian)
        try await test.deliver()
        try await test.decide(.holdSet(.legal, reason: "zqreason", reviewOn: try LocalDate("2026-09-01")))
        test.exchange.decide(nil)
        test.clock.advance(seconds: 86_400)
        try await test.deliver()
        #expect(test.service.log.count == 1)
        #expect(test.entry(session.pid)?.state == "findable")
        let waiting = try await test.store.undeliveredMessages(topic: "datacite", tenant: test.tenant, limit: 10)
        #expect(waiting.isEmpty)
    }

    @Test func aRefusalWaitsForAPersonWhoIsToldAndHoldsNothingElse() async throws {
        let test = try TestFacility()
        let session = try await test.begin()
        let other = try await test.begin(SessionName(proposal: "20260002", name: "t"))
        let pid = "\(session.pid!.suffix)".lowercased()
        _ = try await test.account("cleo", email: "cleo@example.org", [.curator])
        test.exchange.decide { question in
            guard question.lowercased().contains(pid) else { return .answered }
            return .instead(
                HTTPResponseMessage(
                    status: 422, headers: ["content-type": "application/vnd.api+json"],
                    body: Array(#"{"errors":[{"source":"creators","title":"Missing child element(s)."}]}"#.utf8)))
        }
        let report = try await test.deliver()
        #expect(report.stuck == 1)
        #expect(report.failures.count == 1 && report.failures.first?.next == nil)
        #expect(report.failures.first?.saying.contains("Missing child element(s).") == true)
        #expect(test.entry(other.pid)?.state == "draft")
        // A curator has a mail that says so, in the same call.
        #expect(test.mail.mails.count == 1)
        #expect(test.mail.mails.first?.contains("cleo@example.org") == true)
        #expect(test.mail.mails.first?.contains("Missing child element(s).") == true)
        let asked = test.exchange.bodies.count
        test.clock.advance(seconds: 40 * 86_400)
        try await test.deliver()
        #expect(test.exchange.bodies.count == asked)
        #expect(test.mail.mails.count == 1)
        // A person has corrected it.
        test.exchange.decide(nil)
        #expect(try await Deliverer.retry(test.custodian) == 1)
        let last = try await test.deliver()
        #expect(last.stuck == 0)
        #expect(test.entry(session.pid)?.state == "draft")
    }

    @Test func aWrongPasswordIsTriedOnceHoweverMuchWaits() async throws {
        let test = try TestFacility()
        for number in 0..<10 { _ = try await test.begin(SessionName(proposal: "2026\(1000 + number)", name: "s")) }
        test.exchange.decide { _ in
            .instead(
                HTTPResponseMessage(
                    status: 401, headers: ["content-type": "application/json"],
                    body: Array(#"{"errors":[{"title":"Bad credentials."}]}"#.utf8)))
        }
        for _ in 0..<5 {
            try await test.deliver()
            test.clock.advance(seconds: 86_400)
        }
        #expect(test.exchange.bodies.count == 1)
        let pauses = try await test.deliverer().pauses()
        #expect(pauses.count == 1 && pauses.first?.until == nil)
        test.exchange.decide(nil)
        _ = try await Deliverer.retry(test.custodian)
        try await test.deliver()
        #expect(test.service.entries.count == 10)
    }

    @Test func aDelivererThatDiesBeforeItCanNoteItLeavesOneDOIAndOneMail() async throws {
        let test = try TestFacility()
        let session = try await test.closed()
        _ = try await test.account("cleo", email: "cleo@example.org", [.curator])
        try await test.decide(.holdSet(.legal, reason: "zqreason", reviewOn: try LocalDate("2026-09-01")))
        let spool = test.folder.file("spool").path
        let first = try test.deliverer(mail: spoolFolder(spool))
        // Nothing of what it noted survives: as if it had died after each delivery.
        try test.store.edit("CREATE TABLE kept AS SELECT * FROM outbox")
        _ = try await first.deliver()
        let told = test.service.entries
        let mails = try files(spool)
        #expect(mails.count == 2)
        try test.store.edit(
            "DELETE FROM outbox; INSERT INTO outbox SELECT * FROM kept; DELETE FROM lease; DELETE FROM registration")
        let again = try await test.deliverer("second", mail: spoolFolder(spool)).deliver()
        #expect(again.failures == [])
        #expect(!again.sent.isEmpty)
        #expect(try files(spool) == mails)
        #expect(test.service.entries.mapValues(\.state) == told.mapValues(\.state))
        #expect(test.service.entries.mapValues(\.attributes) == told.mapValues(\.attributes))
        #expect(test.entry(session.pid)?.state == "findable")
    }

    @Test func twoDeliverersDoNotTellTwice() async throws {
        let test = try TestFacility()
        for number in 0..<30 { _ = try await test.begin(SessionName(proposal: "2026\(1000 + number)", name: "s")) }
        let other = Custodian(store: try StoreUnderTest.open(at: test.path), rules: test.custodian.rules, clock: test.clock)
        let (one, two) = (try test.deliverer("one"), try test.deliverer("two", custodian: other))
        async let left = one.deliver()
        async let right = two.deliver()
        let reports = try await [left, right]
        #expect(reports.flatMap(\.sent).count == 30)
        #expect(test.service.log.count == 30)
        #expect(test.service.entries.count == 30)
        // Who found the other at work says so, and leaves it to him.
        #expect(reports.filter(\.isHeldElsewhere).allSatisfy { $0.sent.isEmpty })
        let waiting = try await test.store.waitingMessages()
        #expect(waiting.waiting == 0)
    }

    @Test func whoWasTakenForDeadTellsItOnceMore() async throws {
        let test = try TestFacility()
        let session = try await test.begin()
        let exchange = test.exchange
        let clock = test.clock
        let store = test.store
        let other = try test.deliverer("other")
        // While the question is under way, the lease runs out and somebody else takes it.
        exchange.before {
            clock.advance(seconds: 400)
            let now = clock.reading().wall.secondsSince1970
            _ = try? await store.takeLease("deliveries", holder: "other", now: now, until: now + 1000)
        }
        let report = try await test.deliver()
        #expect(report.isHeldElsewhere)
        exchange.before(nil)
        let waiting = try await test.store.undeliveredMessages(topic: "datacite", tenant: test.tenant, limit: 10)
        #expect(waiting.count == 2)
        let last = try await other.deliver()
        #expect(last.sent.count == 1 && last.waiting == 0)
        #expect(test.entry(session.pid)?.state == "draft")
    }

    @Test func aDeadDeliverersLeaseEnds() async throws {
        let test = try TestFacility()
        _ = try await test.begin()
        let now = test.clock.reading().wall.secondsSince1970
        _ = try await test.store.takeLease("deliveries", holder: "dead", now: now, until: now + 180)
        #expect(try await test.deliver().isHeldElsewhere)
        #expect(test.service.log.isEmpty)
        test.clock.advance(seconds: 180)
        #expect(try await !test.deliver().isHeldElsewhere)
        #expect(test.service.entries.count == 1)
    }

    @Test func aMessageOfANewerVersionWaitsForAPersonAndAnotherTopicIsLeftAlone() async throws {
        let test = try TestFacility()
        _ = try await test.begin()
        let now = test.clock.reading().wall.secondsSince1970
        try await test.store.post(
            [OutboxDraft(topic: "datacite", payload: #"{"selection":1}"#), OutboxDraft(topic: "file-access", payload: "{}")],
            tenant: test.tenant, at: now)
        let report = try await test.deliver()
        #expect(report.stuck == 1 && report.waiting == 1)
        #expect(test.service.entries.count == 1)
    }
}
