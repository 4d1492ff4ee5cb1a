import Custody
import EmbargoClock
import Foundation
import Identifiers
import Quantities
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// What the beamline knows of a run is what people look for it by.
struct RecordedRunSearchTests {
    private func run() throws -> SealedRun {
        let plain = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        var summary = plain.summary
        summary.technique = "SAXS"
        summary.keywords = ["robot"]
        summary.sample = .init(temperature: try Temperature("293.15 K"))
        summary.detector.countTime = try TimeSpan("10 ms")
        summary.beam = .init(photonEnergy: try PhotonEnergy("10 keV"))
        summary.metadata = ["flow": .quantity(0.35, try PhysicalUnit("m/s"))]
        return SealedRun(summary: summary, manifest: nil, folder: plain.folder)
    }

    @Test(arguments: [
        "technique:SAXS energy:8..12keV sample:lysozyme state:open", "temperature:20..20degC", "exposure:9..11ms",
        "keyword:robot",
        "user/flow:349..351mm/s",
    ])
    func anyoneFindsItOnceItIsOpen(_ text: String) async throws {
        let test = try TestCustodian()
        _ = try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let pid = try await test.custodian.register(try run(), by: .system).pid
        _ = try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        let filter = try RunQuestion(text, zone: try #require(TimeZone(identifier: "Europe/Paris"))).filter
        func found() async throws -> [RunIdentifier] {
            let anyone = try await test.custodian.scope(of: .anonymous)
            return try await test.store.page(filter, scope: anyone, after: nil, limit: 10, countLimit: 10).runs.map(\.pid)
        }
        #expect(try await found() == [])
        try test.clock.set("2029-06-01T00:00:00Z")
        _ = try await test.custodian.sweep()
        #expect(try await found() == [pid])
        #expect(try await test.custodian.register(try run(), by: .system).isNew == false)
    }
}
