import Custody
import DataCite
import Diagnostics
import EmbargoClock
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// Who reads open data, and under which licence, is said by the policy under which they open: a facility's file that says something else tomorrow
/// opens nothing to more people, and closes nothing.
struct OpenAudienceTests {
    private func facility(_ test: TestCustodian, _ policy: EmbargoPolicy) -> Custodian {
        var rules = test.custodian.rules
        rules.policy = policy
        return Custodian(store: test.store, rules: rules, clock: test.clock)
    }

    /// A run that opened for everyone under CC-BY-4.0, and one that opened for the registered under CC0-1.0.
    private func catalogue() async throws -> (TwoSessions, forRegistered: SealedRun, CustodiansOfBoth) {
        let sessions = try await TwoSessions()
        let registered = facility(
            sessions.test, try EmbargoPolicy(version: "registered", access: .registered, licence: "CC0-1.0"))
        let run = try TestCustodian.run(9, ended: "2026-06-09T12:00:00Z", session: nil)
        _ = try await registered.register(run, by: .system)
        try sessions.test.clock.set("2029-06-20T00:00:00Z")
        return (sessions, run, CustodiansOfBoth(everyone: sessions.custodian, registered: registered))
    }

    struct CustodiansOfBoth {
        let everyone: Custodian
        let registered: Custodian
        var both: [Custodian] { [everyone, registered] }
    }

    private func reader(_ actor: Actor) throws -> Reader {
        guard case .account(let account) = actor else { throw CatalogueError(.badRequest, "An account is needed") }
        return .account(account)
    }

    private func read(_ custodian: Custodian, _ reader: Reader) async throws -> Set<String> {
        let scope = try await custodian.scope(of: reader)
        let page = try await custodian.store.page(RunFilter(), scope: scope, after: nil, limit: 100, countLimit: 100)
        #expect(page.count == .exactly(page.runs.count))
        let facets = try await custodian.store.facets(RunFilter(), scope: scope, limit: 100)
        #expect(facets.count == .exactly(page.runs.count))
        return Set(page.runs.map { "\($0.pid)" })
    }

    @Test func whatTheFileSaysTodayChangesNoReader() async throws {
        let (sessions, run, facility) = try await catalogue()
        let forAll = Set(sessions.runs.map { "\($0)" })
        let everything = forAll.union(["\(run.summary.pid)"])
        let account = try reader(sessions.outsider)
        // Before the sweep, and after it.
        for isSwept in [false, true] {
            if isSwept { _ = try await facility.everyone.sweep() }
            for custodian in facility.both {
                #expect(try await read(custodian, .anonymous) == forAll, "swept: \(isSwept)")
                #expect(try await read(custodian, account) == everything, "swept: \(isSwept)")
            }
        }
        #expect(try await facility.registered.verifyAll().problems == [])
    }

    @Test func eachTellsItsOwnLicence() async throws {
        let (sessions, run, facility) = try await catalogue()
        _ = try await facility.everyone.sweep()
        for (pid, licence, right) in [
            (sessions.runs[2], "cc-by-4.0", "openAccess"), (run.summary.pid, "cc0-1.0", "restrictedAccess"),
        ] {
            for custodian in facility.both {
                let scope = ReaderScope.everything(tenant: custodian.rules.tenant)
                let told = try await custodian.publicRecord("\(pid)").record.rightsList
                #expect(told.first { $0.rightsIdentifierScheme == "SPDX" }?.rightsIdentifier == licence)
                #expect(told.contains { $0.rights == right })
                #expect(try await custodian.store.run(pid, scope: scope).licence?.lowercased() == licence)
            }
        }
    }

    /// A result of both is for whom both are.
    @Test func aResultOfDataForTheRegisteredIsForThem() async throws {
        let (sessions, run, facility) = try await catalogue()
        let result = try TwoSessions.result(1, of: [sessions.runs[0], run.summary.pid], sealed: "2029-06-19T00:00:00Z")
        let pid = try await facility.everyone.register(result, by: .system).pid
        _ = try await facility.everyone.sweep()
        #expect(try await !read(facility.everyone, .anonymous).contains("\(pid)"))
        #expect(try await read(facility.everyone, reader(sessions.outsider)).contains("\(pid)"))
        #expect(try await facility.everyone.verifyAll().problems == [])
    }

    /// A decision brings a record that is not open to the new policy, its readers too.
    @Test func aPolicyThatIsAppliedSaysWhoWillRead() async throws {
        let (sessions, _, facility) = try await catalogue()
        try sessions.test.clock.set("2026-06-20T00:00:00Z")
        _ = try await facility.registered.recompute(mend: false, policyReason: "for the registered from now on")
        try sessions.test.clock.set("2029-06-20T00:00:00Z")
        #expect(try await read(facility.everyone, .anonymous).isEmpty)
        _ = try await facility.everyone.sweep()
        #expect(try await read(facility.everyone, .anonymous).isEmpty)
        #expect(try await facility.everyone.verifyAll().problems == [])
    }

    /// Who edits the column is found.
    @Test(arguments: [
        "UPDATE run SET for_registered = 0", "UPDATE clock SET for_registered = 0", "UPDATE clock SET licence = 'MIT'",
    ])
    func anEditIsFound(_ statement: String) async throws {
        let (sessions, _, facility) = try await catalogue()
        try sessions.test.edit("\(statement) WHERE for_registered = 1")
        #expect(try await facility.everyone.verifyAll().problems.isEmpty == false)
    }
}
