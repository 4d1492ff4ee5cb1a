import Custody
import DataCiteStandIn
import Deliveries
import EmbargoClock
import Identifiers
import Minting
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// A run, and a selection with it, that registries knew before it was known to be paid for.
struct PaidWorkFoundTests {
    @Test func itIsHiddenAndNothingMoreIsTold() async throws {
        let test = try TestFacility()
        _ = try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let end = Timestamp(try Instant("2026-05-08T12:00:00Z"))
        var described = DescribedRun(
            kind: .raw, label: "a", team: "zqteam-late", startedAt: end, endedAt: end, folder: "/data/a")
        described.proposal = "late"
        let pid = try #require(try await test.custodian.describe(described, by: .custodian))
        let selection = try await test.custodian.collect([pid], title: "Selected", article: DOI("10.1107/S0"), by: .custodian).pid
        _ = try await test.custodian.mint(pid, by: .custodian)
        _ = try await test.custodian.mint(collection: selection, by: .custodian)
        try await test.deliver()
        func told() -> [String?] { [test.service.entries["\(pid)".lowercased()]?.state, test.entry(selection)?.state] }
        #expect(told() == ["findable", "findable"])

        let document = try ProposalDocument(
            json: .init(
                """
                {"schema":"faisceau.proposals.1","proposals":[{"id":"late","kind":"proprietary","title":"zqsecret",\
                "team":"zqteam-late","persons":[],"sessions":[]}]}
                """.utf8))
        #expect(try await test.custodian.importProposals(document, by: .custodian).first?.runs.brought == 1)
        try await test.deliver()
        #expect(told() == ["registered", "registered"])
        #expect(test.exchange.bodies.allSatisfy { !$0.contains("zqsecret") })
        #expect(try await test.drift().differences == [])
        // Nothing of it waits, and nothing is told twice.
        let asked = test.service.log.count
        try await test.deliver()
        #expect(test.service.log.count == asked)
    }
}
