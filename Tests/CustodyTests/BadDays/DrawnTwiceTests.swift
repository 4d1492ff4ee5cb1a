import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// Two hosts drew one identifier; it stands in the sealed files of both runs.
struct DrawnTwiceTests {
    private func twins(_ test: TestCustodian, proposal: String = "20260001") async throws -> (SealedRun, SealedRun) {
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let first = try TestCustodian.run(1, ended: "2026-05-09T11:00:00Z")
        let other = try TestCustodian.run(2, ended: "2026-05-09T12:00:00Z", proposal: proposal)
        let second = SealedRun(
            summary: other.summary.renamed(first.summary.pid), manifest: nil, folder: "/data/run_2")
        _ = try await test.custodian.register(first, by: .custodian)
        return (first, second)
    }

    @Test func theSecondIsRefusedAndTheMessageSaysWhatToDo() async throws {
        let test = try TestCustodian()
        let (first, second) = try await twins(test)
        let before = try await test.store.run(first.summary.pid, scope: .everything(tenant: test.custodian.rules.tenant))
        let error = await refusal { try await test.custodian.register(second, by: .custodian) }
        #expect(error?.code == .contentDiffers)
        // An ingest keeps what is refused as invalid, and asks no more: section 4 of the design.
        #expect(error?.exitStatus == .invalidInput && error?.isRetryable == false)
        #expect(error?.description.contains("--new-identifier") == true)
        let after = try await test.store.run(first.summary.pid, scope: .everything(tenant: test.custodian.rules.tenant))
        #expect(after == before)
    }

    @Test func itIsEnteredUnderANewOneAndFoundByIt() async throws {
        let test = try TestCustodian()
        let (first, second) = try await twins(test)
        let tenant = test.custodian.rules.tenant
        let everything = ReaderScope.everything(tenant: tenant)
        let receipt = try await test.custodian.register(second, by: .custodian, newIdentifier: true)
        #expect(receipt.isNew && receipt.pid != first.summary.pid)
        #expect(receipt.notes.contains { $0.contains("\(receipt.pid)") && $0.contains("\(first.summary.pid)") })
        #expect(receipt.owner == .session(TestCustodian.session))
        let run = try await test.store.run(receipt.pid, scope: everything)
        #expect(run.name == "run_2" && run.folder == "/data/run_2")
        let names = try await test.store.alternates(of: receipt.pid, scope: everything)
        #expect(names == [try AlternateIdentifier(.sealed, "\(first.summary.pid)")])
        // The identifier is still the first one's.
        let subject = try await test.custodian.subject("\(first.summary.pid)", for: .custodian)
        #expect(subject == .run(first.summary.pid))
        #expect(try await test.store.run(first.summary.pid, scope: everything).name == "run_1")
        // Both histories tell it, and are whole.
        let ofFirst = try await test.store.history(of: first.summary.pid, scope: everything).map(\.action)
        let ofSecond = try await test.store.history(of: receipt.pid, scope: everything).map(\.action)
        #expect(ofFirst == ["registered", "identifier-drawn-twice"] && ofSecond == ["registered-under-a-new-identifier"])
        #expect(try await test.custodian.verifyAll().problems == [])
        // Handed over again, with the word and without it: the same run.
        for word in [true, false] {
            let again = try await test.custodian.register(second, by: .custodian, newIdentifier: word)
            #expect(!again.isNew && again.pid == receipt.pid)
        }
        #expect(try await test.store.history(of: first.summary.pid, scope: everything).count == 2)
    }

    @Test func aCopyOfTheSameMeasurementIsNotEnteredTwice() async throws {
        let test = try TestCustodian()
        let (first, _) = try await twins(test)
        let copy = SealedRun(summary: first.summary, manifest: nil, folder: "/elsewhere/run_1")
        let error = await refusal { try await test.custodian.register(copy, by: .custodian, newIdentifier: true) }
        #expect(error?.code == .badRequest)
        #expect(error?.description.contains("same measurement") == true)
        let page = try await test.store.page(
            RunFilter(), scope: .everything(tenant: test.custodian.rules.tenant), after: nil, limit: 10, countLimit: 10)
        #expect(page.runs.count == 1)
    }

    @Test func whereNoOtherRunHasItTheWordChangesNothing() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        let receipt = try await test.custodian.register(run, by: .custodian, newIdentifier: true)
        #expect(receipt.pid == run.summary.pid && receipt.isNew)
    }

    /// The other run is another team's: neither team reads the other's.
    @Test func theSecondIsItsOwnTeams() async throws {
        let test = try TestCustodian()
        let tenant = test.custodian.rules.tenant
        _ = try await test.store.put(
            ProposalDescription(name: "20260002", kind: .public, title: "Another", team: "team-b", persons: []), tenant: tenant)
        let (first, second) = try await twins(test, proposal: "20260002")
        let receipt = try await test.custodian.register(second, by: .custodian, newIdentifier: true)
        #expect(try await test.store.run(receipt.pid, scope: .everything(tenant: tenant)).origin.team == "team-b")
        let member = try await test.account("bea", email: "bea@example.org", teams: ["team-b"])
        guard case .account(let account) = member else { return }
        let scope = try await test.custodian.scope(of: .account(account))
        // Who may not know of the first run finds one's own by the identifier in one's files.
        #expect(try await test.custodian.subject("\(first.summary.pid)", for: .account(account)) == .run(receipt.pid))
        #expect(await refusal { try await test.store.run(first.summary.pid, scope: scope) }?.code == .notFound)
    }
}
