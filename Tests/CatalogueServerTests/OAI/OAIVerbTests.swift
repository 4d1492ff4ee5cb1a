import Custody
import EmbargoClock
import Foundation
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// Each verb and each error of the protocol.
@Suite struct OAIVerbTests {
    @Test func theRepositorySaysWhatItIs() async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let answer = try await served.oai("verb=Identify")
        #expect(answer.status == 200 && answer.headers["content-type"] == "text/xml; charset=UTF-8")
        #expect(answer.element("repositoryName") == "The facility" && answer.element("protocolVersion") == "2.0")
        #expect(answer.element("baseURL") == "http://127.0.0.1:8080/oai" && answer.element("deletedRecord") == "persistent")
        #expect(answer.element("granularity") == "YYYY-MM-DDThh:mm:ssZ")
        #expect(answer.element("adminEmail") == "custodian@faisceau.invalid")
        #expect(answer.element("earliestDatestamp") == "2026-05-09T13:00:00Z")
        #expect(answer.element("responseDate") == "2026-05-09T13:00:00Z")
        #expect(answer.text.contains("<request verb=\"Identify\">http://127.0.0.1:8080/oai</request>"))
        #expect(answer.text.hasPrefix("<?xml") && answer.text.hasSuffix("</OAI-PMH>\n"))
    }

    @Test func formsAndSetsAreListed() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let forms = try await served.oai("verb=ListMetadataFormats&identifier=oai:faisceau.invalid:\(pid)")
        #expect(forms.elements("metadataPrefix") == ["oai_dc", "oai_datacite", "datacite"])
        let sets = try await served.oai("verb=ListSets")
        #expect(
            sets.elements("setSpec") == [
                "openaire_data", "open", "embargoed", "beamline", "beamline:PROXIMA-1", "technique", "technique:PaNET01164",
            ])
    }

    /// What is harvested again says so by its datestamp.
    @Test func theResolverIsNamedOnceItKnowsTheIdentifier() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let query = "verb=GetRecord&identifier=oai:faisceau.invalid:\(pid)&metadataPrefix=oai_dc"
        let before = try await served.oai(query)
        try test.clock.set("2026-05-12T08:00:00Z")
        for word in [RegistryWord.draft, .findable, .findable] {
            try await test.store.remember(pid, is: word, at: 1, tenant: test.custodian.rules.tenant)
            let told = try await served.oai(query)
            let isTold = word == .findable
            let address = isTold ? "https://doi.org/\(pid)" : test.custodian.rules.page(of: pid)
            #expect(told.element("dc:identifier") == address)
            #expect(told.element("datestamp") == (isTold ? "2026-05-12T08:00:00Z" : before.element("datestamp")))
        }
    }

    @Test func aRecordIsGivenInEveryForm() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let query = "verb=GetRecord&identifier=oai:faisceau.invalid:\(pid)&metadataPrefix="
        let core = try await served.oai(query + "oai_dc")
        #expect(
            core.element("identifier") == "oai:faisceau.invalid:\(pid)" && core.element("datestamp") == "2026-05-09T13:00:00Z")
        #expect(core.elements("setSpec") == ["embargoed", "beamline:PROXIMA-1", "technique:PaNET01164", "openaire_data"])
        #expect(core.element("dc:title") == "Structure of a protein")
        #expect(core.element("dc:identifier") == test.custodian.rules.page(of: pid))
        #expect(core.elements("dc:creator") == ["Curie, Irène", "Joliot, Frédéric", "Perrin, Jean"])
        #expect(core.elements("dc:date") == ["2029-05-10", "info:eu-repo/date/embargoEnd/2029-05-10"])
        #expect(
            core.elements("dc:rights") == [
                "https://creativecommons.org/licenses/by/4.0/", "info:eu-repo/semantics/embargoedAccess",
            ])
        for (form, envelope) in [("oai_datacite", true), ("datacite", false)] {
            let answer = try await served.oai(query + form)
            #expect(answer.text.contains("<oai_datacite ") == envelope && answer.text.contains("<payload>") == envelope)
            // Word for word what the page gives.
            let page = try await served.page(pid, "/datacite.xml").text
            let record = try #require(page.range(of: "<resource").map { String(page[$0.lowerBound...]) })
            #expect(answer.text.contains(record), "\(form): \(answer.text)")
        }
    }

    @Test(arguments: [
        ("", "badVerb"), ("verb=", "badVerb"), ("verb=identify", "badVerb"), ("verb=Identify&verb=Identify", "badVerb"),
        ("metadataPrefix=oai_dc", "badVerb"), ("verb=Identify&access_token=x", "badArgument"),
        ("verb=Identify&identifier=x", "badArgument"), ("verb=GetRecord", "badArgument"),
        ("verb=GetRecord&identifier=oai:x:y", "badArgument"), ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataprefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01T00:00:00.000Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-01T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=a::b", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=%3Cx%3E", "badArgument"),
        ("verb=ListRecords&metadataPrefix=a%20b", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=%00", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"), ("verb=%FF", "badArgument"),
        ("verb=%zz", "badArgument"), ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:faisceau.invalid:10.5072/unknown", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=10.5072/unknown", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=oai:another.example:1", "idDoesNotExist"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&set=unknown", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&set=beamline:SWING", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&set=open", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&until=2026-05-08", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&from=2026-05-09T13:00:01Z", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&from=0001-01-01&until=0001-01-01", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&from=9999-12-31", "noRecordsMatch"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"), ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=", "badResumptionToken"),
    ])
    func whatIsWrongIsToldInTheProtocolsWords(query: String, code: String) async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        for answer in [try await served.oai(query), try await served.oai(posting: query)] {
            #expect(answer.status == 200 && answer.headers["content-type"] == "text/xml; charset=UTF-8")
            #expect(answer.error == code, "\(query): \(answer.text)")
            let isBare = answer.text.contains("<request>http://127.0.0.1:8080/oai</request>")
            #expect(isBare == (code == "badVerb" || code == "badArgument"), "\(answer.text)")
            if TestPython.isAvailable("lxml") { #expect(try answer.faults() == "", "\(query)") }
        }
    }

    @Test func daysAndSecondsBothSelect() async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        for dates in [
            "from=2026-05-09", "until=2026-05-09", "from=2026-05-09&until=2026-05-09", "from=2026-05-09T13:00:00Z",
            "from=2026-05-09T13:00:00Z&until=2026-05-09T13:00:00Z", "from=2026-05-09T13%3A00%3A00Z",
        ] {
            let answer = try await served.oai("verb=ListIdentifiers&metadataPrefix=oai_dc&\(dates)")
            #expect(answer.elements("header").count == 2, "\(dates): \(answer.text)")
            #expect(!answer.text.contains("resumptionToken"))
        }
    }

    @Test(.enabled(if: TestPython.isAvailable("lxml"), "\(TestPython.absence)"))
    func everyAnswerIsWhatTheProtocolHas() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        var proposal = try await test.store.proposal("20260001", tenant: test.custodian.rules.tenant)
        for index in proposal.persons.indices { proposal.persons[index].person.number = nil }
        proposal.title = "A <b>title</b> & \"more\" ]]>\u{1}\u{8}\u{85}\u{FFFE} é \u{1F52C}"
        proposal.abstract = "Lines\r\nof\ttext <script>alert('1')</script>"
        _ = try await test.store.put(proposal, tenant: test.custodian.rules.tenant)
        let served = try await ServedCatalogue(test)
        var queries = ["verb=Identify", "verb=ListSets", "verb=ListMetadataFormats"]
        for form in ["oai_dc", "oai_datacite", "datacite"] {
            queries += [
                "verb=ListRecords&metadataPrefix=\(form)", "verb=ListIdentifiers&metadataPrefix=\(form)&set=beamline:PROXIMA-1",
                "verb=GetRecord&metadataPrefix=\(form)&identifier=oai:faisceau.invalid:\(pid)",
            ]
        }
        for query in queries {
            let answer = try await served.oai(query)
            #expect(answer.error == nil, "\(query): \(answer.text)")
            #expect(try answer.faults() == "", "\(query): \(answer.text)")
            let posted = try await served.oai(posting: query)
            #expect(posted.body == answer.body, "\(query)")
        }
        let record = try await served.oai(queries[3])
        #expect(record.elements("dc:title").allSatisfy { $0.hasPrefix("A &lt;b&gt;title&lt;/b&gt; &amp;") }, "\(record.text)")
    }

    @Test func formsAreBounded() async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let long = "verb=ListRecords&resumptionToken=" + String(repeating: "A", count: 5000)
        #expect(try await served.oai(long).error == "badResumptionToken")
        #expect(try await served.oai(posting: "verb=Identify&x=" + String(repeating: "a", count: 9000)).status == 413)
        #expect(try await served.oai(String(repeating: "a=b&", count: 100)).error == "badArgument")
    }
}
