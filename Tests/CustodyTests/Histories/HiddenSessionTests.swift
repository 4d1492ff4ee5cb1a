import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestSupport

/// Sessions are found by name and identifier without a scope: whether somebody may know of one is asked before it is told.
struct HiddenSessionTests {
    private func answer(_ test: TestCustodian, _ text: String, _ reader: Reader) async -> String {
        let run = await refusal { try await test.custodian.run(text, for: reader) }
        do {
            let subject = try await test.custodian.subject(text, for: reader)
            let care = await refusal { try await test.custodian.care(of: subject, for: reader) }
            let history = await refusal { try await test.custodian.history(of: subject, for: reader) }
            let owner = await refusal { try await test.custodian.clockOwner(of: subject, for: reader) }
            let answers = [run.map { "\($0)" }, care.map { "\($0)" }, history.map { "\($0)" }, owner.map { "\($0)" }]
            return "\(subject): " + answers.map { $0 ?? "an answer" }.joined(separator: " / ")
        } catch { return "\(error)" }
    }

    @Test func aSessionThatIsHiddenAnswersAsOneThatIsNotThere() async throws {
        let test = try TestCustodian()
        try await test.begin()
        let member = Reader.account(try await account(test, "marie", [.member], teams: ["team-20260001"]))
        let outsider = Reader.account(try await account(test, "otto", [.member]))
        let elsewhere = Reader.account(try await account(test, "sue", [.staff], beamlines: ["SWING"]))
        let session = try await test.session()
        let pid = try #require(session.pid)
        var generator = SeededGenerator(seed: 4711)
        let unknown = try RunIdentifier.draw(prefix: "10.5072", using: &generator)
        for reader in [Reader.anonymous, outsider, elsewhere] {
            let hidden = await answer(test, "\(pid)", reader)
            let absent = await answer(test, "\(unknown)", reader)
            #expect(hidden.replacing("\(pid)", with: "PID") == absent.replacing("\(unknown)", with: "PID"), "\(reader)")
            let named = await answer(test, "20260001/2026-05", reader)
            let other = await answer(test, "20260001/2026-06", reader)
            #expect(named.replacing("2026-05", with: "NAME") == other.replacing("2026-06", with: "NAME"), "\(reader)")
        }
        // A run of that session too: who may not know of it is not told whose it is.
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z").summary.pid
        for reader in [Reader.anonymous, outsider, elsewhere] {
            let hidden = await answer(test, "\(run)", reader)
            let absent = await answer(test, "\(unknown)", reader)
            #expect(hidden.replacing("\(run)", with: "PID") == absent.replacing("\(unknown)", with: "PID"), "\(reader)")
        }
        for reader in [member, .custodian] {
            for text in ["\(pid)", "20260001/2026-05"] {
                guard case .session(let found) = try await test.custodian.subject(text, for: reader) else {
                    Issue.record("\(reader) does not find \(text)")
                    continue
                }
                #expect(found.name == session.name)
            }
            #expect(try await test.custodian.history(of: .session(session), for: reader).events.map(\.action) == ["entered"])
        }
    }

    private func account(
        _ test: TestCustodian, _ name: String, _ roles: Set<Account.Role>, teams: Set<String> = [], beamlines: Set<String> = []
    ) async throws -> Account {
        _ = try await test.account(name, email: "\(name)@example.org", roles, teams: teams, beamlines: beamlines)
        return try await test.store.account(name, tenant: test.custodian.rules.tenant)
    }
}
