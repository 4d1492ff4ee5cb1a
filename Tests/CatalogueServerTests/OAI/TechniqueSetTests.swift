import CatalogueAnswers
import CatalogueQuestions
import Custody
import DataCite
import EmbargoClock
import Foundation
import Identifiers
import JSON
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// One technique has one term wherever it is told: in sets, in subjects, in SciCat's records, in questions.
struct TechniqueSetTests {
    private static func describe(_ served: ServedCatalogue, _ token: String, _ technique: [String: String], folder: String)
        async throws
        -> String
    {
        let body = try JSONSerialization.data(withJSONObject: [
            "type": "raw", "ownerGroup": "team-20260001", "contactEmail": "a@example.org", "sourceFolder": folder,
            "creationTime": "2026-05-08T12:00:00Z", "datasetName": folder, "proposalIds": ["20260001"], "techniques": [technique],
        ])
        let made = try await served.post("/api/v4/datasets", String(decoding: body, as: UTF8.self), token: token)
        return try #require(try made.object()["pid"] as? String, "\(made.text)")
    }

    @Test func aTermIsToldAlikeEverywhere() async throws {
        let (test, mx) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let host = try await served.token("host", [.ingestor], teams: ["team-20260001"])
        let short = try await Self.describe(served, host, ["name": "SAXS"], folder: "/group/a")
        let long = try await Self.describe(served, host, ["name": "small angle x-ray scattering"], folder: "/group/b")
        let own = try await Self.describe(served, host, ["name": "crystal gazing"], folder: "/group/c")
        let address = "http://purl.org/pan-science/PaNET/PaNET01188"
        for (pid, term, name) in [
            (short, address, "SAXS"), (long, address, "small angle x-ray scattering"), (own, nil, "crystal gazing"),
            (mx, "http://purl.org/pan-science/PaNET/PaNET01164", "MX"),
        ] {
            let path = pid.replacing("/", with: "%2F")
            let record = try await served.get("/api/v4/datasets/\(path)", token: host).object()
            let technique = try #require((record["techniques"] as? [[String: String]])?.first)
            #expect(technique == ["name": name, "pid": term ?? name])
            let told = try await served.get("/datasets/\(path)/datacite.json").object()
            let subjects = (told["subjects"] as? [[String: Any]] ?? []).compactMap { $0["valueUri"] as? String }
            #expect(subjects == [term].compactMap(\.self), "\(told["subjects"] ?? "")")
        }
        let sets = try await served.get("/oai?verb=ListSets").text
        #expect(sets.contains("<setSpec>technique:PaNET01188</setSpec>") && sets.contains("technique:PaNET01164"))
        #expect(!sets.contains("technique:SAXS") && sets.contains("technique:crystal~20gazing"))
        let harvested = try await served.get("/oai?verb=ListRecords&metadataPrefix=oai_datacite&set=technique:PaNET01188").text
        #expect(harvested.contains(short) && harvested.contains(long) && !harvested.contains(own) && !harvested.contains(mx))
        #expect(harvested.contains("valueURI=\"\(address)\""))
        let catalogue = CatalogueAnswerer(test.custodian, as: .custodian)
        for word in ["SAXS", "saxs", "PaNET01188", "\"small angle x-ray scattering\"", "\"\(address)\""] {
            let found = try await catalogue.ask(CatalogueQuestion(.search, ["q": .string("technique:\(word)")]))
            #expect(Set(found.fields["runs"]?.list?.compactMap { $0["pid"]?.text } ?? []) == [short, long], "\(word)")
            let facets = try await catalogue.ask(CatalogueQuestion(.facets, ["q": .string("technique:\(word)")]))
            #expect(facets.fields["count"] != nil)
        }
        let none = try await catalogue.ask(CatalogueQuestion(.search, ["q": "technique:\"crystal gazing\""]))
        #expect(none.fields["runs"]?.list?.compactMap { $0["pid"]?.text } == [own])
    }

    /// A facility that says more of its techniques than before: what was offered is offered again under its term.
    @Test func aNewTermMovesTheDatestampOfItsRecords() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        var rules = test.custodian.rules
        rules.techniques.set("MX", to: nil)
        let before = Custodian(store: test.store, rules: rules, clock: test.clock)
        let question = HarvestQuestion()
        let first = try await before.harvest(question)
        let run = try #require(first.records.first { $0.pid == pid })
        #expect(run.technique == "MX" && run.record?.subjects == [])
        try test.clock.set("2026-05-10T13:00:00Z")
        try await test.custodian.offer()
        let again = try #require(try await test.custodian.harvest(question).records.first { $0.pid == pid })
        #expect(again.technique == "PaNET01164" && again.datestamp > run.datestamp)
        #expect(again.record?.subjects.map(\.valueUri) == ["http://purl.org/pan-science/PaNET/PaNET01164"])
        // And once.
        try test.clock.set("2026-05-11T13:00:00Z")
        try await test.custodian.offer()
        #expect(try await test.custodian.harvest(question).records.first { $0.pid == pid }?.datestamp == again.datestamp)
    }
}
