import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// Results open with the last of their inputs, and move with each.
struct ResultTests {
    /// It is sealed long after the experiment: counted from it, every reduction would keep the raw data closed for longer.
    @Test func aResultOfASessionMovesNobodysAnchor() async throws {
        let sessions = try await TwoSessions()
        let result = try await sessions.hand(1, of: [sessions.runs[0]])
        #expect(result.owner == .session(TestCustodian.session) && result.notes == [])
        #expect(try await sessions.opens(sessions.runs[0]) == "2029-05-10")
        #expect(try await sessions.opens(result.pid) == "2029-05-10")
        let opens = try await sessions.access(sessions.runs[0]).opensAt
        #expect(try await sessions.access(result.pid).opensAt == opens)
    }

    @Test func aResultOfTwoSessionsOpensWithTheLaterAndMovesWithIt() async throws {
        let sessions = try await TwoSessions()
        let result = try await sessions.hand(1, of: [sessions.runs[0], sessions.runs[1]])
        #expect(result.owner == .run(result.pid) && result.isNew)
        #expect(result.notes == ["it opens with the last of its inputs, which are 2 records"])
        #expect(try await sessions.opens(result.pid) == "2029-06-10")
        #expect(try await sessions.reads(result.pid, sessions.member))
        #expect(try await sessions.knows(result.pid))
        #expect(try await !sessions.reads(result.pid, nil))
        #expect(try await !sessions.reads(result.pid, sessions.outsider))

        try await sessions.decide(
            .session(TestCustodian.session), by: sessions.member, .extensionAsked(reason: "the thesis", proposal: .found))
        try await sessions.decide(.session(TestCustodian.session), .extensionGranted)
        #expect(try await sessions.opens(result.pid) == "2030-05-10")

        try sessions.test.clock.set("2029-06-09T22:00:00Z")
        #expect(try await sessions.custodian.sweep().opened == [.run(sessions.runs[2]), .session(TwoSessions.second)])
        #expect(try await sessions.reads(sessions.runs[1], nil))
        #expect(try await !sessions.reads(result.pid, nil))
        try sessions.test.clock.set("2030-05-09T21:59:59Z")
        #expect(try await !sessions.reads(result.pid, nil))
        // Reading does not wait for the sweep.
        try sessions.test.clock.set("2030-05-09T22:00:00Z")
        #expect(try await sessions.reads(result.pid, nil))
        #expect(try await sessions.access(result.pid).state == .embargoed)
        #expect(try await sessions.custodian.sweep().failures == [])
        #expect(try await sessions.access(result.pid).state == .open)
        let actions = try await sessions.store.history(of: result.pid, scope: .everything(tenant: sessions.tenant)).map(\.action)
        // The asking changed nothing for it: the other session kept it closed for longer then.
        #expect(actions == ["registered", "extension-granted", "opened"])
        #expect(try await sessions.custodian.verifyAll().problems == [])
    }

    @Test func aHoldOnOneInputKeepsTheResultAndAWithdrawalTakesItBack() async throws {
        let sessions = try await TwoSessions()
        let result = try await sessions.hand(1, of: [sessions.runs[0], sessions.runs[2]]).pid
        try await sessions.decide(
            .run(sessions.runs[2]), .holdSet(.legal, reason: "a dispute", reviewOn: try ruledDay("2029-09-01")))
        try sessions.test.clock.set("2029-05-09T22:00:00Z")
        _ = try await sessions.custodian.sweep()
        #expect(try await sessions.reads(sessions.runs[0], nil))
        #expect(try await !sessions.reads(result, nil))
        #expect(try await sessions.access(result).state == .held)
        let director = try await sessions.test.account("dora", email: "dora@example.org", [.director])
        _ = try await sessions.custodian.withdraw(
            .session(TestCustodian.session), reason: "of a patient", by: sessions.curator, confirmedBy: director)
        #expect(try await sessions.access(result).state == .withdrawn)
        #expect(try await !sessions.reads(result, sessions.member))
        #expect(try await sessions.knows(result))
        let record = try await sessions.store.shortRecord(of: result, scope: .everything(tenant: sessions.tenant))
        #expect(record.withdrawalReason == "of a patient")
    }

    @Test func aResultOfResultsOpensWithWhatTheyOpenWith() async throws {
        let sessions = try await TwoSessions()
        let first = try await sessions.hand(1, of: [sessions.runs[0], sessions.runs[1]]).pid
        let second = try await sessions.hand(2, of: [first, sessions.runs[2]]).pid
        let followed = try await sessions.store.followedClocks(of: second, tenant: sessions.tenant)
        #expect(followed == [.session(TestCustodian.session), .session(TwoSessions.second), .run(sessions.runs[2])])
        #expect(try await sessions.opens(second) == "2029-06-10")
    }

    @Test func aResultOfARunWithClocksOfItsOwnOpensWithIt() async throws {
        let sessions = try await TwoSessions()
        let result = try await sessions.hand(1, of: [sessions.runs[2]])
        #expect(result.notes == ["it opens with its input"])
        #expect(try await sessions.opens(result.pid) == "2029-04-02")
        // Of what the catalogue does not know nothing is known; the rest counts.
        let other = try await sessions.hand(2, of: [sessions.runs[2], nil])
        #expect(other.notes.count == 2 && other.notes[0].contains("no identifier"))
        #expect(try await sessions.opens(other.pid) == "2029-04-02")
    }

    @Test func closedDataOfTwoTeamsMakeNoResultThatEitherReads() async throws {
        let sessions = try await TwoSessions()
        let foreign = try await sessions.foreignRun()
        let refused = await refusal { try await sessions.hand(1, of: [sessions.runs[0], foreign]) }
        #expect(refused?.code == .badRequest && refused?.got == "closed inputs of 2 teams")
        #expect(refused.map { "\($0)".contains("2026000") } == false)
        // The other team's are open one day: then it is the team's whose are closed.
        try await sessions.decide(
            .session(TestCustodian.session), by: sessions.member, .extensionAsked(reason: "the thesis", proposal: .found))
        try await sessions.decide(.session(TestCustodian.session), .extensionGranted)
        try sessions.test.clock.set("2029-07-01T00:00:00Z")
        let result = try await sessions.hand(1, of: [sessions.runs[0], foreign], sealed: "2029-07-01T00:00:00Z").pid
        #expect(try await sessions.reads(result, sessions.member))
        #expect(try await !sessions.reads(result, sessions.outsider))
        #expect(try await !sessions.reads(result, nil))
    }

    /// The inputs' order of opening may be another one by then.
    @Test func handedOverAgainItIsTheSameResult() async throws {
        let sessions = try await TwoSessions()
        let result = try await sessions.hand(1, of: [sessions.runs[0], sessions.runs[1]]).pid
        try sessions.test.clock.set("2029-06-09T22:00:00Z")
        _ = try await sessions.custodian.sweep()
        let again = try await sessions.custodian.register(
            TwoSessions.result(1, of: [sessions.runs[0], sessions.runs[1]], sealed: "2026-08-01T10:00:00Z"), by: .system)
        #expect(again.pid == result && !again.isNew)
    }

    @Test func aResultIsSharedByItselfAndDecidedOnWithItsInputs() async throws {
        let sessions = try await TwoSessions()
        let result = try await sessions.hand(1, of: [sessions.runs[0], sessions.runs[1]])
        guard case .account(let outsider) = sessions.outsider else { return }
        try await sessions.custodian.share(
            result.owner, with: outsider, until: Timestamp(Instant("2026-12-01T00:00:00Z")), by: sessions.member)
        #expect(try await sessions.reads(result.pid, sessions.outsider))
        for run in sessions.runs { #expect(try await !sessions.reads(run, sessions.outsider)) }
        let refused = await refusal {
            try await sessions.decide(result.owner, by: sessions.member, .extensionAsked(reason: "the thesis", proposal: .found))
        }
        #expect(refused?.code == .clockRefuses && refused?.remedy == "Decide on the runs that it was made from")
        // What was decided on its inputs may be another team's; what was shared is its own.
        guard case .account(let member) = sessions.member else { return }
        let history = try await sessions.custodian.history(of: .run(result.pid), for: .account(member))
        #expect(history.decisions.isEmpty && history.shares.count == 1)
        #expect(try await sessions.custodian.care(of: .run(result.pid), for: .account(member)).seesDecisions == false)
        #expect(await refusal { try await sessions.custodian.history(of: .run(result.pid), for: .anonymous) }?.code == .forbidden)
    }

    /// A registered result is told of again with each of its inputs, and so is a selection that has it.
    @Test func whoWasToldOfAResultIsToldWhenItMoves() async throws {
        let sessions = try await TwoSessions()
        let result = try await sessions.hand(1, of: [sessions.runs[0], sessions.runs[2]]).pid
        #expect(try await sessions.custodian.mint(result, by: sessions.member))
        let selection = try await sessions.custodian.collect([result], title: "Drops", article: nil, by: sessions.member).pid
        #expect(try await sessions.custodian.mint(collection: selection, by: sessions.member))
        let (store, tenant) = (sessions.store, sessions.tenant)
        for owner in [ClockOwner.session(TestCustodian.session), .run(sessions.runs[2])] {
            #expect(try await store.registeredFollowers(of: owner, tenant: tenant, limit: 10) == [result])
            #expect(try await store.registeredCollections(with: owner, tenant: tenant, limit: 10) == [selection])
        }
        #expect(try await store.registeredFollowers(of: .session(TwoSessions.second), tenant: tenant, limit: 10) == [])
        #expect(try await store.registeredCollections(with: .session(TwoSessions.second), tenant: tenant, limit: 10) == [])
        // It is no part of the session.
        #expect(try await store.registeredRuns(of: .session(TestCustodian.session), tenant: tenant, limit: 10) == [])
        let record = try await sessions.custodian.dataCiteRecord(of: result, scope: .everything(tenant: tenant))
        #expect(!record.relatedIdentifiers.contains { $0.relationType == .isPartOf })
        try sessions.test.clock.set("2029-04-01T22:00:00Z")
        let due = try await store.dueClocks(
            tenant: tenant, trustedNow: sessions.test.clock.reading().wall.secondsSince1970, limit: 10)
        #expect(due.map(\.isRegistered) == [true])
    }

    @Test(arguments: [
        "DROP TRIGGER followed_clock_is_not_deleted; DELETE FROM followed_clock WHERE clock = (SELECT max(clock) FROM followed_clock)",
        "DROP TRIGGER followed_clock_is_not_deleted; DELETE FROM followed_clock",
        "UPDATE run SET closed_until = 1, opened = 1 WHERE name = 'result_1'",
        "DELETE FROM derivation", "INSERT INTO derivation SELECT run, '10.5072/other' FROM derivation LIMIT 1",
        "UPDATE derivation SET input_pid = '10.5072/other' WHERE input_pid = (SELECT max(input_pid) FROM derivation)",
    ])
    func whatIsEditedBehindTheCataloguesBackIsNamed(edit: String) async throws {
        let sessions = try await TwoSessions()
        let result = try await sessions.hand(1, of: [sessions.runs[0], sessions.runs[1]]).pid
        #expect(try await sessions.custodian.verifyAll().problems == [])
        try sessions.test.edit(edit)
        let problems = try await sessions.custodian.verifyAll().problems
        #expect(problems.contains { $0.contains("\(result)") && $0.contains("behind the catalogue's back") }, "\(problems)")
    }
}
