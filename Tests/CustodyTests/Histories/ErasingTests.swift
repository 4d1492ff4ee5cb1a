import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestSupport

/// A person is erased: who may do it, whom it finds, what public records say afterwards.
struct ErasingTests {
    @Test func onlyTheFacilityErasesAndOnlyTheFacilityLearnsWhoIsKnown() async throws {
        let test = try await RecordHistoryTests.everything()
        let irene = try await test.actor("irene")
        var refused: [Actor] = [irene]
        for (name, role) in [("sam", Account.Role.staff), ("host", .ingestor), ("mia", .member)] {
            refused.append(
                try await test.account(
                    name, email: "\(name)@example.org", [role], teams: ["team-20260001"], beamlines: ["PROXIMA-1"]))
        }
        // A curator whose account is closed is one no more.
        _ = try await test.account("old", email: "old@example.org", [.curator])
        try await test.custodian.setDisabled(true, account: "old", by: .custodian)
        refused.append(try await test.actor("old"))
        for actor in refused {
            let known = await refusal { try await test.custodian.persons(.account("irene"), by: actor) }
            let unknown = await refusal { try await test.custodian.persons(.account("nobody"), by: actor) }
            #expect(known?.code == .forbidden && "\(known as Any)" == "\(unknown as Any)", "\(actor)")
            let erasing = await refusal { try await test.custodian.erase(persons: [1], by: actor) }
            #expect(erasing?.code == .forbidden, "\(actor)")
        }
        #expect(try await test.custodian.persons(.number(1), by: .custodian).count == 1)
        let director = try await test.account("dora", email: "dora@example.org", [.director])
        try await test.custodian.erase(persons: [1], by: director)
        #expect(try await test.custodian.persons(.number(1), by: .custodian).isEmpty)
    }

    @Test func aPersonIsFoundByAccountORCIDAndAddressButByNoName() async throws {
        let test = try await RecordHistoryTests.everything()
        let found = { (question: PersonQuestion) async throws in
            try await test.custodian.persons(question, by: .custodian).map(\.number)
        }
        guard case .account(let irene) = try await test.actor("irene"), let number = irene.person.number else { return }
        #expect(try await found(.account("irene")) == [1, number])
        #expect(try await found(.email("Irene@Example.org")) == [1, number])
        #expect(try await found(.orcid(ORCID("0000-0002-1825-0097"))) == [1, number])
        #expect(try await found(.number(number)) == [number])
        #expect(try await found(.account("Curie")).isEmpty)
        let known = try await test.custodian.persons(.account("irene"), by: .custodian)
        #expect(known.map(\.accounts) == [[], ["irene"]])
        #expect(known[0].places == [.init(proposal: "20260001", role: .principalInvestigator)])
    }

    @Test func allOfThemOrNone() async throws {
        let test = try await RecordHistoryTests.everything()
        let refused = await refusal { try await test.custodian.erase(persons: [1, 999], by: .custodian) }
        #expect(refused?.code == .notFound)
        #expect(try await test.custodian.persons(.number(1), by: .custodian).count == 1)
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    @Test func publicRecordsNameThemNoMoreAndAreToldAgain() async throws {
        let test = try await RecordHistoryTests.everything()
        let tenant = test.custodian.rules.tenant
        let session = try await test.session()
        let pid = try #require(session.pid)
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z").summary.pid
        _ = try await test.custodian.mint(run, by: .custodian)
        let anyone = try await test.custodian.scope(of: .anonymous)
        let creators = { () async throws -> String in
            "\(try await test.custodian.dataCiteRecord(of: session, scope: anyone).creators)"
        }
        #expect(try await creators().contains("Curie"))
        let before = try await test.store.undeliveredMessages(
            topic: OutsideMessage.registryTopic, tenant: tenant, limit: 1000
        ).count
        let told = try await test.custodian.erase(persons: [1], by: .custodian)
        #expect(told == 2)
        let messages = try await test.store.undeliveredMessages(
            topic: OutsideMessage.registryTopic, tenant: tenant, limit: 1000)
        #expect(Set(messages.dropFirst(before).map(\.payload)) == [#"{"pid":"\#(pid)"}"#, #"{"pid":"\#(run)"}"#])
        let left = try await creators()
        #expect(!left.contains("Curie") && left.contains("Joliot") && left.contains("Perrin"))
        #expect(!"\(try await test.custodian.dataCiteRecord(of: run, scope: anyone))".contains("Curie"))
        // Nobody is left: the facility stands there, and the record is still one.
        try await test.custodian.erase(persons: [2, 3], by: .custodian)
        #expect(try await creators().contains(test.custodian.rules.facility))
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    /// What was paid for is known to no registry, not even by a message that says nothing.
    @Test func ofWhatWasPaidForNothingIsTold() async throws {
        let test = try TestCustodian()
        try await test.begin(kind: .proprietary)
        #expect(try await test.custodian.erase(persons: [1], by: .custodian) == 0)
    }

    @Test func theBytesAreGoneFromTheFile() async throws {
        let test = try await RecordHistoryTests.everything()
        _ = try await test.custodian.erase(
            persons: test.custodian.persons(.account("irene"), by: .custodian).map(\.number), by: .custodian)
        try test.store.close()
        for name in try FileManager.default.contentsOfDirectory(atPath: test.folder.url.path) {
            let data = try Data(contentsOf: test.folder.file(name))
            for word in ["Curie", "irene@example.org", "0000-0002-1825-0097"] {
                #expect(data.range(of: Data(word.utf8)) == nil, "'\(word)' is still in \(name)")
            }
        }
    }
}
