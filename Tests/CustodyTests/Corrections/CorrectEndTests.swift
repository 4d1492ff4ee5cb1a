import Custody
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// The end from which clocks are counted, corrected: by whom, of what, and what follows.
struct CorrectEndTests {
    private static func correct(
        _ sessions: TwoSessions, _ owner: ClockOwner = .session(TestCustodian.session), to end: String, by actor: Actor,
        reason: String = "the clock of the host was ahead"
    ) async throws -> Decision {
        try await sessions.custodian.correctEnd(of: owner, to: Timestamp(Instant(end)), reason: reason, by: actor)
    }

    @Test func aSessionsRunsAndTheResultsThatFollowItMoveWithIt() async throws {
        let sessions = try await TwoSessions()
        let mixed = try await sessions.hand(1, of: [sessions.runs[0], sessions.runs[1]]).pid
        let own = try await sessions.hand(2, of: [sessions.runs[0]]).pid
        #expect(try await sessions.opens(mixed) == "2029-06-10")
        let decision = try await Self.correct(
            sessions, .session(TwoSessions.second), to: "2026-07-31T23:30:00Z", by: sessions.curator)
        // In Paris that is the first of August.
        #expect(decision.record.dates.opening?.basis.anchor == (try LocalDate("2026-08-01")))
        #expect(try await sessions.opens(sessions.runs[1]) == "2029-08-02")
        #expect(try await sessions.opens(mixed) == "2029-08-02")
        #expect(try await sessions.opens(sessions.runs[0]) == "2029-05-10")
        #expect(try await sessions.opens(own) == "2029-05-10")
        let until = try Instant("2029-08-01T22:00:00Z").secondsSince1970
        #expect(try await sessions.access(mixed).closedUntil == until)
        #expect(try await sessions.access(sessions.runs[1]).closedUntil == until)
        let actions = { (run: RunIdentifier) in
            try await sessions.store.history(of: run, scope: .everything(tenant: sessions.tenant)).map(\.action)
        }
        #expect(try await actions(sessions.runs[1]).last == "anchor-corrected")
        #expect(try await actions(mixed).last == "anchor-corrected")
        #expect(try await !actions(sessions.runs[0]).contains("anchor-corrected"))
        let reads = try await sessions.custodian.recompute(mend: false)
        #expect(reads.looked > 2 && reads.differences.isEmpty)
        #expect(try await sessions.custodian.verifyAll().problems == [])
        // The day comes, and not before.
        try sessions.test.clock.set("2029-08-01T21:59:59Z")
        #expect(try await !sessions.reads(sessions.runs[1], nil))
        try sessions.test.clock.set("2029-08-01T22:00:00Z")
        #expect(try await sessions.reads(sessions.runs[1], nil))
        #expect(try await sessions.reads(mixed, nil))
    }

    @Test func aSealedRunsOwnClockMovesAndWhatItSaysOfItselfStays() async throws {
        let sessions = try await TwoSessions()
        let run = sessions.runs[2]
        #expect(try await sessions.opens(run) == "2029-04-02")
        _ = try await Self.correct(sessions, .run(run), to: "2025-05-10T12:00:00Z", by: sessions.curator)
        #expect(try await sessions.opens(run) == "2028-05-11")
        let record = try await sessions.store.run(run, scope: .everything(tenant: sessions.tenant))
        #expect(record.endedAt == Timestamp(try Instant("2026-04-01T12:00:00Z")))
        #expect(try await sessions.custodian.verifyAll().problems == [])
    }

    @Test func onlyACuratorMayAndGivesAReason() async throws {
        let sessions = try await TwoSessions()
        let staff = try await sessions.test.account("stan", email: "stan@example.net", [.staff], beamlines: ["PROXIMA-1"])
        let director = try await sessions.test.account("dora", email: "dora@example.net", [.director])
        let before = try await sessions.access(sessions.runs[0])
        for actor in [sessions.member, sessions.outsider, staff, director, .system] {
            let refused = await refusal { try await Self.correct(sessions, to: "2026-05-02T12:00:00Z", by: actor) }
            #expect(refused?.code == .clockRefuses && (refused?.cause as? ClockGuard)?.code == .notEntitled, "\(actor)")
        }
        for reason in ["", " \n\t", String(repeating: "x", count: 10_001)] {
            let refused = await refusal {
                try await Self.correct(sessions, to: "2026-05-02T12:00:00Z", by: sessions.curator, reason: reason)
            }
            #expect(refused?.code == .badRequest)
        }
        for (end, code) in [
            // The same day; what would open at once; what has not happened yet.
            ("2026-05-09T03:00:00Z", CatalogueErrorCode.clockRefuses), ("2022-01-01T00:00:00Z", .clockRefuses),
            ("2026-09-01T00:00:00Z", .badRequest),
        ] {
            #expect(await refusal { try await Self.correct(sessions, to: end, by: sessions.curator) }?.code == code, "\(end)")
        }
        #expect(try await sessions.access(sessions.runs[0]) == before)
    }

    @Test(arguments: ["2025-05-10T12:00:00Z", "2028-05-10T12:00:00Z"])
    func whatIsOpenStaysAsItIs(end: String) async throws {
        let sessions = try await TwoSessions()
        try sessions.test.clock.set("2029-05-09T22:00:00Z")
        // Before the sweep and after it.
        for isSwept in [false, true] {
            if isSwept { _ = try await sessions.custodian.sweep() }
            let refused = await refusal { try await Self.correct(sessions, to: end, by: sessions.curator) }
            #expect(refused?.code == .clockRefuses && (refused?.cause as? ClockGuard)?.code == .stateForbids)
            #expect(try await sessions.reads(sessions.runs[0], nil))
        }
        // A result that follows others has no clock to correct.
        let result = try await sessions.hand(1, of: [sessions.runs[0], sessions.runs[1]], sealed: "2029-05-20T00:00:00Z").pid
        let refused = await refusal { try await Self.correct(sessions, .run(result), to: end, by: sessions.curator) }
        #expect(refused?.remedy == "Decide on the runs that it was made from")
    }
}
