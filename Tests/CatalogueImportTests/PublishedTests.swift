import CatalogueImport
import Custody
import EmbargoClock
import RunCatalogue
import RunModel
import Testing

struct PublishedTests {
    private func dump(_ publication: String?, isPublished: Bool = true) throws -> [String: String] {
        var files = try Dump.plain()
        files["datasets.json"] = "[\(try Dump.dataset(Dump.pid, ["isPublished": isPublished]))]"
        files["published.json"] = publication.map { "[\($0)]" }
        return files
    }

    private var trusting: SciCatOptions {
        var options = SciCatOptions()
        options.trustsPublished = true
        return options
    }

    @Test func whatIsPublishedThereIsToldAndEnteredClosed() async throws {
        let desk = try await TestDesk()
        let (summary, records) = try await desk.take(dump(Dump.published()))
        #expect(records.map(\.state) == ["embargoed"] && records[0].dois == ["10.5072/zq-1"])
        #expect(records[0].notes.contains { $0.contains("10.5072/zq-1") && $0.contains("--trust-published") })
        #expect(summary.publishedThere == 1)
        #expect(try await desk.run(Dump.pid).state == .embargoed)
    }

    @Test func whoTrustsItEntersItOpenWithTheEvidenceInTheChain() async throws {
        let desk = try await TestDesk()
        let (summary, records) = try await desk.take(dump(Dump.published()), trusting)
        #expect(records.map(\.state) == ["open"] && summary.publishedThere == 0)
        // Open since it is here, not since a day that nobody can prove.
        #expect(records[0].opens == (try LocalDate("2026-03-01")))
        let run = try await desk.run(Dump.pid)
        let anyone = try await desk.custodian.scope(of: .anonymous)
        #expect(try await desk.store.run(run.pid, scope: anyone).name == "Drop 7")
        let chain = try await desk.store.clock(of: .run(run.pid), tenant: TestDesk.tenant)
        guard case .publishedElsewhere(let evidence)? = chain.entries.last?.event else {
            Issue.record("no evidence in the chain")
            return
        }
        #expect(evidence.contains("doi:10.5072/zq-1") && evidence.contains("2025-06-01"))
        try await desk.store.verifyClock(of: .run(run.pid), tenant: TestDesk.tenant)
        let (_, again) = try await desk.take(dump(Dump.published()), trusting)
        #expect(again.map(\.outcome) == [.unchanged])
        #expect(try await desk.run(Dump.pid) == run)
    }

    @Test func aFlagWithoutARegisteredDOIOpensNothing() async throws {
        for publication in [
            nil, try Dump.published(["status": "private"]), try Dump.published(["status": "pending_registration"]),
        ] {
            let desk = try await TestDesk()
            let (_, records) = try await desk.take(dump(publication), trusting)
            #expect(records.map(\.state) == ["embargoed"], "\(publication ?? "none")")
        }
        let desk = try await TestDesk()
        let (_, records) = try await desk.take(dump(Dump.published(), isPublished: false), trusting)
        #expect(records.map(\.state) == ["embargoed"])
    }

    @Test func versionThreeCallsTheListOtherwise() async throws {
        let desk = try await TestDesk()
        let old = try Dump.published(["datasetPids": nil as Any?, "pidArray": [Dump.pid]])
        let (_, records) = try await desk.take(dump(old), trusting)
        #expect(records.map(\.state) == ["open"])
    }

    @Test func whatHasBeenPublishedSinceItWasEnteredOpensWithTheNextImport() async throws {
        let desk = try await TestDesk()
        _ = try await desk.take(dump(nil, isPublished: false))
        let (_, records) = try await desk.take(dump(Dump.published()), trusting)
        #expect(records.map(\.outcome) == [.unchanged] && records.map(\.state) == ["open"])
        #expect(try await desk.run(Dump.pid).state == .open)
    }

    @Test func whatIsOpenByOurOwnRuleOpensByIt() async throws {
        let desk = try await TestDesk(at: "2029-01-01T00:00:00Z")
        let (_, records) = try await desk.take(Dump.plain())
        #expect(records.map(\.state) == ["open"])
    }
}
