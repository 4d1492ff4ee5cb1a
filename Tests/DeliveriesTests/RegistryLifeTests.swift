import Custody
import DataCiteStandIn
import Deliveries
import Diagnostics
import EmbargoClock
import Identifiers
import JSON
import Minting
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestSupport

/// A session's DOI from the opening of the session to a withdrawal, at a stand-in that refuses what DataCite refuses.
struct RegistryLifeTests {
    private let embargoed = "info:eu-repo/semantics/embargoedAccess"
    private let open = "info:eu-repo/semantics/openAccess"

    private func text(_ value: JSONValue) -> String { "\(value)" }

    @Test func aSessionIsADraftThenFindableThenOpenThenHidden() async throws {
        let test = try TestFacility()
        let session = try await test.begin()
        try await test.deliver()
        #expect(test.entry(session.pid)?.state == "draft")
        // A draft says nothing but its own name.
        #expect(test.entry(session.pid)?.attributes.isEmpty == true)

        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.register(1)
        try await test.custodian.closeSession(TestFacility.session, by: .custodian)
        #expect(try await test.deliver().sent.contains("\(session.pid!) findable"))
        var entry = try #require(test.entry(session.pid))
        #expect(entry.state == "findable")
        #expect(entry.url == "https://data.example.org/datasets/" + "\(session.pid!)".replacing("/", with: "%2F"))
        #expect(entry.date("Available") == "2029-05-10")
        #expect(entry.attributes["publicationYear"].map { "\($0)".contains("2029") } == true)
        #expect(entry.rights.contains(embargoed) && !entry.rights.contains(open))
        #expect(entry.title == "Structure of a protein")

        let irene = try await test.account("irene", email: "irene@zqteam.org")
        let cleo = try await test.account("cleo", email: "cleo@example.org", [.curator])
        try await test.decide(by: irene, .extensionAsked(reason: "zqreason", proposal: .found))
        let asked = test.service.log.count
        try await test.deliver()
        // A request moves nothing that is public.
        #expect(test.service.log.count == asked)
        try await test.decide(by: cleo, .extensionGranted)
        try await test.deliver()
        entry = try #require(test.entry(session.pid))
        #expect(entry.date("Available") == "2030-05-10")

        try test.clock.set("2030-05-09T22:00:00Z")
        #expect(try await test.custodian.sweep().opened == [.session(TestFacility.session)])
        try await test.deliver()
        entry = try #require(test.entry(session.pid))
        #expect(entry.state == "findable")
        #expect(entry.rights.contains(open) && !entry.rights.contains(embargoed))

        let dora = try await test.account("dora", email: "dora@example.org", [.director])
        _ = try await test.custodian.withdraw(
            .session(TestFacility.session), reason: "a participant withdrew consent", by: cleo, confirmedBy: dora)
        try await test.deliver()
        entry = try #require(test.entry(session.pid))
        #expect(entry.state == "registered")
        let said = text(entry.attributes["descriptions"] ?? .null)
        #expect(said.contains("a participant withdrew consent"))
        let drift = try await test.drift()
        #expect(drift.differences == [] && drift.compared == 1)
        let waiting = try await test.store.waitingMessages()
        #expect(waiting.waiting == 0)
    }

    @Test func aPurgeLeavesATombstoneThatIsFindable() async throws {
        let test = try TestFacility()
        let session = try await test.closed()
        try test.clock.set("2029-05-10T22:00:00Z")
        _ = try await test.custodian.sweep()
        try test.clock.set("2031-06-01T00:00:00Z")
        let cleo = try await test.account("cleo", email: "cleo@example.org", [.curator])
        let dora = try await test.account("dora", email: "dora@example.org", [.director])
        try await test.decide(by: cleo, .purgeProposed(reason: "zqreason", citations: []))
        try await test.decide(by: dora, .purgeConfirmed(citationsSeen: []))
        try test.clock.set("2031-10-01T00:00:00Z")
        try await test.decide(by: cleo, .purged(leases: 0))
        try await test.deliver()
        let entry = try #require(test.entry(session.pid))
        #expect(entry.state == "findable")
        #expect(entry.date("Withdrawn") == "2031-10-01")
        #expect(try await test.drift().differences == [])
    }

    @Test func aHoldIsToldAndSoIsItsEnd() async throws {
        let test = try TestFacility()
        let session = try await test.closed()
        try await test.decide(.holdSet(.legal, reason: "zqreason", reviewOn: try LocalDate("2026-09-01")))
        try await test.deliver()
        // A day of opening that a hold has made untrue is not promised.
        #expect(test.entry(session.pid)?.date("Available") == nil)
        let hold = try #require(try await test.store.clock(of: .session(TestFacility.session), tenant: test.tenant).holds.first)
        try test.clock.set("2029-08-01T08:00:00Z")
        try await test.decide(.holdLifted(hold: hold, reason: "settled"))
        try await test.deliver()
        #expect(test.entry(session.pid)?.rights.contains(open) == true)
        #expect(test.entry(session.pid)?.date("Available") == "2029-08-01")
    }

    @Test func theGraceOfARequestIsToldThoughNothingWasDecided() async throws {
        let test = try TestFacility()
        let session = try await test.closed()
        let irene = try await test.account("irene", email: "irene@zqteam.org")
        try test.clock.set("2029-05-01T08:00:00Z")
        try await test.decide(by: irene, .extensionAsked(reason: "zqreason", proposal: .found))
        _ = try await test.custodian.sweep()
        try await test.deliver()
        #expect(test.entry(session.pid)?.date("Available") == "2029-05-10")
        try test.clock.set("2029-05-09T22:00:01Z")
        _ = try await test.custodian.sweep()
        try await test.deliver()
        #expect(test.entry(session.pid)?.date("Available") == "2029-06-09")
        #expect(try await test.drift().differences == [])
    }

    @Test func aRunIsToldOfWhenSomebodyAsksAndKeptUpToDateFromThenOn() async throws {
        let test = try TestFacility()
        let session = try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let asked = try await test.register(1)
        let other = try await test.register(2)
        let jean = try await test.account("jean", email: "jean@zqteam.org", [])
        let first = try await test.custodian.mint(asked, by: jean)
        let again = try await test.custodian.mint(asked, by: jean)
        #expect(first && !again)
        try await test.deliver()
        // While the session collects nothing is told of its runs.
        #expect(Set(test.service.entries.keys) == ["\(session.pid!)".lowercased()])
        try await test.custodian.closeSession(TestFacility.session, by: .custodian)
        try await test.deliver()
        let run = try #require(test.service.entries["\(asked)".lowercased()])
        #expect(run.state == "findable" && run.date("Available") == "2029-05-10")
        #expect(test.service.entries["\(other)".lowercased()] == nil)
        let whole = try #require(test.entry(session.pid))
        let (ofRun, ofSession) = (
            text(run.attributes["relatedIdentifiers"] ?? .null), text(whole.attributes["relatedIdentifiers"] ?? .null)
        )
        let sessionPID = try #require(session.pid).description
        #expect(ofRun.contains(sessionPID))
        #expect(ofSession.contains(asked.description))
        #expect(run.title == "Structure of a protein")

        try test.clock.set("2029-05-09T22:00:00Z")
        _ = try await test.custodian.sweep()
        try await test.deliver()
        let opened = try #require(test.service.entries["\(asked)".lowercased()])
        #expect(opened.title?.contains("zqtitle") == true)
        #expect(try await test.drift().differences == [])
        let history = try await test.store.history(of: asked, scope: .everything(tenant: test.tenant)).map(\.action)
        #expect(history.contains("identifier-asked"))
        try await test.store.verifyHistory(of: asked, tenant: test.tenant)
    }

    @Test func aRunWithoutASessionIsKeptUpToDateToo() async throws {
        let test = try TestFacility()
        _ = try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let pid = try await test.register(7, of: nil, proposal: "20260001")
        _ = try await test.custodian.mint(pid, by: .custodian)
        try await test.deliver()
        #expect(test.service.entries["\(pid)".lowercased()]?.state == "findable")
        try test.clock.set("2029-05-09T22:00:00Z")
        #expect(try await test.custodian.sweep().opened == [.run(pid)])
        try await test.deliver()
        #expect(test.service.entries["\(pid)".lowercased()]?.rights.contains(open) == true)
    }

    @Test func whoHasNoPartInARunAsksForNoDOI() async throws {
        let test = try TestFacility()
        _ = try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let pid = try await test.register(1)
        var generator = SystemRandomNumberGenerator()
        let unknown = try RunIdentifier.draw(prefix: "10.5072", using: &generator)
        let outsider = try await test.account("otto", email: "otto@elsewhere.org")
        let hidden = await refusal { try await test.custodian.mint(pid, by: outsider) }
        let absent = await refusal { try await test.custodian.mint(unknown, by: outsider) }
        #expect(hidden?.code == .notFound)
        #expect(hidden.map { "\($0)" } == absent.map { "\($0)".replacing("\(unknown)", with: "\(pid)") })
        try await test.custodian.closeSession(TestFacility.session, by: .custodian)
        #expect(await refusal { try await test.custodian.mint(pid, by: outsider) }?.code == .forbidden)
        let paid = SessionName(proposal: "20260002", name: "p")
        _ = try await test.begin(paid, kind: .proprietary)
        let proprietary = try await test.register(5, of: paid)
        #expect(await refusal { try await test.custodian.mint(proprietary, by: .custodian) }?.code == .clockRefuses)
    }
}

func refusal<Value>(_ body: () async throws -> Value) async -> CatalogueError? {
    do {
        _ = try await body()
        return nil
    } catch { return error as? CatalogueError }
}
