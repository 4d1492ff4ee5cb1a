import ChunkFile
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

struct ReplicaTests {
    /// A run of three files with digests of both kinds and one without, and a copy of each below `copy`.
    private struct Copied {
        let test: TestCustodian
        let pid: RunIdentifier
        let copy: URL
        var custodian: Custodian { test.custodian }

        init() async throws {
            test = try TestCustodian()
            try await test.begin()
            try test.clock.set("2026-05-09T13:00:00Z")
            copy = test.folder.file("copy")
            try FileManager.default.createDirectory(at: copy.appending(path: "ledger"), withIntermediateDirectories: true)
            for (name, text) in [("run_master.h5", "master"), ("ledger/a.ledger", "ledger"), ("other.bin", "other")] {
                try Data(text.utf8).write(to: copy.appending(path: name))
            }
            let sealed = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
            let ends = try RunEnd(at: Instant("2026-05-09T12:00:00Z"), in: test.custodian.rules.zone)
            let now = test.clock.reading().wall
            let clock = try EmbargoRecord(
                registering: .run(ended: ends), policy: test.custodian.rules.policy, by: Author(person: "system", role: .system),
                at: now, in: test.custodian.rules.zone)
            pid = sealed.summary.pid
            _ = try await test.store.handOver(
                RunHandOver(
                    tenant: test.custodian.rules.tenant, pid: pid, kind: .raw, name: "a", verdict: .complete,
                    origin: RunOrigin(team: "team-20260001", instrument: "PROXIMA-1", proposal: "20260001"),
                    startedAt: Timestamp(ends.at), endedAt: Timestamp(ends.at),
                    files: [
                        // By sha256sum and xxhsum -H2 of the texts.
                        try RunFile(
                            path: "run_master.h5", role: .master, bytes: 6,
                            digest: "sha256:fc613b4dfd6736a7bd268c8a0e74ed0d1c04a959f59dd74ef2874983fd443fc9"),
                        try RunFile(
                            path: "ledger/a.ledger", role: .ledger, bytes: 6, digest: "xxh3_128:0d3e8c314927764a523f172e8fc27217"),
                        try RunFile(path: "other.bin", role: .other, bytes: 5),
                    ], clock: .own(clock), event: EventDraft(action: "registered", at: Timestamp(now))))
        }

        func states() async throws -> [String: String] {
            let page = try await test.store.replicas(
                of: pid, in: "disk", scope: .everything(tenant: custodian.rules.tenant), after: nil, limit: 10)
            return Dictionary(uniqueKeysWithValues: page.replicas.map { ($0.file.path, "\($0.state) \($0.verifiedAt ?? 0)") })
        }
    }

    @Test func aVerificationReadsEveryCopyAndSaysWhatItFound() async throws {
        let copied = try await Copied()
        let custodian = copied.custodian
        let count = try await custodian.addReplicas(
            ReplicaDraft(store: "disk", path: copied.copy.path + "/", state: .online), of: copied.pid, by: .custodian)
        #expect(count == 3)
        let first = try await custodian.verifyReplicas(of: copied.pid, in: "disk", by: .custodian)
        var expected = ReplicaVerification()
        (expected.verified, expected.withoutDigest, expected.bytes) = (2, 1, 12)
        #expect(first == expected)
        let then = try Instant("2026-05-09T13:00:00Z").secondsSince1970
        #expect(
            try await copied.states() == [
                "run_master.h5": "online \(then)", "ledger/a.ledger": "online \(then)", "other.bin": "online 0",
            ])

        // One byte turned, one file shorter, one gone.
        try Data("mAster".utf8).write(to: copied.copy.appending(path: "run_master.h5"))
        try Data("ledge".utf8).write(to: copied.copy.appending(path: "ledger/a.ledger"))
        try FileManager.default.removeItem(at: copied.copy.appending(path: "other.bin"))
        try copied.test.clock.set("2026-06-01T00:00:00Z")
        let second = try await custodian.verifyReplicas(of: copied.pid, in: "disk", by: .custodian)
        expected = ReplicaVerification()
        (expected.damaged, expected.lost, expected.bytes) = (2, 1, 6)
        #expect(second == expected)
        // The time at which it was last found whole stays.
        #expect(
            try await copied.states() == [
                "run_master.h5": "damaged \(then)", "ledger/a.ledger": "damaged \(then)", "other.bin": "lost 0",
            ])
        let found = try await copied.test.store.replicas(
            of: copied.pid, in: nil, scope: .everything(tenant: custodian.rules.tenant), after: nil, limit: 1)
        // sha256sum of 'mAster'.
        #expect(found.replicas.first?.found == "sha256:dc2035f5eb769b58794be9d177b6e6736c96d67b5350a095a007531878b319c3")
        let events = try await copied.test.store.history(of: copied.pid, scope: .everything(tenant: custodian.rules.tenant))
        #expect(events.map(\.action) == ["registered", "copies-registered", "copies-verified", "copies-verified"])
        #expect(events.last?.detail?.contains(#""damaged":2"#) == true && events.last?.detail?.contains(#""lost":1"#) == true)
        try await copied.test.store.verifyHistory(of: copied.pid, tenant: custodian.rules.tenant)
    }

    @Test func copiesOnTapeAreNotRead() async throws {
        let copied = try await Copied()
        _ = try await copied.custodian.addReplicas(
            ReplicaDraft(store: "tape", path: "/nowhere", state: .offline), of: copied.pid, by: .custodian)
        let report = try await copied.custodian.verifyReplicas(of: copied.pid, in: "tape", by: .custodian)
        #expect(report.skipped == 3 && report.lost == 0)
        #expect(
            await refusal { try await copied.custodian.verifyReplicas(of: copied.pid, in: "disk", by: .custodian) }?.code
                == .notFound)
    }

    @Test func oneFilesCopyIsRegisteredAndForgottenAlone() async throws {
        let copied = try await Copied()
        let custodian = copied.custodian
        _ = try await custodian.addReplicas(
            ReplicaDraft(store: "disk", path: copied.copy.path, state: .online), of: copied.pid, by: .custodian)
        _ = try await custodian.addReplicas(
            ReplicaDraft(store: "disk", file: "other.bin", path: "/elsewhere/o", state: .offline), of: copied.pid, by: .custodian)
        #expect(try await copied.states()["other.bin"] == "offline 0")
        let none = await refusal {
            try await custodian.addReplicas(
                ReplicaDraft(store: "disk", file: "no.bin", path: "/o", state: .online), of: copied.pid, by: .custodian)
        }
        #expect(none?.code == .notFound)
        #expect(try await custodian.forgetReplicas(of: copied.pid, in: "disk", file: "other.bin", by: .custodian) == 1)
        #expect(try await copied.states().count == 2)
        #expect(try await custodian.forgetReplicas(of: copied.pid, in: "disk", file: nil, by: .custodian) == 2)
        #expect(
            await refusal { try await custodian.forgetReplicas(of: copied.pid, in: "disk", file: nil, by: .custodian) }?.code
                == .notFound)
    }

    @Test func aListComesInPages() async throws {
        let copied = try await Copied()
        let tenant = copied.custodian.rules.tenant
        for store in ["b", "a"] {
            _ = try await copied.custodian.addReplicas(
                ReplicaDraft(store: store, path: "/\(store)", state: .offline), of: copied.pid, by: .custodian)
        }
        var seen: [String] = []
        var cursor: ReplicaCursor?
        repeat {
            let page = try await copied.test.store.replicas(
                of: copied.pid, in: nil, scope: .everything(tenant: tenant), after: cursor, limit: 2)
            #expect(page.replicas.count <= 2)
            seen += page.replicas.map { $0.path ?? "?" }
            cursor = page.next
        } while cursor != nil
        #expect(
            seen == [
                "/b/run_master.h5", "/a/run_master.h5", "/b/ledger/a.ledger", "/a/ledger/a.ledger", "/b/other.bin",
                "/a/other.bin",
            ])
        let shares = try await copied.test.store.replicaShares(of: copied.pid, scope: .everything(tenant: tenant))
        #expect(
            shares.map(\.store) == ["a", "b"] && shares.allSatisfy { $0.files == 3 && $0.bytes == 17 && $0.verifiedSince == nil })
    }

    @Test func membersOfTheTeamSeeWhereCopiesLieAndDoNotRegisterThem() async throws {
        let copied = try await Copied()
        let member = try await copied.test.account("irene", email: "irene@example.org")
        let staff = try await copied.test.account("sam", email: "sam@example.org", [.staff], beamlines: ["PROXIMA-1"])
        let draft = try ReplicaDraft(store: "disk", path: "/a", state: .online)
        #expect(await refusal { try await copied.custodian.addReplicas(draft, of: copied.pid, by: member) }?.code == .forbidden)
        #expect(try await copied.custodian.addReplicas(draft, of: copied.pid, by: staff) == 3)
        guard case .account(let account) = member else { return }
        let scope = try await copied.custodian.scope(of: .account(account))
        let page = try await copied.test.store.replicas(of: copied.pid, in: nil, scope: scope, after: nil, limit: 1)
        #expect(page.replicas.first?.path == "/a/run_master.h5")
    }

    @Test func noCopyIsForgottenWhileAJobHoldsTheRun() async throws {
        let copied = try await Copied()
        _ = try await copied.custodian.addReplicas(
            ReplicaDraft(store: "disk", path: "/a", state: .online), of: copied.pid, by: .custodian)
        let now = try Instant("2026-05-09T13:00:00Z").secondsSince1970
        _ = try await copied.test.store.takeLease("run \(copied.pid) job", holder: "job", now: now, until: now + 60)
        let error = await refusal {
            try await copied.custodian.forgetReplicas(of: copied.pid, in: "disk", file: nil, by: .custodian)
        }
        #expect(error?.code == .clockRefuses)
        try copied.test.clock.set("2026-05-09T13:01:00Z")
        #expect(try await copied.custodian.forgetReplicas(of: copied.pid, in: "disk", file: nil, by: .custodian) == 3)
    }

    @Test func aPurgeIsNotDoneWhileACopyStands() async throws {
        let copied = try await Copied()
        let custodian = copied.custodian
        let owner = ClockOwner.run(copied.pid)
        let (cleo, dora) = (
            try await copied.test.account("cleo", email: "cleo@example.org", [.curator]),
            try await copied.test.account("dora", email: "dora@example.org", [.director])
        )
        _ = try await custodian.addReplicas(
            ReplicaDraft(store: "disk", path: copied.copy.path, state: .online), of: copied.pid, by: .custodian)
        try copied.test.clock.set("2031-06-01T00:00:00Z")
        _ = try await custodian.sweep()
        try await custodian.decide(owner, by: cleo) { _ throws(CatalogueError) in .purgeProposed(reason: "space", citations: []) }
        try await custodian.decide(owner, by: dora) { _ throws(CatalogueError) in .purgeConfirmed(citationsSeen: []) }
        try copied.test.clock.set("2031-10-01T00:00:00Z")
        let refused = await refusal {
            try await custodian.decide(owner, by: cleo) { _ throws(CatalogueError) in .purged(leases: 0) }
        }
        #expect(refused?.code == .clockRefuses)
        #expect(refused?.got == "copies in 'disk'")
        // What was lost is no copy any more.
        try FileManager.default.removeItem(at: copied.copy)
        _ = try await custodian.verifyReplicas(of: copied.pid, in: "disk", by: .custodian)
        try await custodian.decide(owner, by: cleo) { _ throws(CatalogueError) in .purged(leases: 0) }
        let late = await refusal {
            try await custodian.addReplicas(
                ReplicaDraft(store: "disk", path: "/a", state: .online), of: copied.pid, by: .custodian)
        }
        #expect(late?.code == .badRequest)
    }
}
