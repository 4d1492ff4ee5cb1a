import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore

/// Runs that are described before the catalogue has the proposal that they name: what is readable does not depend on which came first.
struct NamedProposalTests {
    static let team = "team-late"
    static let ended = "2026-05-02T12:00:00Z"

    private func proposal(_ kind: ProposalDescription.Kind, name: String = "late-1", team: String = team) -> ProposalDescription {
        ProposalDescription(
            name: name, kind: kind, title: "Found late", team: team,
            persons: [TeamPerson(.principalInvestigator, Person(familyName: "Noether", email: "emmy@example.org"))])
    }

    private func described(
        _ label: String, _ proposals: [String], of inputs: [RunIdentifier] = [], team: String = team, ended: String = ended
    ) throws -> DescribedRun {
        let end = Timestamp(try Instant(ended))
        var run = DescribedRun(
            kind: inputs.isEmpty ? .raw : .derived, label: label, team: team, startedAt: end, endedAt: end,
            folder: "/data/\(team)/\(label)")
        run.proposals = proposals
        if !inputs.isEmpty {
            run.values = [
                try MetadataValue(RunValueKeys.namedInputs, text: inputs.map(\.description).joined(separator: "\n"))
            ]
        }
        return run
    }

    private func enter(
        _ sessions: TwoSessions, _ run: DescribedRun
    ) async throws -> RunIdentifier { try #require(try await sessions.custodian.describe(run, by: .custodian)) }

    private func document(_ proposal: ProposalDescription) throws -> ProposalDocument {
        let text = """
            {"schema":"faisceau.proposals.1","proposals":[{"id":"\(proposal.name)","kind":"\(proposal.kind.rawValue)",\
            "title":"\(proposal.title)","team":"\(proposal.team)","persons":[{"role":"principal investigator",\
            "family_name":"Noether","email":"emmy@example.org"}],"sessions":[]}]}
            """
        return try ProposalDocument(json: Data(text.utf8))
    }

    private func bring(
        _ sessions: TwoSessions, _ proposal: ProposalDescription, by actor: Actor = .custodian
    ) async throws -> BroughtRuns {
        try #require(try await sessions.custodian.importProposals(document(proposal), by: actor).first).runs
    }

    private func origin(_ sessions: TwoSessions, _ pid: RunIdentifier) async throws -> RunOrigin {
        try await sessions.store.run(pid, scope: .everything(tenant: sessions.tenant)).origin
    }

    private func actions(_ sessions: TwoSessions, _ pid: RunIdentifier) async throws -> [String] {
        try await sessions.store.history(of: pid, scope: .everything(tenant: sessions.tenant)).map(\.action)
    }

    @Test func whatWasPaidForIsKnownToNobodyOutsideOnceItsProposalIs() async throws {
        let sessions = try await TwoSessions()
        let pid = try await enter(sessions, described("a", ["late-1"]))
        let other = try await enter(sessions, described("b", ["another"]))
        let none = try await enter(sessions, described("c", []))
        #expect(try await sessions.knows(pid))
        let report = try await bring(sessions, proposal(.proprietary))
        #expect(report.brought == 1 && report.stayPublic == 0 && report.ofNoProposal == 2)
        #expect(try await !sessions.knows(pid))
        #expect(try await !sessions.reads(pid, sessions.curator))
        let payer = try await sessions.test.account("emmy", email: "emmy@example.org")
        #expect(try await sessions.reads(pid, payer))
        #expect(try await origin(sessions, pid).proposal == "late-1")
        #expect(try await actions(sessions, pid) == ["described", "brought-under-proposal", "found-proprietary"])
        for each in [other, none] { #expect(try await sessions.knows(each)) }
        // However long it lies.
        try sessions.test.clock.set("2040-01-01T00:00:00Z")
        _ = try await sessions.custodian.sweep()
        #expect(try await !sessions.reads(pid, sessions.outsider))
        #expect(try await sessions.custodian.verifyAll().problems == [])
        #expect(try await sessions.custodian.recompute(mend: false).differences.isEmpty)
    }

    @Test func theSameAgainChangesNothing() async throws {
        let sessions = try await TwoSessions()
        let pid = try await enter(sessions, described("a", ["late-1"]))
        #expect(try await bring(sessions, proposal(.proprietary)).brought == 1)
        let before = try await actions(sessions, pid)
        #expect(try await bring(sessions, proposal(.proprietary)) == BroughtRuns())
        #expect(try await actions(sessions, pid) == before)
    }

    @Test func publicWorkKeepsItsClockAndIsItsProposals() async throws {
        let sessions = try await TwoSessions()
        let pid = try await enter(sessions, described("a", ["late-1"]))
        let opens = try await sessions.opens(pid)
        #expect(try await bring(sessions, proposal(.public)).brought == 1)
        #expect(try await sessions.opens(pid) == opens)
        #expect(try await sessions.knows(pid))
        #expect(try await origin(sessions, pid).proposal == "late-1")
        #expect(try await sessions.custodian.record(of: .run(pid)).proposal?.title == "Found late")
        #expect(try await actions(sessions, pid) == ["described", "brought-under-proposal"])
        #expect(try await sessions.custodian.verifyAll().problems == [])
    }

    @Test func openStaysOpenAndIsReported() async throws {
        let sessions = try await TwoSessions()
        let old = try await enter(sessions, described("a", ["late-1"], ended: "2020-01-01T12:00:00Z"))
        #expect(try await sessions.reads(old, nil))
        let report = try await bring(sessions, proposal(.proprietary))
        #expect(report == BroughtRuns(stayPublic: 1))
        #expect(try await sessions.reads(old, nil))
        // Nothing of the proposal is told beside it.
        #expect(try await origin(sessions, old).proposal == nil)
    }

    /// Another team's runs may name what they like.
    @Test func anotherTeamsRunsStayWhatTheyAre() async throws {
        let sessions = try await TwoSessions()
        let pid = try await enter(sessions, described("a", ["late-1"], team: "team-other"))
        #expect(try await bring(sessions, proposal(.proprietary)) == BroughtRuns())
        #expect(try await sessions.knows(pid))
        // Until the facility says whose the proposal is.
        #expect(try await bring(sessions, proposal(.proprietary, team: "team-other")).brought == 1)
        #expect(try await !sessions.knows(pid))
    }

    /// A result follows its inputs; of what was paid for, and was not before it was known, it is taken off them, and what was made of it too.
    @Test func resultsOfItAreHiddenWithIt() async throws {
        let sessions = try await TwoSessions()
        let free = try await enter(sessions, described("free", []))
        let raw = try await enter(sessions, described("a", ["late-1"]))
        let follower = try await enter(sessions, described("follower", [], of: [raw]))
        let result = try await enter(sessions, described("result", ["late-1"], of: [free]))
        let further = try await enter(sessions, described("further", [], of: [result]))
        #expect(try await bring(sessions, proposal(.proprietary)).brought == 2)
        for pid in [raw, follower, result, further] { #expect(try await !sessions.knows(pid)) }
        #expect(try await sessions.knows(free))
        #expect(try await sessions.store.followedClocks(of: result, tenant: sessions.tenant).isEmpty)
        let history = try await sessions.store.history(of: result, scope: .everything(tenant: sessions.tenant))
        #expect(history.last?.detail?.contains(#""clock":"own""#) == true)
        try sessions.test.clock.set("2040-01-01T00:00:00Z")
        _ = try await sessions.custodian.sweep()
        #expect(try await sessions.reads(free, nil))
        for pid in [raw, follower, result, further] { #expect(try await !sessions.knows(pid)) }
        #expect(try await sessions.custodian.verifyAll().problems == [])
        #expect(try await sessions.custodian.recompute(mend: false).differences.isEmpty)
    }

    @Test(arguments: [ProposalDescription.Kind.public, .proprietary, .inHouse])
    func whichCameFirstDoesNotMatter(_ kind: ProposalDescription.Kind) async throws {
        var known: [[Bool]] = []
        for isImportedFirst in [true, false] {
            let sessions = try await TwoSessions()
            if isImportedFirst { _ = try await bring(sessions, proposal(kind)) }
            let raw = try await enter(sessions, described("raw", ["late-1"]))
            let result = try await enter(sessions, described("result", ["late-1"], of: [raw]))
            let follower = try await enter(sessions, described("follower", ["late-1"], of: [result]))
            let second = try await enter(sessions, described("second", ["unheard-of", "late-1"]))
            if !isImportedFirst { _ = try await bring(sessions, proposal(kind)) }
            let payer = try await sessions.test.account("emmy", email: "emmy@example.org")
            var seen: [Bool] = []
            for time in ["2026-07-01T00:00:00Z", "2030-01-01T00:00:00Z"] {
                try sessions.test.clock.set(time)
                _ = try await sessions.custodian.sweep()
                for pid in [raw, result, follower, second] {
                    seen.append(try await sessions.knows(pid))
                    for reader in [nil, sessions.outsider, sessions.curator, payer] {
                        seen.append(try await sessions.reads(pid, reader))
                    }
                    #expect(try await origin(sessions, pid).proposal == "late-1")
                }
            }
            known.append(seen)
            #expect(try await sessions.custodian.verifyAll().problems == [])
        }
        #expect(known[0] == known[1])
        #expect(known[0].contains(true) && known[0].contains(false))
    }

    @Test func harvestersAreNotEvenToldThatItIsGone() async throws {
        let sessions = try await TwoSessions()
        let pid = try await enter(sessions, described("a", ["late-1"]))
        func offered() async throws -> [String] {
            sessions.test.clock.advance(seconds: 3600)
            return try await sessions.custodian.harvest(HarvestQuestion()).records.map(\.pid)
        }
        let before = try await offered()
        #expect(before.contains(pid.description))
        _ = try await bring(sessions, proposal(.proprietary))
        let after = try await offered()
        #expect(after == before.filter { $0 != pid.description })
        #expect(try sessions.store.texts("SELECT pid FROM harvest JOIN run ON run.id = record WHERE harvest.kind = 1").count == 3)
    }

    /// Of a run that names nothing the custodian says whose it is; curators know nothing of it, before and after.
    @Test func whatNamesNothingIsMadeItsByACorrection() async throws {
        let sessions = try await TwoSessions()
        let pid = try await enter(sessions, described("a", []))
        let open = try await enter(sessions, described("b", [], ended: "2020-01-01T12:00:00Z"))
        #expect(try await bring(sessions, proposal(.proprietary)).ofNoProposal == 2)
        var correction = RunCorrection(reason: "the beamline forgot to say so")
        correction.proposal = "late-1"
        let amendment = RunAmendment(correction)
        let error = await refusal { try await sessions.custodian.correct(pid, amendment, by: sessions.curator) }
        #expect(error?.code == .badRequest && "\(error as Any)".contains("no such proposal"))
        try await sessions.custodian.correct(pid, amendment, by: .custodian)
        #expect(try await !sessions.knows(pid))
        #expect(try await origin(sessions, pid).proposal == "late-1")
        let refused = await refusal { try await sessions.custodian.correct(open, amendment, by: .custodian) }
        #expect(refused?.code == .clockRefuses)
        #expect(try await sessions.custodian.verifyAll().problems == [])
    }

    /// Between the moment at which its author looked and that at which it is written.
    @Test func aRunIsNotWrittenBesideAProposalThatWasImportedMeanwhile() async throws {
        let sessions = try await TwoSessions()
        _ = try await bring(sessions, proposal(.proprietary))
        let end = Timestamp(try Instant(Self.ended))
        var run = RunHandOver(
            tenant: sessions.tenant, pid: try TestCustodian.run(9, ended: Self.ended).summary.pid, kind: .raw, name: "late",
            verdict: .complete,
            origin: RunOrigin(team: Self.team), startedAt: end, endedAt: end, folder: "/data/late", keywords: [], values: [],
            clock: .own(
                try EmbargoRecord(
                    registering: .run(ended: RunEnd(at: Instant(end), in: sessions.custodian.rules.zone)),
                    policy: sessions.custodian.rules.policy, by: Author(person: "system", role: .system), at: Instant(end),
                    in: sessions.custodian.rules.zone)),
            event: EventDraft(action: RunAmendment.action, at: end))
        run.persons.texts[.proposalIds] = ["late-1"]
        let error = await refusal { [run] in try await sessions.store.handOver(run) }
        #expect(error?.code == .changedMeanwhile)
    }
}
