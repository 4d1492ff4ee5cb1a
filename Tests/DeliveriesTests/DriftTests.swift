import Custody
import DataCiteStandIn
import Deliveries
import Diagnostics
import EmbargoClock
import Identifiers
import JSON
import Minting
import RunCatalogue
import Testing

/// What the registry holds is compared with what it ought to hold, and told again where it differs.
struct DriftTests {
    @Test func whatWasChangedBehindOurBackIsFoundAndToldAgain() async throws {
        let test = try TestFacility()
        let (one, two) = (SessionName(proposal: "20260001", name: "a"), SessionName(proposal: "20260002", name: "b"))
        let (edited, lost) = (try await test.closed(one), try await test.closed(two))
        let kept = try await test.begin(SessionName(proposal: "20260003", name: "c"))
        try await test.deliver()
        #expect(try await test.drift().differences == [])
        test.service.tamper("\(edited.pid!)") { attributes, url in
            attributes["titles"] = .array([.object(["title": .string("Another")])])
            url = "https://data.example.org/elsewhere"
        }
        test.service.set("\(lost.pid!)", state: nil)
        let report = try await test.drift()
        #expect(report.compared == 3)
        #expect(
            Set(report.differences.map { "\($0.pid) \($0.attribute ?? $0.kind.rawValue)" }) == [
                "\(edited.pid!) titles", "\(edited.pid!) address", "\(lost.pid!) absent",
            ])
        #expect(try await test.custodian.tellAgain(report) == 2)
        try await test.deliver()
        #expect(try await test.drift().differences == [])
        #expect(test.entry(edited.pid)?.title == "Structure of a protein")
        #expect(test.entry(kept.pid)?.state == "draft")
    }

    @Test func whatWasWithdrawnBeforeItWasToldIsNotMissed() async throws {
        let test = try TestFacility()
        let session = try await test.closed()
        let cleo = try await test.account("cleo", email: "cleo@example.org", [.curator])
        let dora = try await test.account("dora", email: "dora@example.org", [.director])
        _ = try await test.custodian.withdraw(
            .session(TestFacility.session), reason: "consent", by: cleo, confirmedBy: dora)
        try await test.deliver()
        // It was never findable, and is not made so to be hidden.
        #expect(test.entry(session.pid)?.state ?? "absent" == "absent")
        #expect(try await test.drift().differences == [])
    }

    @Test func aRegistryThatIsAwayIsNotTakenForOneThatDiffers() async throws {
        let test = try TestFacility()
        _ = try await test.closed()
        try await test.deliver()
        test.exchange.decide { _ in .lost }
        let report = try await test.drift()
        #expect(report.compared == 0)
        #expect(report.differences.map(\.kind) == [.notCompared])
        #expect(try await test.custodian.tellAgain(report) == 0)
    }

    @Test func theBuiltInRegistryIsToldNothingAndDiffersInNothing() async throws {
        let test = try TestFacility()
        _ = try await test.closed()
        let office = DeliveryOffice(registry: BuiltInRegistry(), mail: test.mail)
        let report = try await Deliverer(test.custodian, office: office, holder: "x").deliver()
        #expect(report.failures == [] && report.waiting == 0)
        #expect(test.exchange.bodies == [])
        let (holdings, _) = try await test.custodian.registryHoldings()
        let drift = await DriftReport(holdings: holdings, registry: BuiltInRegistry())
        #expect(drift.compared == 0 && drift.differences == [])
        // A registry that comes later is told of all of it.
        let later = try await test.drift()
        #expect(later.differences.map(\.kind) == [.absent])
        _ = try await test.custodian.tellAgain(later)
        try await test.deliver()
        #expect(try await test.drift().differences == [])
    }
}
