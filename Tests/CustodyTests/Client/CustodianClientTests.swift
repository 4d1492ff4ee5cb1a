import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// What the pipeline and jobs ask, over the custodian's transport: a transport that is added later passes the same.
struct CustodianClientTests {
    private func client(_ test: TestCustodian, _ actor: Actor = .custodian, sealed: SealedRun? = nil) -> any CatalogueClient {
        var reader = Reader.custodian
        if case .account(let account) = actor { reader = .account(account) }
        return CustodianClient(test.custodian, as: reader) { folder in
            guard let sealed else { throw CatalogueError(.badRequest, "Not a sealed run", at: folder) }
            return sealed
        }
    }

    @Test func aSealedRunIsHandedOverOnce() async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        let client = client(test, sealed: run)
        let first = try await client.handOver(runAt: run.folder)
        #expect(first.pid == run.summary.pid && first.isNew && first.state == "collecting" && first.notes == [])
        let second = try await client.handOver(runAt: run.folder)
        #expect(!second.isNew && second.pid == first.pid)
    }

    @Test func aReservedIdentifierIsNobodyElsesAndLapses() async throws {
        let test = try TestCustodian()
        try await test.begin()
        let client = client(test)
        let one = try await client.reserve(for: "px1-detector", hours: 24)
        let two = try await client.reserve(for: "px1-detector", hours: 48)
        #expect(one.pid != two.pid && "\(one.pid)".hasPrefix("10.5072/"))
        #expect(one.lapses == (try Timestamp("2026-05-02T08:00:00Z")))
        #expect(try await client.reservations() == [one, two].sorted { "\($0.pid)" < "\($1.pid)" })
        let again = Reservation(pid: one.pid, holder: "another", at: one.lapses, lapses: two.lapses)
        let taken = await refusal { try await test.store.reserve(again, by: nil, tenant: test.custodian.rules.tenant) }
        #expect(taken?.code == .exists)
        try test.clock.set("2026-05-02T09:00:00Z")
        #expect(try await client.reservations() == [two])
        // It has lapsed, and is given to nobody: it may stand in a file.
        let lapsed = await refusal { try await test.store.reserve(again, by: nil, tenant: test.custodian.rules.tenant) }
        #expect(lapsed?.code == .exists)
        for hours in [0, 8761, Int.max] {
            let error = await refusal { try await client.reserve(for: "x", hours: hours) }
            #expect(error?.code == .badRequest)
        }
    }

    @Test func aRunThatCameIsWaitedForNoMore() async throws {
        let test = try TestCustodian()
        try await test.begin()
        let reserved = try await client(test).reserve(for: "px1-detector", hours: 24)
        try test.clock.set("2026-05-01T20:00:00Z")
        var run = try TestCustodian.run(1, ended: "2026-05-01T19:00:00Z")
        run = SealedRun(summary: run.summary.renamed(reserved.pid), manifest: nil, folder: run.folder)
        let receipt = try await client(test, sealed: run).handOver(runAt: run.folder)
        #expect(receipt.pid == reserved.pid && receipt.isNew)
        #expect(try await client(test).reservations() == [])
    }

    @Test func whoRegistersNothingIsGivenNoIdentifier() async throws {
        let test = try TestCustodian()
        try await test.begin()
        let member = try await test.account("marie", email: "marie@example.org", teams: ["team-20260001"])
        let host = try await test.account("host", email: "host@example.org", [.ingestor], teams: ["team-20260001"])
        #expect(await refusal { try await client(test, member).reserve(for: "x", hours: 1) }?.code == .forbidden)
        #expect(await refusal { try await client(test, member).reservations() }?.code == .forbidden)
        let own = try await client(test, host).reserve(for: "x", hours: 1)
        #expect(own.holder == "x")
        // Of what waits for another's run nothing is told.
        let other = try await test.account("other", email: "other@example.org", [.ingestor], teams: ["team-b"])
        let others = try await client(test, other).reserve(for: "y", hours: 2)
        #expect(try await client(test, host).reservations() == [own])
        #expect(try await client(test, other).reservations() == [others])
        let curator = try await test.account("cleo", email: "cleo@example.org", [.curator])
        #expect(try await Set(client(test, curator).reservations().map(\.pid)) == [own.pid, others.pid])
    }

    @Test func aLeaseIsTakenRenewedAndGivenBack() async throws {
        let (test, run) = try await handedOver()
        let client = client(test)
        let lease = try await client.takeLease(on: "\(run.summary.pid)", holder: "job-1", hours: 2)
        #expect(try lease.folder == run.folder && lease.until == Timestamp("2026-05-09T15:00:00Z"))
        _ = try await client.takeLease(on: "\(run.summary.pid)", holder: "job-2", hours: 2)
        let renewed = try await client.takeLease(on: "\(run.summary.pid)", holder: "job-1", hours: 4)
        #expect(renewed.until == (try Timestamp("2026-05-09T17:00:00Z")))
        let owner = ClockOwner.session(TestCustodian.session)
        #expect(try await test.custodian.leasesHeld(of: owner) == 2)
        try await client.releaseLease(on: "\(run.summary.pid)", holder: "job-1")
        try await client.releaseLease(on: "\(run.summary.pid)", holder: "nobody")
        #expect(try await test.custodian.leasesHeld(of: owner) == 1)
        for hours in [0, 721] {
            let error = await refusal { try await client.takeLease(on: "\(run.summary.pid)", holder: "job-1", hours: hours) }
            #expect(error?.code == .badRequest)
        }
    }

    @Test func anAnswerHasWhatTheAskerMaySee() async throws {
        let (test, run) = try await handedOver()
        let found = try await client(test).search("technique:MX sample:lysozyme", after: nil, limit: 10)
        let one = try #require(found.runs.first)
        #expect(found.count == 1 && found.isExact && found.next == nil && found.zone == "Europe/Paris")
        #expect(one.pid == run.summary.pid && one.name == "run_1" && one.beamline == "PROXIMA-1" && one.state == "collecting")
        #expect(one.opens == "2029-05-10" && one.folder == run.folder && one.files == 1 && one.bytes == 1000)
        let outsider = try await test.account("otto", email: "otto@example.org")
        let nothing = try await client(test, outsider).search("", after: nil, limit: 10)
        #expect(nothing.runs.isEmpty && nothing.count == 0)
        let hidden = await refusal { try await client(test, outsider).takeLease(on: "\(run.summary.pid)", holder: "x", hours: 1) }
        #expect(hidden?.code == .notFound)
        let wrong = await refusal { try await client(test).search("enrgy:1..2keV", after: nil, limit: 10) }
        #expect(wrong?.code == .badRequest)
    }

    @Test func dataAreSharedHeldAndLiftedByWhoMay() async throws {
        let (test, run) = try await handedOver()
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        let pid = "\(run.summary.pid)"
        _ = try await test.account("paul", email: "paul@example.org")
        let irene = client(test, try await test.account("irene", email: "irene@example.org"))
        let until = try Timestamp("2026-06-01T00:00:00Z")
        let link = try await irene.share(pid, with: .link, until: until)
        let secret = try #require(link.secret)
        let holder = try await test.custodian.scope(of: .link(digest: digest(secret)))
        #expect(try await test.store.run(run.summary.pid, scope: holder).name == "run_1")
        #expect(try await irene.share(pid, with: .account("paul"), until: until).secret == nil)
        #expect(await refusal { try await irene.share(pid, with: .account("nobody"), until: until) }?.code == .notFound)

        #expect(await refusal { try await irene.hold(pid, on: .legal, reason: "x", review: "2027-01-01") }?.code == .clockRefuses)
        let held = try await client(test).hold(pid, on: .legal, reason: "a dispute", review: "2027-01-01")
        #expect(held.state == "held")
        #expect(await refusal { try await client(test).hold(pid, on: .legal, reason: "x", review: "soon") }?.code == .badRequest)
        let lifted = try await client(test).lift(pid, hold: nil, reason: "settled")
        #expect(lifted.state == "embargoed" && lifted.opens == "2029-05-10")
        #expect(await refusal { try await client(test).lift(pid, hold: nil, reason: "again") }?.code == .badRequest)
    }

    private func digest(_ secret: String) -> String {
        if case .link(let digest) = Secret(text: secret).holder { digest } else { "" }
    }

    private func handedOver() async throws -> (TestCustodian, SealedRun) {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        _ = try await test.custodian.register(run, by: .custodian)
        return (test, run)
    }
}

extension RunSummary {
    /// The same under another identifier.
    func renamed(_ pid: RunIdentifier, secondsLater: Double = 0) -> RunSummary {
        let later = { (time: Timestamp) in time.advanced(bySeconds: secondsLater) }
        return RunSummary(
            name: name, pid: pid, verdict: verdict, frames: frames,
            times: .init(
                armed: later(times.armed), firstFrame: times.firstFrame.map(later), lastFrame: times.lastFrame.map(later),
                sealed: later(times.sealed)), origin: origin, technique: technique, files: files, software: software)
    }
}
