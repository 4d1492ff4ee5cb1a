import Custody
import DataCite
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// Where a DOI leads: for people, for programs, in every state, and for whom there is nothing.
@Suite struct RecordDoorTests {
    /// Of the run and the people, what no public record has before the opening.
    private static let privateWords = ["Crystal 1", "run_1", "lysozyme", "/data/", "example.org", "1000 bytes", "team-20260001"]

    @Test func thePageOfAClosedRunSaysWhenItOpensAndNothingPrivate() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let page = try await served.page(pid)
        #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
        for words in [
            "Structure of a protein", "Embargoed access", "2029-05-10", "10 May 2029", "PROXIMA-1", "Irène Curie",
            "https://orcid.org/0000-0002-1825-0097", test.custodian.rules.page(of: pid), "CC-BY-4.0", "mailto:",
        ] { #expect(page.text.contains(words), "\(words)") }
        for form in [
            "", "/datacite.json", "/datacite.xml", "/schema.jsonld", "/citation.bib", "/citation.json", "/citation.txt",
            "/ro-crate-metadata.json",
        ] {
            let answer = try await served.page(pid, form)
            #expect(answer.status == 200, "\(form)")
            for word in Self.privateWords { #expect(!answer.text.contains(word), "\(form): \(word)") }
            for (name, value) in answer.headers {
                for word in Self.privateWords { #expect(!value.contains(word), "\(form), \(name): \(word)") }
            }
            #expect(answer.headers["cache-control"] == "private, no-store" && answer.headers["etag"] == nil, "\(form)")
        }
    }

    @Test(arguments: [
        ("", "text/html; charset=utf-8"), ("*/*", "text/html; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/vnd.datacite.datacite+json", "application/vnd.datacite.datacite+json"),
        ("application/vnd.datacite.datacite+xml", "application/vnd.datacite.datacite+xml; charset=utf-8"),
        ("application/ld+json", "application/ld+json"), ("application/vnd.schemaorg.ld+json", "application/ld+json"),
        ("application/x-bibtex", "application/x-bibtex; charset=utf-8"),
        ("application/vnd.citationstyles.csl+json", "application/vnd.citationstyles.csl+json"),
        ("text/x-bibliography; style=apa", "text/x-bibliography; charset=utf-8"),
        ("text/html;q=0.3, application/ld+json;q=0.8", "application/ld+json"),
        ("text/*, text/html;q=0", "application/x"),
        ("application/pdf, application/*;q=0.1", "application/vnd.datacite.datacite+json"),
        ("application/pdf", "406"), ("text/html;q=0", "406"),
    ])
    func formsAreNegotiated(accept: String, type: String) async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let answer = try await served.page(pid, headers: accept.isEmpty ? [:] : ["Accept": accept])
        #expect(answer.headers["vary"] == "Accept")
        switch type {
        case "406": #expect(answer.status == 406 && answer.text.contains("application/x-bibtex"))
        // The only other form of text.
        case "application/x": #expect(answer.headers["content-type"] == "text/x-bibliography; charset=utf-8")
        default: #expect(answer.status == 200 && answer.headers["content-type"] == type)
        }
    }

    @Test func programsFindTheRecordFromThePage() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let page = try await served.page(pid)
        let links = try #require(page.headers["link"])
        #expect(links.contains("<\(test.custodian.rules.page(of: pid))>; rel=\"cite-as\""))
        #expect(links.contains("rel=\"license\"") && links.contains("<https://schema.org/Dataset>; rel=\"type\""))
        #expect(links.contains("<https://orcid.org/0000-0002-1825-0097>; rel=\"author\""))
        // Every form that is linked is what is there.
        let described = links.components(separatedBy: ", <").filter { $0.contains("describedby") }
        #expect(described.count == 7 && !links.contains("rel=\"item\""))
        for link in described {
            let form = try #require(link.split(separator: ">").first?.split(separator: "/").last)
            let answer = try await served.page(pid, "/\(form)")
            let type = try #require(answer.headers["content-type"])
            #expect(link.contains("type=\"\(type.replacing("; charset=utf-8", with: ""))\""), "\(link)")
        }
        // What stands in the page is what stands alone.
        let alone = try await served.page(pid, "/schema.jsonld")
        let data = try #require(page.text.components(separatedBy: "<script type=\"application/ld+json\">").last)
        let inside = try #require(data.components(separatedBy: "</script>").first)
        let embedded = try JSONSerialization.jsonObject(with: Data(inside.utf8)) as? NSDictionary
        let standing = try JSONSerialization.jsonObject(with: alone.body) as? NSDictionary
        #expect(embedded != nil && embedded == standing)
        let object = try #require(try JSONSerialization.jsonObject(with: alone.body) as? [String: Any])
        #expect(object["@type"] as? String == "Dataset" && object["isAccessibleForFree"] as? Bool == false)
        #expect((object["description"] as? String ?? "").count >= 50)
        #expect(object["distribution"] == nil)
    }

    /// Who follows the address of a DOI of which no registry knows finds nothing.
    @Test func theResolverIsNamedOnceItKnowsTheIdentifier() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let forms = ["", "/schema.jsonld", "/citation.bib", "/citation.json", "/citation.txt", "/ro-crate-metadata.json"]
        let (resolver, own) = ("https://doi.org/\(pid)", test.custodian.rules.page(of: pid))
        for form in forms {
            let answer = try await served.page(pid, form)
            #expect(!answer.text.contains("https://doi.org/") && answer.text.contains(own), "\(form): \(answer.text)")
            #expect(answer.headers["link"]?.contains("https://doi.org/") != true)
        }
        // Programs make an address of this themselves.
        #expect(try await !served.page(pid, "/citation.bib").text.contains("doi "))
        #expect(try await !served.page(pid, "/citation.json").text.contains("DOI"))
        for (state, isResolved) in [(RegistryWord.draft, false), (.findable, true), (.registered, true)] {
            try await test.store.remember(pid, is: state, at: 1, tenant: test.custodian.rules.tenant)
            for form in forms {
                #expect(try await served.page(pid, form).text.contains(resolver) == isResolved, "\(state), \(form)")
            }
            let page = try await served.page(pid)
            #expect(page.text.contains("<dt>\(isResolved ? "DOI" : "Identifier")</dt>"), "\(state)")
            #expect(page.text.contains(">\(isResolved ? resolver : pid)</a>"), "\(state)")
            let links = page.headers["link"]
            #expect(links?.contains("<\(resolver)>; rel=\"cite-as\"") == isResolved, "\(state)")
        }
    }

    @Test func anIdentifierHasManySpellingsAndOnePage() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let expected = try await served.page(pid)
        for path in [
            pid, pid.replacing("/", with: "%2f"), "doi:" + pid.replacing("/", with: "%2F"), pid.uppercased(),
            "https:%2F%2Fdoi.org%2F" + pid.replacing("/", with: "%2F"), pid + "/index.html",
        ] {
            let answer = try await served.get("/datasets/\(path)")
            #expect(answer.body == expected.body, "\(path): \(answer.status)")
        }
        let head = try await served.send("HEAD /datasets/\(pid.replacing("/", with: "%2F")) HTTP/1.1\r\n")
        #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "\(expected.body.count)")
    }

    /// By the time alone: nothing was swept.
    @Test func whatIsDueIsOpenOnItsPageAtOnce() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        try test.clock.set("2029-05-09T21:59:59.999Z")
        #expect(try await served.page(pid).text.contains("Embargoed access"))
        try test.clock.set("2029-05-09T22:00:00Z")
        let open = try await served.page(pid)
        #expect(open.text.contains("Open access") && open.text.contains("Crystal 1") && !open.text.contains("Embargoed"))
        #expect(!open.text.contains("example.org") && !open.text.contains("/data/"), "never public")
        let tag = try #require(open.headers["etag"])
        #expect(open.headers["cache-control"] == "public, no-cache")
        for known in [tag, "W/" + tag, "\"other\", \(tag)", "*"] {
            let again = try await served.page(pid, headers: ["If-None-Match": known])
            #expect(again.status == 304 && again.body.isEmpty && again.headers["etag"] == tag, "\(known)")
        }
        #expect(try await served.page(pid, headers: ["If-None-Match": "\"other\""]).status == 200)
    }

    @Test func aTombstoneSaysWhy() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let curator = try await test.account("curator", email: "curator@example.org", [.curator])
        let director = try await test.account("director", email: "director@example.org", [.director])
        _ = try await test.custodian.withdraw(
            .session(TestCustodian.session), reason: "The sample was mixed up", by: curator, confirmedBy: director)
        let served = try await ServedCatalogue(test)
        let page = try await served.page(pid)
        #expect(page.status == 200 && page.text.contains("No longer available") && page.text.contains("The sample was mixed up"))
        for word in Self.privateWords { #expect(!page.text.contains(word), "\(word)") }
    }

    /// Data that were paid for, and a session that goes on.
    @Test(arguments: [ProposalDescription.Kind.proprietary, .public], ["", "/datacite.json", "/citation.bib"])
    func whatNobodyMayKnowOfIsAnsweredAsWhatIsNotThere(kind: ProposalDescription.Kind, form: String) async throws {
        let (test, pid) = try await TestCustodian.collecting(kind: kind)
        let served = try await ServedCatalogue(test)
        let hidden = try await served.page(pid, form)
        var generator = SeededGenerator(seed: 99)
        let unknown = try await served.page("\(try RunIdentifier.draw(prefix: "10.5072", using: &generator))", form)
        func plain(_ answer: PlainHTTP.Answer) -> [String: String] {
            answer.headers.filter { $0.key != "x-request-id" && $0.key != "date" }
        }
        #expect(hidden.status == 404 && unknown.status == 404)
        #expect(hidden.body == unknown.body && plain(hidden) == plain(unknown))
    }

    @Test func textsOfProposalsCannotBecomeMarkup() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        _ = try await test.store.put(
            ProposalDescription(
                name: "20260001", kind: .public, title: "</script><script>alert(1)</script>\"'&", team: "team-20260001",
                persons: [
                    TeamPerson(
                        .principalInvestigator, Person(familyName: "<b>Curie</b>", givenName: "Irène", email: "i@example.org"))
                ]), tenant: test.custodian.rules.tenant)
        let served = try await ServedCatalogue(test)
        let page = try await served.page(pid).text
        #expect(!page.contains("<script>alert") && !page.contains("<b>Curie") && page.contains("&lt;b&gt;Curie"))
        #expect(page.components(separatedBy: "</script>").count == 2)
    }

    @Test func sessionsHavePages() async throws {
        let (test, _) = try await TestCustodian.embargoed()
        let session = try await test.store.session(TestCustodian.session, tenant: test.custodian.rules.tenant)
        let served = try await ServedCatalogue(test)
        let page = try await served.page("\(try #require(session.pid))")
        #expect(page.status == 200 && page.text.contains("Experiment session") && page.text.contains("2029-05-10"))
    }
}
