import Custody
import DataCiteStandIn
import Deliveries
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import Notices
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore

/// Canaries: words that stand in private places only, looked for in all that leaves the catalogue or waits to.
struct PrivacyTests {
    private static let runWords = [
        "zqname", "zqtitle", "zqsample", "zqfolder", "zqfile", "zqkey", "987654321", "31337", "31,337", "zqabstract", "zqreason",
        "zqteam", "zqsession", "@zqteam.org",
    ]

    private func payloads(_ test: TestFacility) throws -> [String] {
        try test.store.texts("SELECT topic || ' ' || payload FROM outbox").map { $0[0] }
    }

    private func check(_ texts: [String], _ words: [String], _ what: String) {
        for text in texts {
            for word in words { #expect(!text.lowercased().contains(word.lowercased()), "\(what) tells '\(word)': \(text)") }
        }
    }

    @Test func nothingPrivateLeavesInALifeWithEverythingInIt() async throws {
        let test = try TestFacility()
        let name = SessionName(proposal: "20260001", name: "zqsession")
        let session = try await test.begin(name)
        try await test.deliver()
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try await test.register(1, of: name)
        let single = try await test.register(2, of: nil, proposal: "20260001")
        for pid in [run, single] { _ = try await test.custodian.mint(pid, by: .custodian) }
        try await test.deliver()
        let collecting = test.exchange.bodies
        let suffix = "\(single)".split(separator: "/")[1].lowercased()
        // Of a session that collects, a draft of its bare identifier is all that left.
        check(
            collecting.filter { !$0.contains(suffix) }, ["Structure of a protein", "Curie", "PROXIMA"],
            "a draft")
        try await test.custodian.closeSession(name, by: .custodian)
        let irene = try await test.account("irene", email: "irene@zqteam.org")
        let cleo = try await test.account("cleo", email: "cleo@example.org", [.curator])
        let dora = try await test.account("dora", email: "dora@example.org", [.director])
        let jean = try await test.account("jean", email: "jean@zqteam.org")
        try await test.decide(name, by: irene, .extensionAsked(reason: "zqreason", proposal: .found))
        _ = try await test.custodian.sweep()
        try await test.deliver()
        try await test.decide(name, by: cleo, .extensionGranted)
        try await test.decide(name, by: cleo, .holdSet(.ethics, reason: "zqreason", reviewOn: try LocalDate("2026-09-01")))
        try await test.deliver()
        try test.clock.set("2026-09-02T08:00:00Z")
        _ = try await test.custodian.sweep()
        try await test.deliver()
        let hold = try #require(try await test.store.clock(of: .session(name), tenant: test.tenant).holds.first)
        try await test.decide(name, by: cleo, .holdLifted(hold: hold, reason: "zqreason"))
        try await test.decide(name, by: irene, .earlyReleaseAsked(licence: "CC-BY-4.0"))
        try await test.decide(name, by: jean, .objectionRaised(reason: "zqreason"))
        try await test.deliver()
        #expect(test.entry(session.pid)?.state == "findable")
        #expect(test.exchange.bodies.count > 5)
        // While it is closed: nothing of the runs, of the team's addresses, of the reasons.
        check(test.exchange.bodies, Self.runWords, "DataCite's question")
        check(try payloads(test), Self.runWords + ["Structure of", "Curie", "20260001", "PROXIMA"], "a payload")
        checkMails(test, insiders: ["zqteam.org", "cleo@example.org"])
        _ = try await test.custodian.withdraw(.session(name), reason: "a public reason", by: cleo, confirmedBy: dora)
        try await test.deliver()
        check(test.exchange.bodies, Self.runWords, "DataCite's question")
        check(try payloads(test), ["a public reason"], "a payload")
        #expect(test.exchange.bodies.contains { $0.contains("a public reason") })
    }

    /// A mail goes to insiders only, and says nothing of the runs; reasons go to curators, who decide.
    private func checkMails(_ test: TestFacility, insiders: [String]) {
        #expect(test.mail.mails.count > 4)
        let runWords = Self.runWords.filter { !["zqteam", "@zqteam.org", "zqreason"].contains($0) }
        for mail in test.mail.mails {
            let head = mail.components(separatedBy: "\r\n\r\n")[0].replacing("\r\n ", with: " ")
            let to = head.split(separator: "\r\n").first { $0.hasPrefix("To:") } ?? ""
            for address in to.split(separator: "<").dropFirst().map({ $0.prefix { $0 != ">" } }) {
                #expect(insiders.contains { address.hasSuffix($0) }, "\(address) of: \(mail)")
            }
            check([mail], runWords, "a mail")
        }
    }

    @Test func ofWhatWasPaidForNothingLeaves() async throws {
        let test = try TestFacility()
        let name = SessionName(proposal: "20260009", name: "zqsession")
        let session = try await test.begin(name, kind: .proprietary)
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.register(1, of: name)
        _ = try await test.register(2, of: nil, proposal: "20260009")
        let cleo = try await test.account("cleo", email: "cleo@example.org", [.curator])
        try await test.decide(name, by: cleo, .holdSet(.legal, reason: "zqreason", reviewOn: try LocalDate("2026-09-01")))
        try test.clock.set("2026-09-02T08:00:00Z")
        _ = try await test.custodian.sweep()
        // Somebody writes a message of his own: what is paid for is not told of even then.
        let draft = try OutsideMessage.record(pid: "\(session.pid!)").draft
        try await test.store.post([draft], tenant: test.tenant, at: test.clock.reading().wall.secondsSince1970)
        try test.clock.set("2040-01-01T00:00:00Z")
        _ = try await test.custodian.sweep()
        try await test.deliver()
        let waiting = try await test.store.waitingMessages()
        #expect(waiting.waiting == 0)
        #expect(test.exchange.bodies == [])
        // Its payer is told of the hold; a curator of the review that he promised, without title.
        #expect(!test.mail.mails.isEmpty)
        for mail in test.mail.mails where !mail.contains("irene@zqteam.org") {
            check([mail], ["Structure", "20260009", "zqsession", "Curie"], "a mail to a curator")
        }
        let (holdings, _) = try await test.custodian.registryHoldings()
        // Nor is the registry asked whether it knows of it.
        #expect(holdings.isEmpty)
    }

    @Test func aProposalThatIsProprietaryAfterAllIsNotPublished() async throws {
        let test = try TestFacility()
        let name = SessionName(proposal: "20260001", name: "s")
        _ = try await test.begin(name)
        var proposal = try await test.store.proposal("20260001", tenant: test.tenant)
        proposal.kind = .proprietary
        _ = try await test.store.put(proposal, by: test.deed, tenant: test.tenant)
        try await test.deliver()
        #expect(test.exchange.bodies == [])
    }

    @Test func aTeamWithoutAddressesIsToldThroughTheFacilityWithoutItsTitleWhileItIsHidden() async throws {
        let test = try TestFacility()
        let name = SessionName(proposal: "20260001", name: "s")
        _ = try await test.begin(name)
        var proposal = try await test.store.proposal("20260001", tenant: test.tenant)
        for index in proposal.persons.indices { proposal.persons[index].person = Person(familyName: "Nemo \(index)") }
        _ = try await test.store.put(proposal, by: test.deed, tenant: test.tenant)
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.register(1, of: name)
        try await test.decide(name, .holdSet(.legal, reason: "zqreason", reviewOn: try LocalDate("2026-09-01")))
        try await test.deliver()
        #expect(test.mail.mails.count == 2)
        for mail in test.mail.mails {
            #expect(mail.contains("data@example.org"))
            check([mail], ["Structure of a protein"], "a mail to the facility")
        }
    }
}
