import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// Lists in parts: tokens, and what changes while a list is read.
@Suite struct OAIListTests {
    private static let list = "verb=ListRecords&metadataPrefix=oai_dc"

    private func token(_ answer: PlainHTTP.Answer) -> String? {
        answer.element("resumptionToken").flatMap { $0.isEmpty ? nil : $0 }
    }
    private func resumed(_ token: String, _ verb: String = "ListRecords") -> String { "verb=\(verb)&resumptionToken=\(token)" }

    @Test func aListInPartsHasEachRecordOnce() async throws {
        let (test, pids) = try await TestCustodian.harvested(runs: 5)
        let served = try await ServedCatalogue(test, harvestPage: 3)
        var answer = try await served.oai(Self.list)
        var found = answer.elements("header").compactMap { $0.components(separatedBy: "<identifier>").last }
        #expect(answer.text.contains("<resumptionToken completeListSize=\"7\" cursor=\"0\">"))
        for cursor in [3, 6] {
            let next = try #require(token(answer))
            // The same token as often as it is shown, also after a restart, and by another server on the file.
            answer = try await served.oai(resumed(next))
            let again = try await ServedCatalogue(test, harvestPage: 3).oai(resumed(next))
            #expect(again.body == answer.body)
            #expect(answer.text.contains("completeListSize=\"7\" cursor=\"\(cursor)\""), "\(answer.text)")
            found += answer.elements("header").compactMap { $0.components(separatedBy: "<identifier>").last }
        }
        #expect(token(answer) == nil && answer.element("resumptionToken") == "")
        let identifiers = found.compactMap { $0.components(separatedBy: "</identifier>").first }
        #expect(identifiers.count == 7 && Set(identifiers).count == 7)
        #expect(Set(identifiers).isSuperset(of: pids.map { "oai:faisceau.invalid:\($0)" }))
    }

    @Test func whatIsNoTokenOfOursIsRefused() async throws {
        let (test, _) = try await TestCustodian.harvested(runs: 5)
        let served = try await ServedCatalogue(test, harvestPage: 3)
        let token = try #require(token(try await served.oai(Self.list)))
        #expect(try await served.oai(resumed(token)).error == nil)
        var wrong = [String(token.dropLast()), String(token.dropFirst()), token + "A", token + "=", token + token, "", " "]
        for place in token.indices {
            var forged = token
            forged.replaceSubrange(place...place, with: token[place] == "A" ? "B" : "A")
            wrong.append(forged)
        }
        for text in wrong {
            let answer = try await served.oai(resumed(text.replacing(" ", with: "%20")))
            #expect(answer.error == "badResumptionToken", "\(text)")
        }
        // One for another verb, one of another catalogue.
        #expect(try await served.oai(resumed(token, "ListIdentifiers")).error == "badResumptionToken")
        let (other, _) = try await TestCustodian.harvested(runs: 5)
        #expect(try await ServedCatalogue(other, harvestPage: 3).oai(resumed(token)).error == "badResumptionToken")
    }

    @Test func whatOpensBetweenTwoPartsComesAgain() async throws {
        let (test, pids) = try await TestCustodian.harvested(runs: 5)
        try test.clock.set("2029-05-02T12:00:00Z")
        let served = try await ServedCatalogue(test, harvestPage: 3)
        let first = try await served.oai(Self.list)
        let opening = try #require(
            pids.first { first.text.contains("\($0)</identifier>") && first.text.contains("embargoEnd/2029-05-03") })
        // No sweep: the clock alone opens.
        try test.clock.set("2029-05-02T22:00:00Z")
        var seen = first.text
        var answer = first
        while let next = token(answer) {
            answer = try await served.oai(resumed(next))
            seen += answer.text
        }
        #expect(seen.components(separatedBy: "\(opening)</identifier>").count == 3, "\(seen)")
        let record = try await served.oai("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:faisceau.invalid:\(opening)")
        #expect(record.element("datestamp") == "2029-05-02T22:00:00Z")
        #expect(record.elements("setSpec").contains("open") && record.text.contains("semantics/openAccess"))
        let open = try await served.oai("verb=ListIdentifiers&metadataPrefix=oai_dc&set=open")
        #expect(open.elements("header").count == 1)
        // The sweep tells nothing new.
        _ = try await test.custodian.sweep()
        try test.clock.set("2029-05-02T23:00:00Z")
        let swept = try await served.oai("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:faisceau.invalid:\(opening)")
        #expect(swept.element("datestamp") == "2029-05-02T22:00:00Z")
    }

    /// Found by reading the protocol's schema: a list has one record at least. What the token promised has moved on, beyond `until` or out of the set.
    @Test(arguments: ["until=2026-06-21", "set=embargoed"], ["ListRecords", "ListIdentifiers"])
    func aListWhoseRestHasMovedOnEndsWithARecord(choice: String, verb: String) async throws {
        let (test, pids) = try await TestCustodian.harvested(runs: 5)
        let served = try await ServedCatalogue(test, harvestPage: 6)
        let first = try await served.oai("verb=\(verb)&metadataPrefix=oai_dc&\(choice)")
        let next = try #require(token(first), "\(first.text)")
        let told = first.elements("identifier")
        #expect(told.count == 6 && told.last == "oai:faisceau.invalid:\(pids[4])", "\(told)")
        // The session opens early, and its run with it, which was to come.
        let member = try await test.account("irene", email: "irene@example.org")
        _ = try await test.custodian.decide(.session(TestCustodian.session), by: member) { _ throws(CatalogueError) in
            .earlyReleaseAsked(licence: "CC-BY-4.0")
        }
        try test.clock.set("2026-07-20T00:00:00Z")
        _ = try await test.custodian.sweep()
        let second = try await served.oai(resumed(next, verb))
        #expect(second.elements("identifier") == told.suffix(1), "\(second.text)")
        #expect(second.text.contains("<resumptionToken completeListSize=\"7\" cursor=\"6\"></resumptionToken>"))
        // When all of it has moved on there is no such list any more.
        try test.clock.set("2029-05-30T00:00:00Z")
        let third = try await served.oai(resumed(next, verb))
        #expect(third.error == "badResumptionToken", "\(third.text)")
        if TestPython.isAvailable("lxml") { for answer in [second, third] { #expect(try answer.faults() == "") } }
        #expect(try await served.oai("verb=\(verb)&metadataPrefix=oai_dc&\(choice)").error == "noRecordsMatch")
    }

    @Test func whatWasTakenBackStaysAsAWordThatItIsGone() async throws {
        let (test, pids) = try await TestCustodian.harvested(runs: 2)
        let served = try await ServedCatalogue(test)
        let before = try await served.oai("verb=ListIdentifiers&metadataPrefix=oai_dc&set=embargoed")
        #expect(before.elements("header").count == 4)
        try test.clock.set("2026-07-01T00:00:00Z")
        let curator = try await test.account("cleo", email: "cleo@example.org", [.curator])
        let director = try await test.account("dora", email: "dora@example.org", [.director])
        _ = try await test.custodian.withdraw(
            .run(try RunIdentifier(pids[0])), reason: "zqreason", by: curator, confirmedBy: director)
        let record = try await served.oai("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:faisceau.invalid:\(pids[0])")
        #expect(record.text.contains("<header status=\"deleted\">") && !record.text.contains("<metadata>"))
        #expect(record.element("datestamp") == "2026-07-01T00:00:00Z" && !record.text.contains("zqreason"))
        // Who harvests a set learns of it there.
        let after = try await served.oai("verb=ListRecords&metadataPrefix=oai_dc&set=embargoed&from=2026-07-01")
        #expect(after.elements("identifier") == ["oai:faisceau.invalid:\(pids[0])"])
        if TestPython.isAvailable("lxml") { #expect(try after.faults() == "") }
    }
}
