import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport

/// Two closed sessions of the invented facility with a run each, the second a month after the first; a run without a session; and people.
struct TwoSessions {
    static let second = SessionName(proposal: "20260001", name: "2026-06")
    static let foreign = SessionName(proposal: "20260002", name: "2026-06")
    let test: TestCustodian
    let member: Actor
    let outsider: Actor
    let curator: Actor
    /// Of the first session, of the second, of none.
    let runs: [RunIdentifier]

    var custodian: Custodian { test.custodian }
    var store: any CatalogueStore { test.store }
    var tenant: String { custodian.rules.tenant }

    init() async throws {
        test = try TestCustodian()
        try await test.begin()
        let custodian = test.custodian
        _ = try await custodian.openSession(
            Self.second, instrument: "PROXIMA-1", begins: nil, plannedEnd: Timestamp(try Instant("2026-06-10T06:00:00Z")),
            by: .custodian)
        member = try await test.account("irene", email: "irene@example.org")
        outsider = try await test.account("otto", email: "otto@example.org")
        curator = try await test.account("cleo", email: "cleo@example.org", [.curator])
        try test.clock.set("2026-06-09T13:00:00Z")
        runs = [
            try await custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system).pid,
            try await custodian.register(TestCustodian.run(2, ended: "2026-06-09T12:00:00Z", session: "2026-06"), by: .system)
                .pid,
            try await custodian.register(TestCustodian.run(3, ended: "2026-04-01T12:00:00Z", session: nil), by: .system).pid,
        ]
        for session in [TestCustodian.session, Self.second] { try await custodian.closeSession(session, by: .custodian) }
    }

    /// A run of another team, in a closed session of its own.
    func foreignRun() async throws -> RunIdentifier {
        _ = try await store.put(
            ProposalDescription(
                name: "20260002", kind: .public, title: "Another protein", team: "team-20260002",
                persons: [TeamPerson(.principalInvestigator, Person(familyName: "Otto", email: "otto@example.org"))]),
            tenant: tenant)
        _ = try await custodian.openSession(
            Self.foreign, instrument: "PROXIMA-1", begins: nil, plannedEnd: Timestamp(try Instant("2026-06-10T06:00:00Z")),
            by: .custodian)
        let run = try TestCustodian.run(7, ended: "2026-06-08T12:00:00Z", proposal: "20260002", session: "2026-06")
        let pid = try await custodian.register(run, by: .system).pid
        try await custodian.closeSession(Self.foreign, by: .custodian)
        return pid
    }

    /// A reduction of runs, as the program seals one: it ends when it is sealed.
    static func result(_ number: Int, of inputs: [RunIdentifier?], sealed: String) throws -> SealedRun {
        var generator = SeededGenerator(seed: UInt64(number) + 1000)
        let time = Timestamp(try Instant(sealed))
        let summary = RunSummary(
            name: "result_\(number)", pid: try RunIdentifier.draw(prefix: "10.5072", using: &generator), verdict: .complete,
            frames: FrameCounts(expected: 10, received: 10, written: 10),
            times: .init(armed: time.advanced(bySeconds: -60), sealed: time),
            technique: "MX", files: [try FileEntry(path: "result.h5", role: .master, bytes: 1000)],
            derivation: .init(
                method: "azimuthal integration",
                inputs: inputs.enumerated().map { .init(path: "/data/run_\($0)", pid: $1, identity: "sha256:\($0)") }),
            software: .init(name: "faisceau", version: "0"))
        return SealedRun(summary: summary, manifest: nil, folder: "/data/result_\(number)")
    }

    func hand(_ number: Int, of inputs: [RunIdentifier?], sealed: String = "2026-08-01T10:00:00Z") async throws
        -> RegistrationReceipt
    {
        if test.clock.reading().wall < (try Instant(sealed)) { try test.clock.set(sealed) }
        return try await custodian.register(Self.result(number, of: inputs, sealed: sealed), by: .system)
    }

    func access(_ pid: RunIdentifier) async throws -> RunAccess {
        try await store.run(pid, scope: .everything(tenant: tenant)).access
    }

    func reads(_ pid: RunIdentifier, _ actor: Actor?) async throws -> Bool {
        var reader = Reader.anonymous
        if case .account(let account) = actor { reader = .account(account) }
        let scope = try await custodian.scope(of: reader)
        let refused = await refusal { try await store.run(pid, scope: scope) }
        guard let refused else { return true }
        guard [.notFound, .forbidden].contains(refused.code) else { throw refused }
        return false
    }

    func knows(_ pid: RunIdentifier) async throws -> Bool {
        let scope = try await custodian.scope(of: .anonymous)
        return await refusal { try await store.shortRecord(of: pid, scope: scope) } == nil
    }

    func opens(_ pid: RunIdentifier) async throws -> String? {
        let owner = try await store.clockOwner(of: pid, tenant: tenant)
        return try await store.clock(of: owner, tenant: tenant).dates.opening.map { "\($0.opens.day)" }
    }

    func decide(_ owner: ClockOwner, by actor: Actor? = nil, _ event: EmbargoEvent) async throws {
        try await custodian.decide(owner, by: actor ?? curator) { _ throws(CatalogueError) in event }
    }
}
