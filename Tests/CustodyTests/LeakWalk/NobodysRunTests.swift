import Custody
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// A run of which nobody knows whose it is: it has no team, and perhaps no beamline.
struct NobodysRunTests {
    /// Found by the walk over the server's routes: in SQL nobody's team is neither the reader's nor another's, and the program ended over it.
    @Test(arguments: [false, true]) func itIsReadByMembersAndStaffAsByOutsiders(hasBeamline: Bool) async throws {
        let test = try TestCustodian()
        try await test.begin()
        try test.clock.set("2026-05-09T13:00:00Z")
        let run = try TestCustodian.run(50, ended: "2020-05-09T12:00:00Z", proposal: nil, session: nil)
        _ = try await test.custodian.register(run, by: .system)
        if !hasBeamline { try test.edit("UPDATE run SET instrument = NULL") }
        for actor in [
            try await test.account("otto", email: "otto@example.org"),
            try await test.account("marie", email: "marie@example.org", teams: ["team-20260001"]),
            try await test.account("sue", email: "sue@example.org", [.staff], beamlines: ["SWING"]),
        ] {
            guard case .account(let account) = actor else { continue }
            let scope = try await test.custodian.scope(of: .account(account))
            let page = try await test.store.page(RunFilter(), scope: scope, after: nil, limit: 10, countLimit: 10)
            #expect(page.runs.map(\.pid) == [run.summary.pid] && page.runs.allSatisfy { $0.folder == nil }, "\(account.name)")
            let read = try await test.store.run(run.summary.pid, scope: scope)
            #expect(read.folder == nil && read.origin.team == nil)
            let events = try await test.store.history(of: run.summary.pid, scope: scope)
            #expect(!events.isEmpty && events.allSatisfy { $0.person == nil && $0.detail == nil })
        }
    }
}
