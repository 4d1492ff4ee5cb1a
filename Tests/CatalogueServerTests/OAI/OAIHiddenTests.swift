import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// What nobody may know of changes no answer of any verb: not a byte of it.
@Suite struct OAIHiddenTests {
    @Test(arguments: [ProposalDescription.Kind.public, .proprietary])
    func hiddenRunsAreAsThoughTheyWereNot(kind: ProposalDescription.Kind) async throws {
        // A session that collects, or that was paid for; and the same catalogue without any run.
        let (test, pid) = try await TestCustodian.collecting(kind: kind)
        let empty = try TestCustodian()
        try await empty.begin(kind: kind)
        try empty.clock.set("2026-05-09T13:00:00Z")
        let (served, other) = (try await ServedCatalogue(test), try await ServedCatalogue(empty))
        let session = try #require(try await test.store.session(TestCustodian.session, tenant: "facility").pid)
        var queries = [
            "verb=Identify", "verb=ListSets", "verb=ListMetadataFormats", "verb=ListRecords&metadataPrefix=oai_dc",
        ]
        for identifier in [pid, "\(session)"] {
            queries += [
                "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:faisceau.invalid:\(identifier)",
                "verb=ListMetadataFormats&identifier=oai:faisceau.invalid:\(identifier)",
            ]
        }
        for set in ["open", "embargoed", "openaire_data", "beamline", "beamline:PROXIMA-1", "technique", "technique:PaNET01164"] {
            queries += [
                "verb=ListIdentifiers&metadataPrefix=oai_dc&set=\(set)", "verb=ListRecords&metadataPrefix=datacite&set=\(set)",
            ]
        }
        for query in queries {
            let (hidden, absent) = (try await served.oai(query), try await other.oai(query))
            #expect(hidden.body == absent.body && hidden.status == 200, "\(query): \(hidden.text)")
            #expect(!hidden.text.contains("<header") && !hidden.text.contains("completeListSize"))
        }
    }
}
