import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// An account that does over the network what its custodian does with the catalogue's file, and who may make one.
struct CustodianRoleTests {
    @Test func itReadsWhatTheFileHolds() async throws {
        let walk = try await Walk(.proprietary, isSession: true, access: .everyone)
        let (custodian, pid) = (walk.test.custodian, walk.run.pid)
        let kurt = try #require(walk.actor(.custodian))
        guard case .account(let account) = kurt else {
            Issue.record("no account")
            return
        }
        let scope = try await custodian.scope(of: .account(account))
        #expect(scope.readsEverything)
        #expect(try await custodian.store.run(pid, scope: scope).pid == pid)
        try custodian.requireCustodian(kurt, "It")
        // Not once it is closed.
        try await custodian.setDisabled(true, account: account.name, by: .custodian)
        let closed = try await walk.test.store.account(account.name, tenant: custodian.rules.tenant)
        let left = try await custodian.scope(of: .account(closed))
        #expect(!left.readsEverything && !left.curates)
        let read = await refusal { try await custodian.store.run(pid, scope: left) }
        #expect(read?.code == .notFound)
        let keeps = await refusal { try custodian.requireCustodian(.account(closed), "It") }
        #expect(keeps?.code == .forbidden)
    }

    /// Else whoever keeps accounts would read what was paid for, by a detour.
    @Test func noCuratorMakesOneOrHasItsTokens() async throws {
        let test = try TestCustodian()
        try await test.begin()
        let custodian = test.custodian
        let kurt = try await test.account("kurt", email: "kurt@example.org", [.custodian])
        let other = Account(name: "karl", person: Person(familyName: "karl"), roles: [.custodian])
        for (name, role) in [("cleo", Account.Role.curator), ("dora", .director)] {
            let actor = try await test.account(name, email: "\(name)@example.org", [role])
            try await custodian.add(
                Account(name: "of-\(name)", person: Person(familyName: "x"), roles: [.curator]), password: nil, by: actor)
            let refusals = [
                await refusal { try await custodian.add(other, password: nil, by: actor) },
                await refusal { try await custodian.newToken(of: "kurt", label: "x", scopes: [.read], days: 1, by: actor) },
                await refusal { try await custodian.setPassword("geheim 12345", account: "kurt", by: actor) },
                await refusal { try await custodian.revokeToken(1, of: "kurt", by: actor) },
                await refusal { try await custodian.setDisabled(true, account: "kurt", by: actor) },
                await refusal { try custodian.requireCustodian(actor, "It") },
            ]
            #expect(refusals.map { $0?.code } == Array(repeating: .forbidden, count: refusals.count), "\(name)")
        }
        _ = try await custodian.newToken(of: "kurt", label: "own", scopes: [.read], days: 1, by: kurt)
        try await custodian.add(other, password: nil, by: kurt)
    }
}
