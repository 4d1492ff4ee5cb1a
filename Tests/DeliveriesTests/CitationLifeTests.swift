import Custody
import DataCiteStandIn
import Deliveries
import EmbargoClock
import Identifiers
import JSON
import Minting
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// What DataCite's events feed knows of works that cite: entered beside what people state, told once the data are open.
struct CitationLifeTests {
    private func told(_ test: TestFacility, _ pid: some CustomStringConvertible) -> Set<String> {
        let related = test.service.entries["\(pid)".lowercased()]?.attributes["relatedIdentifiers"]?.list ?? []
        return Set(related.filter { $0["relationType"]?.text == "IsCitedBy" }.compactMap { $0["relatedIdentifier"]?.text })
    }

    private func cites(_ work: String, _ pid: some CustomStringConvertible, _ relation: String = "references") -> StandInEvent {
        StandInEvent("https://doi.org/\(work)", relation, "https://doi.org/\("\(pid)".lowercased())")
    }

    /// A run whose identifier is known outside, and which opens on 2029-05-10; its own clocks.
    private func facility() async throws -> (TestFacility, run: RunIdentifier) {
        let test = try TestFacility()
        _ = try await test.begin()
        try test.clock.set("2026-06-01T13:00:00Z")
        let run = try await test.register(1, of: nil, proposal: "20260001", ended: "2026-05-09T12:00:00Z")
        #expect(try await test.custodian.mint(run, by: .custodian))
        try await test.deliver()
        return (test, run)
    }

    @Test func aWorkThatCitesARunIsToldOfItOnceItIsOpen() async throws {
        let (test, run) = try await facility()
        _ = try await test.custodian.relate(run, .isSupplementTo, to: "10.5555/own-article", by: .custodian)
        test.service.tell([
            cites("10.5555/other", run, "cites"), cites("10.5555/OTHER", run), cites("10.5555/own-article", run),
            // Of something else, by ourselves, taken back, or with no DOI.
            cites("10.5555/elsewhere", "10.5555/x"), cites("\(run)", run), cites("10.5555/ours", run, "is-cited-by"),
            StandInEvent("https://doi.org/10.5555/gone", "cites", "https://doi.org/\("\(run)".lowercased())", action: "delete"),
            StandInEvent("https://example.org/blog", "references", "https://doi.org/\("\(run)".lowercased())"),
        ])
        let report = try await test.custodian.readCitations(from: test.registry())
        #expect(report.failure == nil && report.found.map { "\($0.work)".lowercased() } == ["10.5555/other"])
        // Nothing twice.
        #expect(try await test.custodian.readCitations(from: test.registry()).found == [])
        try await test.deliver()
        #expect(told(test, run) == [])
        try test.clock.set("2029-05-10T08:00:00Z")
        _ = try await test.custodian.sweep()
        try await test.deliver()
        #expect(Set(told(test, run).map { $0.lowercased() }) == ["10.5555/other"])
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    @Test func aWorkThatCitesASessionIsToldOfItAndShownBeforeAPurge() async throws {
        let test = try TestFacility()
        let session = try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try await test.register(1, of: session.name, ended: "2026-05-09T12:00:00Z")
        try await test.custodian.closeSession(session.name, by: .custodian)
        try await test.deliver()
        let pid = try #require(session.pid)
        test.service.tell([cites("10.5555/paper", pid, "is-supplemented-by")])
        let report = try await test.custodian.readCitations(from: test.registry())
        #expect(report.found.map(\.pid) == ["\(pid)"])
        #expect(try await test.custodian.store.worksCiting([run], tenant: test.custodian.rules.tenant) == ["10.5555/paper"])
        try await test.deliver()
        #expect(told(test, pid) == [])
        try test.clock.set("2029-05-10T08:00:00Z")
        _ = try await test.custodian.sweep()
        try await test.deliver()
        #expect(told(test, pid) == ["10.5555/paper"])
        // One that comes later is told at once.
        test.service.tell([cites("10.5555/late", pid)])
        #expect(try await test.custodian.readCitations(from: test.registry()).found.count == 1)
        try await test.deliver()
        #expect(told(test, pid) == ["10.5555/paper", "10.5555/late"])
        let events = try await test.custodian.store.history(of: .session(session.name), tenant: test.custodian.rules.tenant)
        #expect(events.map(\.action).filter { $0 == "cited" }.count == 2)
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    /// More than a page of them, and a registry that stops answering: what was found before is kept.
    @Test func aFeedIsReadToItsEndAndAFailureIsTold() async throws {
        let (test, run) = try await facility()
        test.service.tell((0..<1500).map { cites("10.5555/w\($0)", run) })
        let works = try await test.registry().works(citing: Handle("\(run)"))
        #expect(works.count == 1500)
        let report = try await test.custodian.readCitations(from: Silent())
        #expect(report.failure?.error.code == .unreachable && report.asked == 0)
    }

    private struct Silent: IdentifierRegistry {
        var keepsRecords: Bool { true }
        func reserve(_ pid: Handle) async throws(MintingError) {}
        func publish(_ record: RegistryRecord, at address: String) async throws(MintingError) {}
        func update(_ record: RegistryRecord, at address: String) async throws(MintingError) {}
        func hide(_ pid: Handle, as tombstone: (record: RegistryRecord, address: String)?) async throws(MintingError) {}
        func entry(of pid: Handle) async throws(MintingError) -> RegistryEntry? { nil }
        func works(citing pid: Handle) async throws(MintingError) -> [DOI] {
            throw MintingError(.unreachable, "Nobody answers", at: pid.description)
        }
    }
}
