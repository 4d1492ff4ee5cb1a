import Custody
import Diagnostics
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore
import TestSupport

/// Affiliations, contributors and funding in the user office's list: what is read, refused, stored, and imported again.
struct CreditImportTests {
    @Test func everyKeyIsRead() throws {
        let proposal = try #require(try ProposalDocument(json: Data(CreditedProposal.text().utf8)).entries.first).proposal
        #expect(
            proposal.persons.map(\.affiliation) == [
                Affiliation("Institut du radium", ror: try ROR("03yrm5c26")), Affiliation("A small laboratory"), nil,
            ])
        let contact = Person(
            familyName: "Nowak", givenName: "Zofia", orcid: try ORCID("0000-0001-5109-3700"), email: "zofia@example.org")
        #expect(
            proposal.contributors == [
                ProposalContributor(.localContact, contact, affiliation: Affiliation("The source", ror: try ROR("01ydb3330"))),
                ProposalContributor(.beamlineStaff, Person(familyName: "Weber", email: "weber@example.org")),
            ])
        #expect(
            proposal.funding == [
                Funding(
                    funder: "National Fund", ror: try ROR("05etxs293"), awardNumber: "N-77",
                    awardAddress: "https://example.net/awards/N-77", awardTitle: "Proteins"), Funding(funder: "A foundation"),
            ])
    }

    @Test(arguments: [
        ("local contact", "boss", "contributors[0].role"), (#""award_title""#, #""award_titel""#, "funding[0].award_titel"),
        ("0000-0001-5109-3700", "0000-0001-5109-3701", "contributors[0].orcid"),
        ("weber@example.org", "weber", "contributors[1].email"),
        ("01ydb3330", "01ydb3331", "contributors[0].affiliation.ror"), ("03yrm5c26", "03yrm5c27", "persons[0].affiliation.ror"),
        ("05etxs293", "nobody", "funding[0].ror"), ("A small laboratory", " ", "persons[1].affiliation.name"),
        ("https://example.net/awards/N-77", "ftp://example.net/N-77", "funding[0].award_uri"),
        ("https://example.net/awards/N-77", "https://exa mple.net", "funding[0].award_uri"),
        (#""award_number": "N-77","#, "", "funding[0].award_uri"), (#""funder": "A foundation""#, "", "funding[1].funder"),
        (#""name": "The source""#, #""nam": "The source""#, "contributors[0].affiliation.nam"),
    ])
    func aSlipIsRefusedWithItsPlace(_ right: String, _ wrong: String, _ place: String) throws {
        let text = CreditedProposal.text().replacing(right, with: wrong)
        #expect(text != CreditedProposal.text())
        let error = #expect(throws: CatalogueError.self) { try ProposalDocument(json: Data(text.utf8)) }
        #expect(error?.code == .badRequest && error?.place == "proposals[0].\(place)", "\(error?.description ?? "")")
        #expect(error?.got?.isEmpty == false && error?.expected == "schemas/proposals.schema.json")
    }

    @Test func longListsAreRefused() throws {
        let many = "[\(Array(repeating: #"{"funder": "x"}"#, count: 101).joined(separator: ","))]"
        let text = CreditedProposal.text(funding: many)
        let error = #expect(throws: CatalogueError.self) { try ProposalDocument(json: Data(text.utf8)) }
        #expect(error?.got?.contains("101 entries") == true && error?.place == "proposals[0].funding")
    }

    @Test(.enabled(if: TestPython.isAvailable("jsonschema"), "\(TestPython.absence)"))
    func theSchemaAcceptsWhatIsReadAndRefusesSlips() throws {
        let folder = try TemporaryFolder("credits")
        let file = try folder.write(CreditedProposal.text(), to: "p.json")
        let refused = try SchemaJudge.judge(
            schema: "schemas/proposals.schema.json", documents: [file],
            refusing: [
                #"d["proposals"][0]["contributors"][0].update(role="boss")"#,
                #"d["proposals"][0]["contributors"][0]["affiliation"].update(ror="nobody")"#,
                #"d["proposals"][0]["contributors"][0]["affiliation"].pop("name")"#,
                #"d["proposals"][0]["contributors"][1].update(telephone="1")"#,
                #"d["proposals"][0]["persons"][1].update(affiliation="x")"#,
                #"d["proposals"][0]["funding"][0].pop("award_number")"#, #"d["proposals"][0]["funding"][1].pop("funder")"#,
                #"d["proposals"][0]["funding"][0].update(award_uri="ftp://x")"#,
                #"d["proposals"][0].update(funding=[{"funder": "x"}] * 101)"#,
            ])
        #expect(refused == 9)
    }

    @Test func theSameAgainChangesNothing() async throws {
        let test = try TestCustodian()
        #expect(try await CreditedProposal.enter(test) == .new)
        let stored = try await test.store.proposal("20260001", tenant: test.custodian.rules.tenant)
        #expect(try await CreditedProposal.enter(test) == .unchanged)
        #expect(try await test.store.proposal("20260001", tenant: test.custodian.rules.tenant) == stored)
        // A contact whom another list names in short is the same one.
        let short = CreditedProposal.text().replacing(#""email": "zofia@example.org", "#, with: "")
        #expect(short != CreditedProposal.text())
        #expect(try await CreditedProposal.enter(test, short) == .unchanged)
        let renamed = CreditedProposal.text().replacing("The source", with: "The new source")
        #expect(try await CreditedProposal.enter(test, renamed) == .changed)
        #expect(try await CreditedProposal.enter(test, CreditedProposal.text(contributors: "[]", funding: "[]")) == .changed)
        let history = try await test.store.history(of: .proposal("20260001"), tenant: test.custodian.rules.tenant)
        #expect(history.map(\.action) == ["imported", "changed", "changed"])
        let fields = [#"{"fields":["contributors"]}"#, #"{"fields":["contributors","funding"]}"#]
        #expect(history.dropFirst().map(\.detail) == fields)
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    @Test(arguments: [
        "UPDATE proposal_person SET affiliation = 'x' WHERE position = 0",
        "UPDATE proposal_person SET affiliation = 'x' WHERE position = 2",
        "UPDATE proposal_contributor SET role = 'beamline staff'", "UPDATE proposal_contributor SET affiliation = NULL",
        "DELETE FROM proposal_contributor WHERE position = 1", "UPDATE proposal_funding SET award_number = '7'",
        "DELETE FROM proposal_funding",
    ])
    func whatIsEditedBehindTheCataloguesBackIsFound(sql: String) async throws {
        let test = try TestCustodian()
        _ = try await CreditedProposal.enter(test)
        try test.edit(sql)
        let problems = try await test.custodian.verifyAll().problems
        #expect(problems.count == 1 && "\(problems)".contains("The record was edited"), "\(problems)")
    }

    /// Of a proposal without any of it, as versions before have written it.
    @Test func aProposalWithoutThemHasTheDigestThatItHad() async throws {
        let test = try TestCustodian()
        try await test.begin()
        let digests = try test.store.texts("SELECT lower(hex(state_digest)) FROM event WHERE kind = 'proposal'")
        #expect(digests == [["ce55c370b657b58d62e3779270ad9d0dded367a109d50a37820473b41e07e9ee"]])
    }
}
