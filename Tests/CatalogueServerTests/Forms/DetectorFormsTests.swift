import Custody
import EmbargoClock
import Foundation
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// In which answers for everyone a run's detector and a sample that it looked at stand once it is open, and in none before.
@Suite struct DetectorFormsTests {
    private static let detector = "10.5072/zqeiger"
    private static let sample = "10273/ZQSTANDARD"
    private static let forms = [
        "", "/datacite.json", "/datacite.xml", "/schema.jsonld", "/citation.bib", "/citation.json", "/citation.txt",
        "/ro-crate-metadata.json",
    ]
    private static let harvests = ["oai_dc", "oai_datacite", "datacite"]

    /// Each of them, by its name.
    private func answers(_ served: ServedCatalogue, _ pid: String) async throws -> [String: String] {
        var answers: [String: String] = [:]
        for form in Self.forms { answers[form] = try await served.page(pid, form).text }
        for form in Self.harvests {
            let answer = try await served.oai("verb=GetRecord&metadataPrefix=\(form)&identifier=oai:faisceau.invalid:\(pid)")
            answers[form] = answer.element("record")
        }
        return answers
    }

    @Test func theyAreToldInEveryFormThatTellsOfOtherThings() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z", detector: "E-32-0101")
        let pid = try await test.custodian.register(run, by: .system).pid
        _ = try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        let served = try await ServedCatalogue(test)
        let before = try await answers(served, "\(pid)")
        let by = Deed(at: Timestamp(test.clock.reading().wall))
        _ = try await test.store.put(
            InstrumentRecord(
                name: "EIGER", pid: Self.detector, landingPage: "https://example.net/eiger", title: "Detector",
                owners: [.init(name: "Example")], manufacturers: [.init(name: "Maker")], commissioned: "2016-03-01",
                alternates: [.init(identifier: "E-32-0101", type: "SerialNumber")]),
            tenant: test.custodian.rules.tenant, by: by)
        _ = try await test.custodian.relate(pid, .references, to: Self.sample, by: .custodian)
        // Not a byte of it.
        #expect(try await answers(served, "\(pid)") == before)
        try test.clock.set("2029-05-09T22:00:00Z")
        _ = try await test.custodian.sweep()
        let after = try await answers(served, "\(pid)")
        for form in ["", "/datacite.json", "/datacite.xml", "/ro-crate-metadata.json"] + Self.harvests {
            // The crate names by addresses what has one in the world's resolvers.
            for word in [Self.detector] + (form.contains("crate") ? [] : [Self.sample]) {
                // Dublin Core has addresses alone: the page here, while no resolver knows of it.
                let told = form == "oai_dc" && word == Self.detector ? word.replacing("/", with: "%2F") : word
                #expect(after[form]?.contains(told) == true, "\(form): '\(told)'")
            }
        }
        for answer in before.values { #expect(!answer.contains("zqeiger") && !answer.contains("ZQSTANDARD")) }
    }
}
