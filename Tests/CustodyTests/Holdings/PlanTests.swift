import Custody
import Diagnostics
import Foundation
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

struct PlanTests {
    static let text = """
        {"dmp": {"title": "Our plan", "created": "2026-01-02T10:00:00Z", "modified": "2026-03-04T10:00:00+01:00", "language": "eng",
          "dmp_id": {"identifier": "https://doi.org/10.5072/plan", "type": "doi"}, "ethical_issues_exist": "no",
          "contact": {"name": "Irène Curie", "mbox": "irene@example.org",
                      "contact_id": {"identifier": "https://orcid.org/0000-0002-1825-0097", "type": "orcid"}},
          "dataset": [{"title": "Diffraction", "dataset_id": {"identifier": "d1", "type": "other"}, "personal_data": "no",
                       "sensitive_data": "unknown",
                       "distribution": [{"title": "Raw", "data_access": "open",
                         "license": [{"license_ref": "https://creativecommons.org/licenses/by/4.0/", "start_date": "2029-05-10"}]}]}]}}
        """
    private static let identifier = "https://doi.org/10.5072/plan"

    private func imported(_ session: SessionWithARun, _ text: String = Self.text, by actor: Actor) async throws -> ImportOutcome {
        try await session.custodian.importPlan(PlanDocument(json: Data(text.utf8)), proposal: "20260001", by: actor)
    }

    @Test func aPlanIsItsTeamsAndTheFacilitys() async throws {
        let session = try await SessionWithARun()
        #expect(try await imported(session, by: session.member) == .new)
        #expect(try await imported(session, by: session.member) == .unchanged)
        for actor in [session.member, session.staff, session.curator, .custodian] {
            let scope = try await session.scope(actor)
            #expect(try await session.store.plan(Self.identifier, scope: scope).document == Self.text)
            #expect(try await session.store.plans(ofProposal: "20260001", scope: scope, limit: 10).count == 1)
        }
        let elsewhere = try await session.test.account("sue", email: "sue@example.org", [.staff], beamlines: ["SWING"])
        try await session.open()
        // Also when the data are open.
        for actor in [session.outsider, elsewhere] {
            let scope = try await session.scope(actor)
            let hidden = await refusal { try await session.store.plan(Self.identifier, scope: scope) }
            let absent = await refusal { try await session.store.plan("absent", scope: scope) }
            #expect(hidden?.code == .notFound)
            #expect(
                hidden?.description.replacing(Self.identifier, with: "X") == absent?.description.replacing("absent", with: "X"))
            #expect(try await session.store.plans(ofProposal: nil, scope: scope, limit: 10) == [])
        }
        #expect(try await session.problems(of: .plan) == [])
    }

    @Test func aPlanOfPaidWorkIsThePayersAlone() async throws {
        let session = try await SessionWithARun(close: false, kind: .proprietary)
        _ = try await imported(session, by: session.member)
        for actor in [session.staff, session.curator] {
            let scope = try await session.scope(actor)
            #expect(await refusal { try await session.store.plan(Self.identifier, scope: scope) }?.code == .notFound)
        }
    }

    @Test func aLaterVersionTakesThePlaceOfAnEarlierOneAndNotTheOtherWay() async throws {
        let session = try await SessionWithARun()
        _ = try await imported(session, by: session.member)
        let later = Self.text.replacing("2026-03-04", with: "2026-04-04").replacing("Our plan", with: "Our better plan")
        #expect(try await imported(session, later, by: session.curator) == .changed)
        #expect(await refusal { try await imported(session, by: session.member) }?.code == .badRequest)
        let outsider = await refusal { try await imported(session, by: session.outsider) }
        #expect(outsider?.code == .notFound)
        let plan = try await session.store.plan(Self.identifier, scope: session.scope(session.member))
        #expect(plan.document == later)
    }

    @Test(arguments: [
        (#""title": "Our plan", "#, "", "/dmp/title: missing"),
        (#""language": "eng""#, #""language": "english""#, "/dmp/language"),
        ("2026-01-02T10:00:00Z", "2026-01-02", "/dmp/created"), ("+01:00", "", "/dmp/modified"),
        (#""type": "doi"}"#, #""type": "isbn"}"#, "/dmp/dmp_id/type"),
        (#""ethical_issues_exist": "no""#, #""ethical_issues_exist": false"#, "/dmp/ethical_issues_exist"),
        (#""mbox": "irene@example.org","#, "", "/dmp/contact/mbox"),
        (#""personal_data": "no""#, #""personal_data": "perhaps""#, "/dmp/dataset/0/personal_data"),
        (#""dataset_id""#, #""dataset-id""#, "/dmp/dataset/0/dataset_id"),
        (#", "start_date": "2029-05-10""#, "", "/license/0/start_date"),
        (#""data_access": "open""#, #""data_access": "embargoed""#, "/distribution/0/data_access"),
    ])
    func whatTheStandardMakesMandatoryIsMissedByItsPointer(_ right: String, _ wrong: String, _ finding: String) throws {
        let text = Self.text.replacing(right, with: wrong)
        #expect(text != Self.text)
        let error = #expect(throws: CatalogueError.self) { try PlanDocument(json: Data(text.utf8)) }
        #expect(error?.got?.contains(finding) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: ["", "[]", "{}", #"{"dmp": []}"#, #"{"dmp": {}}"#, "\u{0}", String(repeating: "[", count: 100_000)])
    func whatIsNoPlanIsRefused(_ text: String) {
        let error = #expect(throws: CatalogueError.self) { try PlanDocument(json: Data(text.utf8)) }
        #expect(error?.code == .badRequest)
    }
}
