import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// What an account is may change; who it was when it decided stays.
struct ChangingAccountsTests {
    private static func changed(
        _ name: String, in test: TestCustodian, by actor: Actor = .custodian, _ adapting: (inout Account) throws -> Void
    ) async throws -> Account {
        var account = try await test.store.account(name, tenant: test.custodian.rules.tenant)
        try adapting(&account)
        try await test.custodian.change(account, by: actor)
        return try await test.store.account(name, tenant: test.custodian.rules.tenant)
    }

    @Test func rolesAndGroupsAreWhatIsSaidLast() async throws {
        let test = try TestCustodian()
        _ = try await test.account("marc", email: "marc@example.org", teams: ["team-a", "team-b"])
        let marc = try await Self.changed("marc", in: test) {
            $0.roles = [.staff]
            $0.teams = []
            $0.beamlines = ["PROXIMA-1"]
        }
        #expect(marc.roles == [.staff] && marc.teams == [] && marc.beamlines == ["PROXIMA-1"])
        #expect(try await !test.custodian.change(marc, by: .custodian))
        let events = try await test.store.history(of: .account("marc"), tenant: test.custodian.rules.tenant)
        #expect(events.map(\.action) == ["added", "changed"])
        #expect(events.last?.detail == #"{"changed":["roles","groups"],"roles":["staff"]}"#)
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    /// The person keeps their number, so that what they decided is theirs, and the address that was is nowhere any more.
    @Test func anAddressChangesAndThePersonStays() async throws {
        let test = try TestCustodian()
        _ = try await test.account("paula", email: "paula@old.example")
        let before = try await test.store.account("paula", tenant: test.custodian.rules.tenant)
        let after = try await Self.changed("paula", in: test) { $0.person.email = "paula@new.example" }
        #expect(after.person.number == before.person.number && after.person.email == "paula@new.example")
        #expect(try await test.store.persons(.email("paula@old.example"), tenant: test.custodian.rules.tenant) == [])
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    /// Who left an institute keeps the right, once the user office says the new address too; a wrong ORCID gives none any more.
    @Test func rightsFollowWhatWasVerified() async throws {
        let test = try TestCustodian()
        try await test.begin()
        let proposal = try await test.store.proposal("20260001", tenant: test.custodian.rules.tenant)
        let investigator = try #require(proposal.persons.first { $0.role == .principalInvestigator }?.person)
        _ = try await test.account("eve", email: "eve@example.org")
        let rights = { (account: Account) in
            try await test.store.teams(of: account.person, tenant: test.custodian.rules.tenant)
        }
        var eve = try await Self.changed("eve", in: test) { $0.person.email = investigator.email }
        #expect(try await rights(eve) == [proposal.team])
        eve = try await Self.changed("eve", in: test) { $0.person.email = "eve@example.org" }
        #expect(try await rights(eve) == [])
        // Whose ORCID it is is called as before.
        eve = try await Self.changed("eve", in: test) { $0.person.orcid = investigator.orcid }
        #expect(investigator.orcid != nil && eve.person == investigator)
        eve = try await Self.changed("eve", in: test) {
            $0.person = Person(familyName: "eve", email: "eve@example.org")
        }
        #expect(eve.person.orcid == nil && eve.person.number != investigator.number)
        #expect(try await rights(eve) == [])
        // The proposal's own person was touched by none of it.
        let after = try await test.store.proposal("20260001", tenant: test.custodian.rules.tenant)
        #expect(after.persons == proposal.persons)
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    /// An account that stands in a proposal under the same number loses a wrong ORCID alone: the proposal keeps its person.
    @Test func whatAProposalSaysIsNotChangedByAnAccount() async throws {
        let test = try TestCustodian()
        try await test.begin()
        let tenant = test.custodian.rules.tenant
        var proposal = try await test.store.proposal("20260001", tenant: tenant)
        let orcid = try ORCID("0000-0001-5109-3700")
        let named = Person(familyName: "Noether", givenName: "Emmy", orcid: orcid, email: "emmy@example.org")
        proposal.persons.append(TeamPerson(.member, named))
        _ = try await test.store.put(proposal, tenant: tenant)
        try await test.custodian.add(Account(name: "emmy", person: named, roles: [.member]), password: nil, by: .custodian)
        let emmy = try await Self.changed("emmy", in: test) { $0.person.orcid = nil }
        #expect(emmy.person.orcid == nil)
        let stays = try await test.store.proposal("20260001", tenant: tenant).persons.last?.person
        #expect(stays?.orcid == orcid && stays?.number != emmy.person.number)
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    @Test func whoMayNotMakeItMayNotChangeIt() async throws {
        let test = try TestCustodian()
        let cleo = try await test.account("cleo", email: "cleo@example.org", [.curator])
        let jean = try await test.account("jean", email: "jean@example.org")
        _ = try await test.account("kurt", email: "kurt@example.org", [.custodian])
        let change = { (name: String, actor: Actor, roles: Set<Account.Role>) in
            await refusal {
                var account = try await test.store.account(name, tenant: test.custodian.rules.tenant)
                account.roles = roles
                try await test.custodian.change(account, by: actor)
            }?.code
        }
        #expect(await change("jean", jean, [.curator]) == .forbidden)
        #expect(await change("kurt", cleo, [.member]) == .forbidden)
        #expect(await change("jean", cleo, [.custodian]) == .forbidden)
        #expect(await change("jean", cleo, []) == .badRequest)
        #expect(await change("jean", cleo, [.curator]) == nil)
        let nobody = await refusal {
            try await test.custodian.change(
                Account(name: "nobody", person: Person(familyName: "x"), roles: [.member]), by: .custodian)
        }
        #expect(nobody?.code == .notFound)
    }

    /// Who got hold of a password is out with it; a beamline's token goes on.
    @Test func anotherPasswordEndsTheLogInsWithTheOneBefore() async throws {
        let test = try TestCustodian()
        let irene = try await test.account("irene", email: "irene@example.org")
        let (session, _) = try await test.custodian.newToken(
            of: "irene", label: AccessToken.ofLogIn, scopes: [.read], days: 1, by: irene)
        let (made, _) = try await test.custodian.newToken(of: "irene", label: "host", scopes: [.read], days: 1, by: irene)
        try await test.custodian.setPassword("correct horse", account: "irene", by: irene)
        #expect(try await test.custodian.holder(of: session.text) == nil)
        #expect(try await test.custodian.holder(of: made.text) != nil)
        #expect(try await test.custodian.verifyAll().problems == [])
    }
}
