import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// A session of the invented facility with one run of ten frames, closed; and people around it.
struct SessionWithARun {
    let test: TestCustodian
    let pid: RunIdentifier
    let member: Actor
    let staff: Actor
    let curator: Actor
    let outsider: Actor

    var custodian: Custodian { test.custodian }
    var store: any CatalogueStore { test.store }

    init(close: Bool = true, kind: ProposalDescription.Kind = .public) async throws {
        test = try TestCustodian()
        try await test.begin(kind: kind)
        try test.clock.set("2026-05-09T13:00:00Z")
        pid = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .custodian).pid
        member = try await test.account("irene", email: "irene@example.org")
        staff = try await test.account("sam", email: "sam@example.org", [.staff], beamlines: ["PROXIMA-1"])
        curator = try await test.account("cleo", email: "cleo@example.org", [.curator])
        outsider = try await test.account("otto", email: "otto@example.org")
        if close { try await test.custodian.closeSession(TestCustodian.session, by: .custodian) }
    }

    func scope(_ actor: Actor) async throws -> ReaderScope {
        guard case .account(let account) = actor else { return try await custodian.scope(of: .custodian) }
        return try await custodian.scope(of: .account(account))
    }

    func open() async throws {
        try test.clock.set("2029-05-09T22:00:00Z")
        _ = try await custodian.sweep()
    }

    func actions() async throws -> [String] {
        try await store.history(of: pid, scope: scope(.custodian)).map(\.action)
    }

    /// What the histories of the records of a kind find wrong.
    func problems(of kind: RecordKind) async throws -> [String] {
        let part = try await store.verifyRecords(of: kind, tenant: custodian.rules.tenant, after: nil, limit: 1000)
        #expect(part.checked > 0, "there is none")
        return part.problems.map { "\($0)" }
    }
}
