import Custody
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import TestCatalogue
import TestSupport
import Testing

/// What happened to a run, to whom it may be told.
struct HistoryDoorTests {
    private func path(_ pid: String) -> String { "/api/v4/datasets/\(pid.replacing("/", with: "%2F"))/history" }

    @Test func theTeamReadsWhoAndWhyAndEveryoneElseWhatAndWhenOnceItIsOpen() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let team = try await served.token("irma", teams: ["team-20260001"])
        let outsider = try await served.token("otto")
        let run = try RunIdentifier(pid)
        let scope = try await test.custodian.scope(of: .custodian)
        _ = try await test.custodian.mark(
            run, MarkDraft(.drop, frames: 1...2, reason: "zqreason"),
            by: .account(test.store.account("irma", tenant: scope.tenant)))

        let own = try await served.get(path(pid), token: team).objects()
        #expect(own.map { $0["action"] as? String } == ["registered", "session-closed", "marked"])
        #expect((own.last?["detail"] as? String)?.contains("zqreason") == true && own.last?["person"] is Int)
        for (before, link) in zip(own, own.dropFirst()) {
            #expect(before["digest"] as? String == link["previousDigest"] as? String)
        }
        for token in [outsider, nil] {
            let refused = try await served.get(path(pid), token: token)
            #expect(refused.status == 403 && !refused.text.contains("marked"))
        }
        try test.clock.set("2029-05-09T22:00:00Z")
        let open = try await served.get(path(pid), token: nil)
        #expect(open.status == 200 && !open.text.contains("zqreason"))
        let told = try open.objects()
        #expect(told.count == 3 && told.allSatisfy { $0["person"] is NSNull && $0["detail"] is NSNull })
    }

    @Test func whatNobodyMayKnowOfHasNoHistory() async throws {
        let (test, pid) = try await TestCustodian.collecting()
        let served = try await ServedCatalogue(test)
        let hidden = try await served.get(path(pid), token: nil)
        let absent = try await served.get(path("10.5072/000000003rj076"), token: nil)
        #expect(hidden.status == 404 && hidden.body == absent.body)
    }

    /// What was edited is not told as if nothing had been: the log says what is wrong.
    @Test func anEditedHistoryIsNotTold() async throws {
        let (test, pid) = try await TestCustodian.embargoed()
        let served = try await ServedCatalogue(test)
        let team = try await served.token("irma", teams: ["team-20260001"])
        try test.edit("UPDATE run SET title = 'another' WHERE pid = '\(pid)'")
        let answer = try await served.get(path(pid), token: team)
        #expect(answer.status == 503 && !answer.text.contains("registered"))
        #expect(served.log.text.contains("behind the catalogue's back"))
    }
}
