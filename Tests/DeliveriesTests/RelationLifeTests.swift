import Custody
import DataCiteStandIn
import Deliveries
import EmbargoClock
import Foundation
import Identifiers
import JSON
import Minting
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// The DOI of a run, at a stand-in that refuses what DataCite refuses: when it is told of what stands in relation to the run.
struct RelationLifeTests {
    private func entry(_ test: TestFacility, _ pid: some CustomStringConvertible) -> StandInEntry? {
        test.service.entries["\(pid)".lowercased()]
    }

    private func told(_ test: TestFacility, _ pid: some CustomStringConvertible, _ relation: String) -> Set<String> {
        let related = entry(test, pid)?.attributes["relatedIdentifiers"]?.list ?? []
        return Set(related.filter { $0["relationType"]?.text == relation }.compactMap { $0["relatedIdentifier"]?.text })
    }

    private func result(of inputs: [RunIdentifier], sealed: String) throws -> SealedRun {
        var generator = SeededGenerator(seed: 77)
        let time = Timestamp(try Instant(sealed))
        return SealedRun(
            summary: RunSummary(
                name: "result", pid: try RunIdentifier.draw(prefix: "10.5072", using: &generator), verdict: .complete,
                frames: FrameCounts(expected: 1, received: 1, written: 1),
                times: .init(armed: time.advanced(bySeconds: -60), sealed: time),
                files: [try FileEntry(path: "result.h5", role: .master, bytes: 1000)],
                derivation: .init(
                    method: "azimuthal integration",
                    inputs: inputs.map { .init(path: "/data/run", pid: $0, identity: "sha256:0") }
                ), software: .init(name: "faisceau", version: "0")), manifest: nil, folder: "/data/result")
    }

    /// Two registered runs with clocks of their own, which open on 2029-05-10 and 2029-05-21.
    private func facility() async throws -> (TestFacility, early: RunIdentifier, late: RunIdentifier) {
        let test = try TestFacility()
        _ = try await test.begin()
        try test.clock.set("2026-06-01T13:00:00Z")
        let early = try await test.register(1, of: nil, proposal: "20260001", ended: "2026-05-09T12:00:00Z")
        let late = try await test.register(2, of: nil, proposal: "20260001", ended: "2026-05-20T12:00:00Z")
        for run in [early, late] { #expect(try await test.custodian.mint(run, by: .custodian)) }
        return (test, early, late)
    }

    private func sweep(_ test: TestFacility, at time: String) async throws {
        try test.clock.set(time)
        _ = try await test.custodian.sweep()
        try await test.deliver()
    }

    /// The faulty run opens first; that it was replaced is told when what replaces it opens, and when it is taken back.
    @Test func whatARunReplacesIsToldOfItWhenItOpens() async throws {
        let (test, early, late) = try await facility()
        _ = try await test.custodian.relate(late, RelationDraft(.obsoletes, "\(early)"), by: .custodian)
        try await test.deliver()
        try await sweep(test, at: "2029-05-10T22:00:00Z")
        #expect(told(test, early, "IsObsoletedBy") == [])
        try await sweep(test, at: "2029-05-20T22:00:00Z")
        #expect(told(test, early, "IsObsoletedBy") == ["\(late)"])
        #expect(told(test, late, "Obsoletes") == ["\(early)"])
        #expect(try await test.drift().differences == [])
        let scope = ReaderScope.everything(tenant: test.custodian.rules.tenant)
        let stated = try #require(try await test.custodian.store.statedRelations(of: late, scope: scope).own.first)
        try await test.custodian.removeRelation(stated.number, of: late, by: .custodian)
        try await test.deliver()
        #expect(told(test, early, "IsObsoletedBy") == [] && told(test, late, "Obsoletes") == [])
        #expect(try await test.drift().differences == [])
    }

    /// Who changes a description changes what registries are to know of the run, of what it was made from, and of what it is made from no more.
    @Test func whatIsChangedInADescriptionIsToldAgain() async throws {
        let (test, early, late) = try await facility()
        try await sweep(test, at: "2029-05-21T22:00:00Z")
        let date = Timestamp(try Instant("2026-05-09T12:00:00Z"))
        var described = DescribedRun(
            kind: .derived, label: "By hand", team: "team-b", startedAt: date, endedAt: date, folder: "/data/by-hand")
        described.values = [try MetadataValue("scicat/inputDatasets", text: "\(early)")]
        let pid = try #require(try await test.custodian.describe(described, by: .custodian))
        #expect(try await test.custodian.mint(pid, by: .custodian))
        try await test.deliver()
        // Its author's own until it opens, and nobody waits for that longer than three years.
        #expect(told(test, early, "IsSourceOf") == [])
        try await sweep(test, at: "2032-05-23T22:00:00Z")
        #expect(told(test, early, "IsSourceOf") == ["\(pid)"] && told(test, late, "IsSourceOf") == [])
        var amendment = RunAmendment()
        amendment.values = [try MetadataValue("scicat/inputDatasets", text: "\(late)")]
        amendment.persons = DescribedPersons([.owner: ["Lovelace, Ada"]])
        #expect(try await test.custodian.amend(pid, amendment, by: .custodian))
        try await test.deliver()
        #expect(told(test, early, "IsSourceOf") == [] && told(test, late, "IsSourceOf") == ["\(pid)"])
        #expect(told(test, pid, "IsDerivedFrom") == ["\(late)"])
        #expect(entry(test, pid)?.attributes["creators"]?.list?.first?["familyName"]?.text == "Lovelace")
        #expect(try await test.drift().differences == [])
    }

    @Test func inputsAreToldOfAResultWhenItOpens() async throws {
        let (test, early, late) = try await facility()
        let pid = try await test.custodian.register(
            result(of: [early, late], sealed: "2026-06-01T12:00:00Z"), by: .system
        ).pid
        try await test.deliver()
        try await sweep(test, at: "2029-05-10T22:00:00Z")
        #expect(entry(test, early)?.rights.contains("info:eu-repo/semantics/openAccess") == true)
        #expect(told(test, early, "IsSourceOf") == [] && entry(test, pid) == nil)
        try await sweep(test, at: "2029-05-20T22:00:00Z")
        // What has changed of the early one is this alone.
        #expect(told(test, early, "IsSourceOf") == ["\(pid)"])
        #expect(told(test, late, "IsSourceOf") == ["\(pid)"])
        #expect(try await test.custodian.mint(pid, by: .custodian))
        try await test.deliver()
        #expect(told(test, pid, "IsDerivedFrom") == ["\(early)", "\(late)"])
        #expect(try await test.drift().differences == [])
        // Nothing goes on telling of each other.
        let asked = test.service.log.count
        try await test.deliver()
        #expect(test.service.log.count == asked)
        let dora = try await test.account("dora", email: "dora@example.org", [.director])
        let cleo = try await test.account("cleo", email: "cleo@example.org", [.curator])
        _ = try await test.custodian.withdraw(.run(late), reason: "consent withdrawn", by: cleo, confirmedBy: dora)
        try await test.deliver()
        #expect(told(test, early, "IsSourceOf") == [])
        #expect(entry(test, pid)?.state == "registered")
        #expect(try await test.drift().differences == [])
    }

    @Test func inputsAreToldOfAResultThatIsOpenAtOnce() async throws {
        let (test, early, late) = try await facility()
        try await sweep(test, at: "2029-05-20T22:00:00Z")
        let pid = try await test.custodian.register(
            result(of: [early, late], sealed: "2029-05-20T12:00:00Z"), by: .system
        ).pid
        try await test.deliver()
        for run in [early, late] { #expect(told(test, run, "IsSourceOf") == ["\(pid)"]) }
        #expect(try await test.drift().differences == [])
    }

    @Test func aRunIsToldOfSelectionsAndPlans() async throws {
        let (test, early, late) = try await facility()
        try await sweep(test, at: "2029-05-20T22:00:00Z")
        let pid = try await test.custodian.collect([early], title: "A paper", article: nil, by: .custodian).pid
        try await test.deliver()
        #expect(told(test, early, "IsPartOf") == [])
        #expect(try await test.custodian.mint(collection: pid, by: .custodian))
        try await test.deliver()
        #expect(told(test, early, "IsPartOf") == ["\(pid)"] && told(test, late, "IsPartOf") == [])
        _ = try await test.custodian.change(collection: pid, adding: [late], removing: [early], by: .custodian)
        try await test.deliver()
        #expect(told(test, early, "IsPartOf") == [] && told(test, late, "IsPartOf") == ["\(pid)"])
        let plan = """
            {"dmp": {"title": "Our plan", "created": "2026-01-02T10:00:00Z", "modified": "2026-03-04T10:00:00Z", "language": "eng",
              "dmp_id": {"identifier": "https://doi.org/10.5072/plan", "type": "doi"}, "ethical_issues_exist": "no",
              "contact": {"name": "Irène Curie", "mbox": "irene@example.org",
                          "contact_id": {"identifier": "https://orcid.org/0000-0002-1825-0097", "type": "orcid"}},
              "dataset": [{"title": "Diffraction", "dataset_id": {"identifier": "d1", "type": "other"}, "personal_data": "no",
                           "sensitive_data": "no"}]}}
            """
        _ = try await test.custodian.importPlan(
            PlanDocument(json: Data(plan.utf8)), proposal: "20260001", by: .custodian)
        try await test.deliver()
        for run in [early, late] { #expect(told(test, run, "IsDocumentedBy") == ["10.5072/plan"]) }
        #expect(try await test.drift().differences == [])
    }
}
