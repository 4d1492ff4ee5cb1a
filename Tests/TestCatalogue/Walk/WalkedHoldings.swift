import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestSupport

/// What stands beside the walked run, every private field of it with a word that stands nowhere else.
package struct WalkedHoldings: Sendable {
    package static let privateWords = [
        "zqmark", "zqattached", "zqcaption", "zqstore", "zqcopypath", "86420753", "zqselection", "zqcontents", "zqplan",
        "zqciting", "zqstandard",
    ]
    /// What the team reads and an outsider does not, also after the opening.
    package static let insideWords = ["zqcopypath", "86420753", "zqplan"]
    package static let igsn = "10.5072/walked-sample"
    package static let plan = "https://example.net/zqoutline"
    /// Of the instrument that recorded the run: everyone knows of it, and that this run was recorded by it once the run is open.
    package static let detector = "10.5072/walked-detector"
    package static let article = "10.1234/zqarticle"
    /// The frames that are marked.
    package static let frames: ClosedRange<Int64> = 20_483...20_484

    package let collection: PersistentIdentifier?

    /// While the run may be written about: before it is withdrawn or purged.
    init(_ test: TestCustodian, _ run: RunHandOver, hasRun: Bool = true, isListed: Bool) async throws {
        let everything = ReaderScope.everything(tenant: run.tenant)
        let by = Deed(at: run.startedAt, person: nil)
        let store = test.store
        if hasRun {
            _ = try await store.mark(run.pid, MarkDraft(.drop, frames: Self.frames, reason: "zqmark"), scope: everything, by: by)
            _ = try await store.attach(
                Attachment(name: "zqattached.txt", type: .text, caption: "zqcaption", bytes: Array("zqcontents".utf8)),
                to: run.pid,
                scope: everything, by: by)
            _ = try await store.addReplicas(
                ReplicaDraft(store: "zqstore", path: "/zqcopypath", state: .lost), of: run.pid, scope: everything, by: by)
            _ = try await store.relate(
                run.pid, RelationDraft(.isCitedBy, "10.1234/zqciting"), scope: everything, by: by, outbox: [])
            _ = try await store.relate(
                run.pid, RelationDraft(.references, "10273/zqstandard"), scope: everything, by: by, outbox: [])
            try await store.count([DownloadCount(run.pid, day: "2026-05-09", bytes: 86_420_753)], tenant: run.tenant)
        }
        var sample = SampleRecord(
            name: "zqsample", team: Walk.team, igsn: Self.igsn, description: "zqcontents", keywords: ["zqsort"],
            derivedFrom: ["10.5072/zqparental"], alternates: [.init(identifier: "zqalternative", type: "Other")],
            registered: "2026-05-09")
        sample.owner = "zqkeeper"
        _ = try await store.put(sample, tenant: run.tenant, by: by)
        _ = try await store.put(
            InstrumentRecord(
                name: "DETECTOR-1", pid: Self.detector, landingPage: "https://example.net/detector-1", title: "Detector",
                owners: [.init(name: "The facility")], manufacturers: [.init(name: "The workshop")], commissioned: "2016-03-01",
                alternates: [.init(identifier: Walk.serialNumber, type: "SerialNumber")]),
            tenant: run.tenant, by: by)
        _ = try await store.put(
            ManagementPlan(proposal: "20260001", identifier: Self.plan, modified: run.startedAt, document: "zqplan"),
            scope: everything, by: by, outbox: [])
        guard isListed else {
            collection = nil
            return
        }
        var generator = SeededGenerator(seed: 815)
        let made = try RunCollection(
            pid: .draw(prefix: "10.5072", using: &generator), title: "zqselection", runs: [run.pid],
            article: try DOI(Self.article), person: nil, madeAt: run.startedAt)
        try await store.put(made, scope: everything, by: by)
        collection = made.pid
    }
}
