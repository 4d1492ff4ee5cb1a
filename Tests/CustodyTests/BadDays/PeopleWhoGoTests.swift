import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// A person who leaves, a principal investigator who dies, a proposal of nobody, a run that comes before its proposal, a PID that exists.
struct PeopleWhoGoTests {
    private static let owner = ClockOwner.session(TestCustodian.session)
    private static let ask = EmbargoEvent.extensionAsked(reason: "the thesis", proposal: .found)

    private func embargoed(_ persons: [TeamPerson]? = nil) async throws -> TestCustodian {
        let test = try TestCustodian()
        try await test.begin()
        if let persons { try await put(persons, test) }
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(TestCustodian.run(1, ended: "2026-05-09T12:00:00Z"), by: .system)
        try await test.custodian.closeSession(TestCustodian.session, by: .custodian)
        return test
    }

    private func put(_ persons: [TeamPerson], _ test: TestCustodian) async throws {
        _ = try await test.store.put(
            ProposalDescription(
                name: "20260001", kind: .public, title: "Structure of a protein", team: "team-20260001", persons: persons),
            tenant: test.custodian.rules.tenant)
    }

    private func person(_ role: TeamPerson.Role, _ name: String) -> TeamPerson {
        TeamPerson(role, Person(familyName: name, email: "\(name)@example.org"))
    }

    private func decide(
        _ test: TestCustodian, _ actor: Actor, votes: (inFavour: Int, of: Int)? = nil, _ event: EmbargoEvent
    ) async -> CatalogueError? {
        await refusal {
            try await test.custodian.decide(Self.owner, by: actor, votes: votes) { _ throws(CatalogueError) in event }
        }
    }

    @Test func whoLeavesTheProposalReadsNoMore() async throws {
        let test = try await embargoed([person(.principalInvestigator, "irene"), person(.member, "jean")])
        let member = try await test.account("jean", email: "jean@example.org")
        guard case .account(let account) = member else { return }
        let pid = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z").summary.pid
        let before = try await test.custodian.scope(of: .account(account))
        _ = try await test.store.run(pid, scope: before)
        try await put([person(.principalInvestigator, "irene")], test)
        let after = try await test.custodian.scope(of: .account(account))
        let error = await refusal { try await test.store.run(pid, scope: after) }
        #expect(error?.code == .forbidden)
        let refused = await decide(test, member, .earlyReleaseAsked(licence: "CC-BY-4.0"))
        #expect(refused?.code == .clockRefuses)
        // What was decided while they were there stays.
        try await test.store.verifyClock(of: Self.owner, tenant: test.custodian.rules.tenant)
    }

    @Test func theRightsPassDownWhenThosePeopleCanNoLongerDecide() async throws {
        let test = try await embargoed([
            person(.principalInvestigator, "irene"), person(.mainProposer, "paul"), person(.member, "jean"),
            person(.member, "marie"), person(.member, "pierre"), person(.member, "hélène"),
        ])
        let proposer = try await test.account("paul", email: "paul@example.org")
        let member = try await test.account("jean", email: "jean@example.org")
        let curator = try await test.account("cleo", email: "cleo@example.org", [.curator])
        let other = try await test.account("carl", email: "carl@example.org", [.curator])
        func passed(to holder: RightHolder) async {
            #expect(await decide(test, curator, .rightsPassed(to: holder, reason: "death")) == nil)
        }
        func refuse() async { #expect(await decide(test, other, .extensionRefused(reason: "next")) == nil) }

        #expect(await decide(test, proposer, Self.ask)?.code == .clockRefuses)
        #expect(await decide(test, member, .rightsPassed(to: .mainProposer, reason: "death"))?.code == .clockRefuses)
        await passed(to: .mainProposer)
        #expect(await decide(test, member, votes: (3, 4), Self.ask)?.code == .clockRefuses)
        #expect(await decide(test, proposer, Self.ask) == nil)
        await refuse()
        await passed(to: .teamMajority)
        #expect(await decide(test, member, Self.ask)?.code == .clockRefuses)
        #expect(await decide(test, member, votes: (2, 4), Self.ask)?.code == .clockRefuses)
        // Of those whom the proposal names, and not of those who came.
        #expect(await decide(test, member, votes: (2, 2), Self.ask)?.code == .badRequest)
        #expect(await decide(test, member, votes: (3, 5), Self.ask)?.code == .badRequest)
        #expect(await decide(test, member, votes: (3, 4), Self.ask) == nil)
        await refuse()
        #expect(await decide(test, curator, Self.ask)?.code == .clockRefuses)
        await passed(to: .facility)
        #expect(await decide(test, curator, Self.ask) == nil)
        #expect(await decide(test, curator, .extensionGranted)?.code == .clockRefuses)
        #expect(await decide(test, other, .extensionGranted) == nil)
    }

    @Test func aProposalWithoutPersonsHasNoTeamThatReadsOrAsks() async throws {
        let test = try await embargoed([])
        let stranger = try await test.account("irene", email: "irene@example.org")
        #expect(await decide(test, stranger, Self.ask)?.code == .clockRefuses)
        let curator = try await test.account("cleo", email: "cleo@example.org", [.curator])
        #expect(await decide(test, curator, .rightsPassed(to: .facility, reason: "there is nobody")) == nil)
        #expect(await decide(test, curator, Self.ask) == nil)
    }

    @Test func aRunThatCameBeforeItsProposalIsTheSameRunAfterIt() async throws {
        let test = try TestCustodian()
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        let refused = await refusal { try await test.custodian.register(run, by: .system) }
        #expect(refused?.code == .proposalUnknown)
        #expect(refused?.isRetryable == true)
        let first = try await test.custodian.register(run, by: .system, withUnknownProposal: true)
        try await test.begin()
        let second = try await test.custodian.register(run, by: .system)
        #expect(first.isNew && !second.isNew)
        #expect(second.owner == .run(run.summary.pid))
    }

    @Test func aPIDThatExistsWithAnotherContentIsRefusedAndSaysNothingOfIt() async throws {
        let test = try await embargoed()
        let first = try TestCustodian.run(1, ended: "2026-05-09T12:00:00Z")
        let another = try TestCustodian.run(2, ended: "2026-05-08T12:00:00Z", proposal: nil, session: nil)
        let summary = RunSummary(
            name: "another", pid: first.summary.pid, verdict: .complete, frames: another.summary.frames,
            times: another.summary.times, files: another.summary.files, software: another.summary.software)
        let error = await refusal {
            try await test.custodian.register(SealedRun(summary: summary, manifest: nil, folder: "/data/x"), by: .system)
        }
        #expect(error?.code == .contentDiffers)
        var told = ""
        dump(error, to: &told)
        for word in ["run_1", "Crystal", "lysozyme", "/data", "team", "20260001"] { #expect(!told.contains(word), "\(told)") }
        let scope = ReaderScope.everything(tenant: test.custodian.rules.tenant)
        let kept = try await test.store.run(first.summary.pid, scope: scope)
        #expect(kept.name == "run_1")
        try await test.store.verifyHistory(of: first.summary.pid, tenant: test.custodian.rules.tenant)
        let owner = try await test.store.clockOwner(of: first.summary.pid, tenant: test.custodian.rules.tenant)
        #expect(owner == Self.owner)
    }
}
