import Custody
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// Results that somebody describes: they open with what they were made from, whatever date they have.
struct DescribedResultTests {
    private let long = "2020-01-01T12:00:00Z"

    private func described(_ inputs: [RunIdentifier], team: String = "team-20260001", proposal: String? = nil) throws
        -> DescribedRun
    {
        let date = Timestamp(try Instant(long))
        var run = DescribedRun(
            kind: .derived, label: "By hand", team: team, startedAt: date, endedAt: date, folder: "/data/by-hand-\(team)")
        run.proposal = proposal
        if !inputs.isEmpty {
            run.values = [
                try MetadataValue(
                    "scicat/inputDatasets", text: (["20.500.12345/elsewhere"] + inputs.map(\.description)).joined(separator: "\n")
                )
            ]
        }
        return run
    }

    private func host(_ sessions: TwoSessions, _ team: String) async throws -> Actor {
        try await sessions.test.account("host-\(team)", email: "host-\(team)@example.net", [.ingestor], teams: [team])
    }

    @Test func itOpensWithTheLastOfItsInputsAndMovesWithThem() async throws {
        let sessions = try await TwoSessions()
        let host = try await host(sessions, "team-20260001")
        let pid = try #require(try await sessions.custodian.describe(described([sessions.runs[0], sessions.runs[1]]), by: host))
        #expect(try await !sessions.reads(pid, nil))
        let followed = try await sessions.store.followedClocks(of: pid, tenant: sessions.tenant)
        #expect(Set(followed) == [.session(TestCustodian.session), .session(TwoSessions.second)])
        #expect(try await sessions.access(pid).opensAt == sessions.access(sessions.runs[1]).opensAt)
        // A year more for the first one: it is the last to open then.
        try await sessions.decide(
            .session(TestCustodian.session), by: sessions.member, .extensionAsked(reason: "thesis", proposal: .found))
        try await sessions.decide(.session(TestCustodian.session), .extensionGranted)
        #expect(try await sessions.access(pid).opensAt == sessions.access(sessions.runs[0]).opensAt)
        try sessions.test.clock.set("2029-06-10T00:00:00Z")
        _ = try await sessions.custodian.sweep()
        #expect(try await sessions.reads(sessions.runs[1], nil))
        #expect(try await !sessions.reads(pid, nil))
        try sessions.test.clock.set("2030-05-10T00:00:00Z")
        _ = try await sessions.custodian.sweep()
        #expect(try await sessions.reads(pid, nil))
        #expect(try await sessions.custodian.verifyAll().problems == [])
        #expect(try await sessions.custodian.recompute(mend: false).differences.isEmpty)
    }

    /// One input with a session, and one without.
    @Test(arguments: [0, 2]) func oneInputIsEnough(_ place: Int) async throws {
        let sessions = try await TwoSessions()
        let pid = try #require(try await sessions.custodian.describe(described([sessions.runs[place]]), by: .custodian))
        #expect(try await sessions.access(pid).opensAt == sessions.access(sessions.runs[place]).opensAt)
        #expect(try await !sessions.reads(pid, nil))
    }

    /// It belongs where its inputs are, whatever name its author has for that.
    @Test func anUnknownProposalBesideKnownInputsStaysAName() async throws {
        let sessions = try await TwoSessions()
        let host = try await host(sessions, "team-20260001")
        let pid = try #require(
            try await sessions.custodian.describe(described([sessions.runs[0]], proposal: "mistyped"), by: host))
        let run = try await sessions.store.run(pid, scope: .everything(tenant: sessions.tenant))
        #expect(run.origin.proposal == "20260001")
        #expect(try await sessions.access(pid).opensAt == sessions.access(sessions.runs[0]).opensAt)
    }

    /// Scripts go on naming what another catalogue had by its name there.
    @Test func anInputIsKnownByItsNameInAnotherCatalogue() async throws {
        let sessions = try await TwoSessions()
        let name = "20.500.12345/raw-of-long-ago"
        let ended = Timestamp(try Instant("2026-05-09T12:00:00Z"))
        var foreign = ForeignRun(
            name: try AlternateIdentifier(.scicat, name), kind: .raw, label: "Imported", verdict: .complete, startedAt: ended,
            endedAt: ended, files: ListedRunFiles([]), detail: "")
        foreign.proposal = "20260001"
        _ = try await sessions.custodian.enter(foreign, by: .custodian)
        let scope = ReaderScope.everything(tenant: sessions.tenant)
        let input = try #require(try await sessions.store.run(named: name, scope: scope))
        var result = try described([])
        result.values = [try MetadataValue(RunValueKeys.namedInputs, text: name)]
        let pid = try #require(try await sessions.custodian.describe(result, by: host(sessions, "team-20260001")))
        #expect(try await sessions.store.followedClocks(of: pid, tenant: sessions.tenant) == [.run(input)])
        #expect(try await !sessions.reads(pid, nil))
    }

    @Test func closedDataOfAnotherGroupHaveNoResultHere() async throws {
        let sessions = try await TwoSessions()
        let foreign = try await sessions.foreignRun()
        let host = try await host(sessions, "team-20260001")
        for actor in [host, .custodian] {
            let error = await refusal { try await sessions.custodian.describe(described([foreign]), by: actor) }
            #expect(error?.code == .forbidden && "\(error as Any)".contains("team-20260002") == false)
        }
        let both = await refusal {
            try await sessions.custodian.describe(described([sessions.runs[0], foreign]), by: .custodian)
        }
        #expect(both?.code == .badRequest)
        // Of what nobody may know the answer is that for what is not there: a clock of its own.
        try sessions.test.edit("UPDATE run SET listed = 0 WHERE name = 'run_7'")
        let pid = try #require(try await sessions.custodian.describe(described([foreign]), by: host))
        #expect(try await sessions.store.followedClocks(of: pid, tenant: sessions.tenant).isEmpty)
    }

    @Test func ofOpenDataTheGroupsOwnResultIsOpenAndAnothersHasItsOwnClock() async throws {
        let sessions = try await TwoSessions()
        try sessions.test.clock.set("2029-06-10T00:00:00Z")
        _ = try await sessions.custodian.sweep()
        let own = try #require(try await sessions.custodian.describe(described([sessions.runs[0]]), by: .custodian))
        #expect(try await sessions.reads(own, nil))
        var late = try described([sessions.runs[0]], team: "team-b")
        late.startedAt = Timestamp(try Instant("2029-06-01T12:00:00Z"))
        late.endedAt = late.startedAt
        let other = try #require(try await sessions.custodian.describe(late, by: .custodian))
        #expect(try await !sessions.reads(other, nil))
        #expect(try await sessions.opens(other) == "2032-06-11")
    }

    /// Also one that is dated long ago: it waits for its author's word, and nobody but the author's group has one.
    @Test func whatOthersMakeOfOpenDataIsTheirsUntilTheyOpenIt() async throws {
        let sessions = try await TwoSessions()
        try sessions.test.clock.set("2029-06-10T00:00:00Z")
        _ = try await sessions.custodian.sweep()
        let author = try await sessions.test.account("lise", email: "lise@example.net", teams: ["team-b"])
        let result = try described([sessions.runs[0]], team: "team-b")
        let pid = try #require(try await sessions.custodian.describe(result, by: host(sessions, "team-b")))
        #expect(try await !sessions.reads(pid, nil))
        #expect(try await !sessions.reads(pid, sessions.member))
        #expect(try await sessions.reads(pid, author))
        let release = EmbargoEvent.earlyReleaseAsked(licence: sessions.custodian.rules.policy.licence)
        for stranger in [sessions.member, sessions.outsider] {
            let error = await refusal { try await sessions.decide(.run(pid), by: stranger, release) }
            #expect(error?.code == .clockRefuses)
        }
        try await sessions.decide(.run(pid), by: author, release)
        try sessions.test.clock.set("2029-06-24T12:00:00Z")
        #expect(try await !sessions.reads(pid, nil))
        try sessions.test.clock.set("2029-06-25T12:00:00Z")
        #expect(try await sessions.reads(pid, nil))
        #expect(try await sessions.custodian.verifyAll().problems == [])
    }

    /// Of open inputs too: whoever pays for it opens it never.
    @Test func whatWasPaidForOpensWithNothing() async throws {
        let sessions = try await TwoSessions()
        _ = try await sessions.store.put(
            ProposalDescription(name: "20260003", kind: .proprietary, title: "Paid", team: "team-20260001", persons: []),
            tenant: sessions.tenant)
        try sessions.test.clock.set("2029-06-10T00:00:00Z")
        _ = try await sessions.custodian.sweep()
        let pid = try #require(
            try await sessions.custodian.describe(described([sessions.runs[0]], proposal: "20260003"), by: .custodian))
        #expect(try await !sessions.reads(pid, nil))
        #expect(try await !sessions.knows(pid))
    }

    /// Else a result would be described without an input, be open, and be given its closed data afterwards.
    @Test func noClosedInputIsNamedAfterwards() async throws {
        let sessions = try await TwoSessions()
        let host = try await host(sessions, "team-20260001")
        let pid = try #require(try await sessions.custodian.describe(described([sessions.runs[0]]), by: host))
        func amend(_ inputs: [RunIdentifier]) async -> CatalogueError? {
            await refusal {
                var amendment = RunAmendment()
                amendment.values = try described(inputs).values + [try MetadataValue("note", text: "\(inputs.count)")]
                return try await sessions.custodian.amend(pid, amendment, by: host)
            }
        }
        #expect(await amend([sessions.runs[0], sessions.runs[1]])?.code == .badRequest)
        // What it named stays named, and other things are changed.
        #expect(await amend([sessions.runs[0]]) == nil)
        #expect(await amend([]) == nil)
        try sessions.test.clock.set("2029-06-10T00:00:00Z")
        _ = try await sessions.custodian.sweep()
        #expect(await amend([sessions.runs[0], sessions.runs[1]]) == nil)
    }

    /// A group that no proposal is of has closed data too.
    @Test func aGroupWithoutAProposalMakesResultsOfItsOwnData() async throws {
        let sessions = try await TwoSessions()
        let host = try await host(sessions, "team-by-hand")
        let date = Timestamp(try Instant("2026-05-09T12:00:00Z"))
        let raw = DescribedRun(
            kind: .raw, label: "By hand", team: "team-by-hand", startedAt: date, endedAt: date, folder: "/data/by-hand")
        let input = try #require(try await sessions.custodian.describe(raw, by: host))
        var result = try described([input], proposal: nil)
        result.team = "team-by-hand"
        let pid = try #require(try await sessions.custodian.describe(result, by: host))
        #expect(try await !sessions.reads(pid, nil))
        #expect(try await sessions.store.followedClocks(of: pid, tenant: sessions.tenant) == [.run(input)])
        #expect(try await sessions.access(pid).opensAt == sessions.access(input).opensAt)
    }

    /// Times of a result are corrected, and move no clock of its inputs; where it belongs is not.
    @Test func aCorrectionOfItMovesNothing() async throws {
        let sessions = try await TwoSessions()
        let pid = try #require(try await sessions.custodian.describe(described([sessions.runs[0]]), by: .custodian))
        let opens = (try await sessions.access(pid).opensAt, try await sessions.opens(sessions.runs[0]))
        var amendment = RunAmendment()
        var correction = RunCorrection(reason: "the program's clock was wrong")
        correction.endedAt = Timestamp(try Instant("2026-05-30T12:00:00Z"))
        amendment.correction = correction
        try await sessions.custodian.correct(pid, amendment, by: .custodian)
        #expect(try await sessions.access(pid).opensAt == opens.0)
        #expect(try await sessions.opens(sessions.runs[0]) == opens.1)
        correction.team = "team-b"
        amendment.correction = correction
        let error = await refusal { try await sessions.custodian.correct(pid, amendment, by: .custodian) }
        #expect(error?.code == .clockRefuses)
        // Nor by a detour are closed inputs named.
        var values = RunAmendment()
        values.values = try described([sessions.runs[0], sessions.runs[1]]).values
        values.correction = RunCorrection(reason: "one was forgotten")
        let named = await refusal { try await sessions.custodian.correct(pid, values, by: .custodian) }
        #expect(named?.code == .badRequest)
        #expect(try await sessions.custodian.verifyAll().problems == [])
    }
}
