import Custody
import DataCiteStandIn
import Deliveries
import EmbargoClock
import Identifiers
import JSON
import Minting
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// Contributors and funding at a stand-in that refuses what DataCite refuses.
struct CreditLifeTests {
    private func attributes(_ test: TestFacility, _ session: SessionRecord) throws -> String {
        "\(try #require(test.entry(session.pid)).attributes)"
    }

    @Test func theRegistryLearnsOfThemAtTheOpeningAndForgetsWhoIsErased() async throws {
        let test = try TestFacility()
        let session = try await test.closed()
        var proposal = try await test.store.proposal("20260001", tenant: test.tenant)
        for index in proposal.persons.indices { proposal.persons[index].person.number = nil }
        proposal.persons[0].affiliation = Affiliation("Institut du radium", ror: try ROR("03yrm5c26"))
        proposal.contributors = [
            ProposalContributor(
                .localContact, Person(familyName: "Nowak", email: "nowak@zqteam.org"), affiliation: Affiliation("The source"))
        ]
        proposal.funding = [Funding(funder: "National Fund", awardNumber: "N-77", awardAddress: "https://example.net/N-77")]
        #expect(try await test.store.put(proposal, by: test.deed, tenant: test.tenant) == .changed)
        try await test.deliver()
        #expect(try attributes(test, session).contains("Institut du radium"))
        for body in test.exchange.bodies {
            for word in ["Nowak", "The source", "National Fund", "N-77"] { #expect(!body.contains(word), "\(body)") }
        }
        #expect(try await test.drift().differences == [])

        try test.clock.set("2029-05-09T22:00:00Z")
        _ = try await test.custodian.sweep()
        try await test.deliver()
        for word in ["Nowak", "The source", "National Fund", "N-77"] {
            #expect(try attributes(test, session).contains(word), "\(word)")
        }
        #expect(try await test.drift().differences == [])

        let known = try await test.custodian.persons(.email("nowak@zqteam.org"), by: .custodian)
        #expect(try await test.custodian.erase(persons: known.map(\.number), by: .custodian) == 1)
        try await test.deliver()
        #expect(try !attributes(test, session).contains("Nowak"))
        #expect(try attributes(test, session).contains("National Fund"))
        #expect(try await test.drift().differences == [])
        // They are no team: nobody writes to them, and their address has left nowhere.
        for text in test.exchange.bodies + test.mail.mails { #expect(!text.contains("nowak@zqteam.org"), "\(text)") }
    }
}
