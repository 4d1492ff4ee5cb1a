import Custody
import Foundation
import RunCatalogue
import TestCatalogue

/// The proposal of ``TwoSessions``, as the user office says it with affiliations, staff and awards.
enum CreditedProposal {
    static let contributors = """
        [{"role": "local contact", "family_name": "Nowak", "given_name": "Zofia", "orcid": "0000-0001-5109-3700",
          "email": "zofia@example.org", "affiliation": {"name": "The source", "ror": "https://ror.org/01ydb3330"}},
         {"role": "beamline staff", "family_name": "Weber", "email": "weber@example.org"}]
        """
    static let funding = """
        [{"funder": "National Fund", "ror": "https://ror.org/05etxs293", "award_number": "N-77",
          "award_uri": "https://example.net/awards/N-77", "award_title": "Proteins"}, {"funder": "A foundation"}]
        """
    static let persons = """
        [{"role": "principal investigator", "family_name": "Curie", "given_name": "Irène", "orcid": "0000-0002-1825-0097",
          "email": "irene@example.org", "affiliation": {"name": "Institut du radium", "ror": "https://ror.org/03yrm5c26"}},
         {"role": "deputy", "family_name": "Joliot", "given_name": "Frédéric", "email": "frederic@example.org",
          "affiliation": {"name": "A small laboratory"}},
         {"role": "member", "family_name": "Perrin", "given_name": "Jean", "email": "jean@example.org"}]
        """

    static func text(
        _ name: String = "20260001", persons: String = persons, contributors: String = contributors, funding: String = funding
    ) -> String {
        """
        {"schema": "faisceau.proposals.1", "proposals": [{"id": "\(name)", "kind": "public", "title": "Structure of a protein",
          "team": "team-\(name)", "persons": \(persons), "contributors": \(contributors), "funding": \(funding)}]}
        """
    }

    static func enter(_ test: TestCustodian, _ text: String = text()) async throws -> ImportOutcome? {
        let document = try ProposalDocument(json: Data(text.utf8))
        return try await test.custodian.importProposals(document, by: .custodian).first?.outcome
    }
}
