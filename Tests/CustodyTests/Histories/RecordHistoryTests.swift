import Custody
import Diagnostics
import EmbargoClock
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore
import TestSupport

/// Every record has a history, and what is edited behind the catalogue's back is named.
struct RecordHistoryTests {
    private static let owner = ClockOwner.session(TestCustodian.session)

    /// A proposal, its session with a run, accounts with a password, tokens and a disabled one, shares of which one has ended.
    static func everything() async throws -> TestCustodian {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        let irene = try await test.account("irene", email: "irene@example.org")
        let curator = try await test.account("cleo", email: "cleo@example.org", [.curator])
        _ = try await test.account("paul", email: "paul@example.org")
        try await test.custodian.setPassword("correct horse", account: "irene", by: curator)
        _ = try await test.custodian.newToken(of: "irene", label: "zqlabel", scopes: [.read], days: 10, by: irene)
        let (_, token) = try await test.custodian.newToken(of: "irene", label: "zqlabel", scopes: [.read], days: 10, by: irene)
        try await test.custodian.revokeToken(token.number, of: "irene", by: irene)
        try await test.custodian.setDisabled(true, account: "paul", by: curator)
        guard case .account(let paul) = curator else { return test }
        try await test.custodian.share(
            owner, with: paul, until: Timestamp(try Instant("2026-08-01T00:00:00Z")), by: irene)
        _ = try await test.custodian.shareByLink(owner, until: Timestamp(try Instant("2026-06-01T00:00:00Z")), by: irene)
        try await test.custodian.endShare(2, of: owner, by: irene)
        return test
    }

    @Test func whatNobodyTouchedHolds() async throws {
        let test = try await Self.everything()
        let report = try await test.custodian.verifyAll()
        #expect(report.problems == [])
        // A proposal, a session, three accounts, two shares; three persons of the proposal and three of the accounts.
        #expect(report.records == 1 + 1 + 3 + 2 + 6)
    }

    @Test(arguments: [
        ("UPDATE proposal SET title = 'better'", "The record was edited", "proposal 1, '20260001'"),
        ("UPDATE proposal SET abstract = 'more'", "The record was edited", "proposal 1, '20260001'"),
        ("UPDATE proposal SET abstract_is_public = 0", "The record was edited", "proposal 1, '20260001'"),
        ("UPDATE proposal_person SET role = 'deputy' WHERE position = 2", "The record was edited", "proposal 1, '20260001'"),
        ("UPDATE proposal_person SET person = 4 WHERE position = 0", "The record was edited", "proposal 1, '20260001'"),
        ("DELETE FROM proposal_person WHERE position = 1", "The record was edited", "proposal 1, '20260001'"),
        ("UPDATE person SET email = 'cleo@example.org' WHERE id = 1", "The record was edited", "person 1"),
        ("UPDATE person SET orcid = NULL WHERE id = 1", "The record was edited", "person 1"),
        ("INSERT INTO person (tenant, family_name) VALUES (1, 'Nobody')", "The record has no history", "person 7"),
        ("INSERT INTO account_role VALUES (1, 'curator')", "The record was edited", "account 1, 'irene'"),
        ("INSERT INTO account_group VALUES (1, 'team', 'team-b')", "The record was edited", "account 1, 'irene'"),
        ("UPDATE account SET password = '$scrypt$' WHERE id = 1", "The record was edited", "account 1, 'irene'"),
        ("UPDATE account SET person = 2 WHERE id = 1", "The record was edited", "account 1, 'irene'"),
        ("UPDATE account SET disabled_at = NULL", "The record was edited", "account 3, 'paul'"),
        (
            "INSERT INTO account (tenant, name, person, made_at) VALUES (1, 'mallory', 2, 0)", "The record has no history",
            "account 4, 'mallory'"
        ),
        ("UPDATE token SET digest = zeroblob(32) WHERE id = 1", "The record was edited", "account 1, 'irene'"),
        ("UPDATE token SET scopes = 'decide' WHERE id = 1", "The record was edited", "account 1, 'irene'"),
        ("UPDATE token SET revoked_at = NULL", "The record was edited", "account 1, 'irene'"),
        ("UPDATE share SET expires_at = expires_at + 1 WHERE id = 1", "The record was edited", "share 1"),
        ("UPDATE share SET ended_at = NULL", "The record was edited", "share 2"),
        ("UPDATE share SET holder = 'person:3' WHERE id = 1", "The record was edited", "share 1"),
        (
            "INSERT INTO share (tenant, holder, session, expires_at) VALUES (1, 'person:2', 1, 9000000000)",
            "The record has no history", "share 3"
        ),
        ("DELETE FROM share WHERE id = 1", "The record was deleted", "share 1"),
        ("UPDATE session SET planned_end = planned_end + 1", "The record was edited", "session 1, '2026-05'"),
        ("UPDATE session SET pid = '10.5072/000000003rj076'", "The record was edited", "session 1, '2026-05'"),
        (
            "DROP TRIGGER event_is_not_deleted; DELETE FROM event WHERE kind = 'account' AND record = 3 AND number = 2",
            "The end of the history is missing", "account 3, 'paul'"
        ),
        (
            "DROP TRIGGER event_is_not_deleted; DELETE FROM event WHERE kind = 'account' AND record = 1 AND number = 2",
            "A link of the history is missing", "account 1, 'irene'"
        ),
        (
            "DROP TRIGGER event_is_not_deleted; DELETE FROM event WHERE kind = 'share' AND record = 1; DELETE FROM history WHERE kind = 'share' AND record = 1",
            "The record has no history", "share 1"
        ),
        (
            "DROP TRIGGER event_is_not_changed; UPDATE event SET person = NULL WHERE kind = 'share' AND record = 2 AND number = 2",
            "Link 2 of the history, 'revoked'", "share 2"
        ),
        ("DELETE FROM history WHERE kind = 'proposal'", "The end of the history is missing", "proposal 1, '20260001'"),
        ("DELETE FROM run", "A run was deleted", "the run number"),
    ])
    func anEditBehindOurBackIsFoundAndNamed(_ edit: String, _ finding: String, _ place: String) async throws {
        let test = try await Self.everything()
        try test.edit(edit)
        let problems = try await test.custodian.verifyAll().problems
        let problem = try #require(problems.first, "\(edit): nothing was found")
        #expect(problems.count == 1, "\(edit): \(problems)")
        #expect(problem.contains(finding) && problem.contains(place), "\(edit): \(problem)")
    }

    @Test func aHistoryTellsWhatChangedAndNoTextAndNoSecret() async throws {
        let test = try await Self.everything()
        let tenant = test.custodian.rules.tenant
        let known = try await test.store.proposal("20260001", tenant: tenant)
        var changed = known
        changed.abstract = "zqabstract"
        changed.persons.removeLast()
        for index in changed.persons.indices { changed.persons[index].person.number = nil }
        let deed = Deed(at: Timestamp(test.clock.reading().wall), person: 4)
        #expect(try await test.store.put(changed, by: deed, tenant: tenant) == .changed)
        #expect(try await test.store.put(changed, by: deed, tenant: tenant) == .unchanged)
        let events = try await test.custodian.history(ofProposal: "20260001", for: .custodian)
        #expect(events.map(\.action) == ["imported", "changed"])
        #expect(events.last?.detail == #"{"fields":["abstract","persons"]}"#)
        #expect(events.last?.person == 4)

        let account = try await test.custodian.history(ofAccount: "irene", for: .custodian)
        #expect(account.map(\.action) == ["added", "password-set", "token-added", "token-added", "token-revoked"])
        let shares = try await test.custodian.history(of: .session(test.session()), for: .custodian).shares
        #expect(shares.map { $0.events.map(\.action) } == [["given"], ["given", "revoked"]])
        let told = "\(events)\(account)\(shares.map(\.events))"
        for word in ["zqabstract", "zqlabel", "scrypt", "fsctoken", "fsclink", "Curie", "example.org"] {
            #expect(!told.contains(word), "a history tells '\(word)'")
        }
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    @Test func aPersonIsErasedAndEveryHistoryHolds() async throws {
        let test = try await Self.everything()
        guard case .account(let irene) = try await test.actor("irene"), let number = irene.person.number else {
            Issue.record("irene has no person")
            return
        }
        let curator = try await test.actor("cleo")
        // She stands there twice: as the proposal names her, and as her account does.
        try await test.custodian.erase(persons: [1, number], by: curator)
        #expect(try await test.custodian.verifyAll().problems == [])
        let left = try test.store.everyText()
        for word in ["Curie", "irene", "Irène", "0000-0002-1825-0097"] {
            #expect(!left.contains { $0.contains(word) }, "'\(word)' is still there")
        }
        // Who it was that shared stays, by number.
        let shares = try await test.custodian.history(of: .session(test.session()), for: .custodian).shares
        #expect(shares.first?.events.first?.person == number)
        let again = await refusal { try await test.custodian.erase(persons: [number], by: curator) }
        #expect(again?.code == .notFound)
    }

    @Test func whoReadsWhichHistory() async throws {
        let test = try await Self.everything()
        _ = try await test.account("sam", email: "sam@example.org", [.staff], beamlines: ["PROXIMA-1"])
        _ = try await test.account("sue", email: "sue@example.org", [.staff], beamlines: ["SWING"])
        _ = try await test.account("otto", email: "otto@example.org")
        for (name, reads) in [("irene", true), ("cleo", true), ("sam", true), ("sue", false), ("otto", false)] {
            let reader = Reader.account(try await test.store.account(name, tenant: test.custodian.rules.tenant))
            let ofProposal = await refusal { try await test.custodian.history(ofProposal: "20260001", for: reader) }
            let unknown = await refusal { try await test.custodian.history(ofProposal: "20269999", for: reader) }
            #expect((ofProposal == nil) == reads, "\(name)")
            if let ofProposal {
                let same = "\(ofProposal)".replacing("20260001", with: "20269999")
                #expect(same == unknown.map { "\($0)" }, "\(name)")
            }
            let session = try await test.session()
            let ofSession = await refusal { try await test.custodian.history(of: .session(session), for: reader) }
            #expect(ofSession?.code == (reads ? nil : .forbidden), "\(name)")
            let ofAccount = await refusal { try await test.custodian.history(ofAccount: "irene", for: reader) }
            #expect((ofAccount == nil) == ["irene", "cleo"].contains(name), "\(name)")
            let ofNobody = await refusal { try await test.custodian.history(ofAccount: "nobody", for: reader) }
            #expect(ofNobody?.code == .notFound, "\(name)")
        }
        let anonymous = await refusal { try await test.custodian.history(ofProposal: "20260001", for: .anonymous) }
        #expect(anonymous?.code == .notFound)
    }
}
