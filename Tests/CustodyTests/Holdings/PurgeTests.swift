import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestSupport

/// The end of the bytes of a run: who says so, what is asked before, and what stands against it to the last.
struct PurgeTests {
    /// A described run with one data file on a disk, whose time is over.
    private struct Old {
        let test: TestCustodian
        let pid: RunIdentifier
        let data: URL
        let cleo: Actor
        let dora: Actor
        var owner: ClockOwner { .run(pid) }
        var custodian: Custodian { test.custodian }

        init() async throws {
            test = try TestCustodian()
            try await test.begin()
            try test.clock.set("2026-05-09T13:00:00Z")
            let folder = test.folder.file("run_1")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            data = folder.appending(path: "run_data_000001.h5")
            try Data("frames".utf8).write(to: data)
            try Data("{}".utf8).write(to: folder.appending(path: "run.json"))
            let ends = try RunEnd(at: Instant("2026-05-09T12:00:00Z"), in: test.custodian.rules.zone)
            let clock = try EmbargoRecord(
                registering: .run(ended: ends), policy: test.custodian.rules.policy, by: Author(person: "system", role: .system),
                at: test.clock.reading().wall, in: test.custodian.rules.zone)
            pid = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z").summary.pid
            _ = try await test.store.handOver(
                RunHandOver(
                    tenant: test.custodian.rules.tenant, pid: pid, kind: .raw, name: "a", verdict: .complete,
                    origin: RunOrigin(team: "team-20260001", instrument: "PROXIMA-1", proposal: "20260001"),
                    startedAt: Timestamp(ends.at), endedAt: Timestamp(ends.at), folder: folder.path,
                    files: [
                        try RunFile(path: "run_data_000001.h5", role: .data, bytes: 6),
                        try RunFile(path: "run.json", role: .other, bytes: 2),
                    ], clock: .own(clock), event: EventDraft(action: "registered", at: Timestamp(ends.at))))
            cleo = try await test.account("cleo", email: "cleo@example.org", [.curator])
            dora = try await test.account("dora", email: "dora@example.org", [.director])
        }

        func step(_ step: PurgeStep, _ citations: [String] = [], by actor: Actor? = nil) async -> CatalogueError? {
            await refusal {
                try await custodian.purge(owner, step, reason: "space", citations: citations, by: actor ?? cleo)
            }
        }

        func isOver() throws { try test.clock.set("2031-10-01T00:00:00Z") }

        /// Up to the day from which the bytes may go.
        func noticed(_ citations: [String] = []) async throws {
            try test.clock.set("2031-06-01T00:00:00Z")
            _ = try await custodian.sweep()
            #expect(await step(.propose, citations) == nil)
            #expect(await step(.confirm, citations, by: dora) == nil)
            try isOver()
        }
    }

    @Test func knownCitationsArePartOfTheProposalAndTheSecondPersonNamesAllOfThem() async throws {
        let old = try await Old()
        try old.test.clock.set("2031-06-01T00:00:00Z")
        _ = try await old.custodian.sweep()
        _ = try await old.custodian.relate(old.pid, .isCitedBy, to: "10.5555/cites", by: .custodian)
        #expect(await old.step(.propose, ["https://doi.org/10.5555/ALSO"]) == nil)
        let chain = try await old.test.store.clock(of: old.owner, tenant: old.custodian.rules.tenant)
        #expect(chain.entries.last?.event == .purgeProposed(reason: "space", citations: ["10.5555/also", "10.5555/cites"]))
        #expect(await old.step(.confirm, [], by: old.dora)?.code == .clockRefuses)
        #expect(await old.step(.confirm, ["10.5555/also"], by: old.dora)?.code == .clockRefuses)
        #expect(await old.step(.confirm, ["no doi"], by: old.dora)?.code == .badRequest)
        // In whatever order, and however it is written.
        #expect(await old.step(.confirm, ["doi:10.5555/Cites", "10.5555/also"], by: old.dora) == nil)
    }

    @Test func aCitationThatCameAfterTheProposalStopsIt() async throws {
        let old = try await Old()
        try old.test.clock.set("2031-06-01T00:00:00Z")
        _ = try await old.custodian.sweep()
        #expect(await old.step(.propose) == nil)
        let paper = try RunCollection(
            pid: try PersistentIdentifier("10.5072/000000003rj076"), title: "Of a paper", runs: [old.pid],
            article: try DOI("10.5555/paper"), person: nil, madeAt: Timestamp(old.test.clock.reading().wall))
        let scope = ReaderScope.everything(tenant: old.custodian.rules.tenant)
        try await old.test.store.put(paper, scope: scope, by: Deed(at: paper.madeAt))
        let error = await old.step(.confirm, [], by: old.dora)
        #expect(error?.code == .clockRefuses && error?.got == "10.5555/paper")
        #expect(await old.step(.cancel) == nil)
        #expect(await old.step(.propose) == nil)
        #expect(await old.step(.confirm, ["10.5555/paper"], by: old.dora) == nil)
    }

    @Test func itIsNotDoneWhileTheDataLieThere() async throws {
        let old = try await Old()
        try await old.noticed()
        let error = await old.step(.done)
        #expect(error?.code == .clockRefuses && error?.place == old.data.path)
        try FileManager.default.removeItem(at: old.data)
        #expect(await old.step(.done) == nil)
        let run = try await old.test.store.run(old.pid, scope: .everything(tenant: old.custodian.rules.tenant))
        #expect(run.state == .purged)
    }

    /// Where runs lie is told to nobody who could not have recorded it.
    @Test func whoMayNotRecordItIsNotToldOfTheDisk() async throws {
        let old = try await Old()
        try await old.noticed()
        let irene = try await old.test.account("irene", email: "irene@example.org")
        let error = await old.step(.done, by: irene)
        #expect(error?.code == .clockRefuses && error.map { "\($0)".contains(old.data.path) } == false)
    }

    /// A job that comes between the question and the answer is found in the transaction itself, and none comes after it.
    @Test func aLeaseAndThePurgeExcludeEachOther() async throws {
        let old = try await Old()
        try await old.noticed()
        try FileManager.default.removeItem(at: old.data)
        let (store, tenant) = (old.test.store, old.custodian.rules.tenant)
        let now = old.test.clock.reading().wall.secondsSince1970
        try await store.takeLease(on: old.pid, holder: "job", now: now, until: now + 3600, tenant: tenant)
        // As one who has counted no leases.
        let late = await refusal {
            try await old.custodian.decide(old.owner, by: old.cleo) { _ throws(CatalogueError) in .purged(leases: 0) }
        }
        #expect(late?.code == .clockRefuses && late?.got == "1 lease")
        #expect(await old.step(.done)?.code == .clockRefuses)
        try await store.releaseLease(on: old.pid, holder: "job")
        #expect(await old.step(.done) == nil)
        let gone = await refusal {
            try await store.takeLease(on: old.pid, holder: "job", now: now, until: now + 3600, tenant: tenant)
        }
        #expect(gone?.code == .gone)
    }

    /// Whose name is the beginning of another's counts for itself alone.
    @Test func leasesAreOfTheirRun() async throws {
        let old = try await Old()
        let (store, tenant) = (old.test.store, old.custodian.rules.tenant)
        let now = old.test.clock.reading().wall.secondsSince1970
        for holder in ["job", "job 2", "!", "~ü"] {
            try await store.takeLease(on: old.pid, holder: holder, now: now, until: now + 60, tenant: tenant)
        }
        _ = try await store.takeLease("run \(old.pid)x job", holder: "job", now: now, until: now + 60)
        #expect(try await store.leases(on: old.pid, now: now) == 4)
        #expect(try await store.leases(on: old.pid, now: now + 60) == 0)
    }
}
