import Custody
import DataCite
import Diagnostics
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore
import TestSupport

struct CollectionTests {
    private func collect(_ session: SessionWithARun, _ runs: [RunIdentifier], by actor: Actor) async throws -> RunCollection {
        try await session.custodian.collect(runs, title: "Runs of the zqpaper", article: DOI("10.1107/S0"), by: actor)
    }

    @Test func aSelectionIsPublicAndItsTitleOpensWithItsRuns() async throws {
        let session = try await SessionWithARun()
        let made = try await collect(session, [session.pid], by: session.member)
        let inside = try await session.store.collection(made.pid, scope: session.scope(session.member))
        #expect(inside.title == "Runs of the zqpaper" && inside.runs == [session.pid])
        let outside = try await session.store.collection(made.pid, scope: session.scope(session.outsider))
        #expect(outside.title == nil && outside.runs == [session.pid] && outside.person == nil)
        #expect(outside.article?.description == "10.1107/s0" || outside.article?.description == "10.1107/S0")
        #expect(try await session.actions().last == "added-to-collection")
        try await session.open()
        let open = try await session.store.collections(scope: session.scope(session.outsider), limit: 10)
        #expect(open.map(\.title) == ["Runs of the zqpaper"])
        try await session.store.verifyHistory(of: session.pid, tenant: session.custodian.rules.tenant)
        #expect(try await session.problems(of: .collection) == [])
    }

    @Test func aRunThatNobodyMayKnowOfIsRefusedAndNothingIsWritten() async throws {
        let session = try await SessionWithARun()
        try session.test.clock.set("2026-06-01T08:00:00Z")
        let name = SessionName(proposal: "20260001", name: "2026-06")
        _ = try await session.custodian.openSession(
            name, instrument: "PROXIMA-1", begins: nil, plannedEnd: Timestamp("2026-06-10T06:00:00Z"), by: .custodian)
        try session.test.clock.set("2026-06-09T13:00:00Z")
        let hidden = try await session.custodian.register(
            TestCustodian.run(2, ended: "2026-06-09T12:00:00Z", session: "2026-06"), by: .custodian
        ).pid
        let ofTeam = await refusal { try await collect(session, [session.pid, hidden], by: session.member) }
        #expect(ofTeam?.code == .badRequest && ofTeam?.place == "\(hidden)")
        let absent = try TestCustodian.run(3, ended: "2026-06-09T12:00:00Z").summary.pid
        let first = await refusal { try await collect(session, [hidden], by: session.outsider) }
        let second = await refusal { try await collect(session, [absent], by: session.outsider) }
        #expect(first?.code == .notFound)
        #expect(first?.description.replacing("\(hidden)", with: "X") == second?.description.replacing("\(absent)", with: "X"))
        // What one may know of and not read is not selected either.
        #expect(await refusal { try await collect(session, [session.pid], by: session.outsider) }?.code == .forbidden)
        #expect(try await session.store.collections(scope: session.scope(.custodian), limit: 10) == [])
        #expect(try await session.actions().contains("added-to-collection") == false)
    }

    @Test func aSelectionOfNothingOrOfOneRunTwiceIsRefused() async throws {
        let session = try await SessionWithARun()
        #expect(await refusal { try await collect(session, [], by: session.member) }?.code == .badRequest)
        #expect(
            await refusal { try await collect(session, [session.pid, session.pid], by: session.member) }?.code == .badRequest)
    }

    @Test(.enabled(if: TestPython.isAvailable("datacite"), "\(TestPython.absence)"))
    func itsRecordHasPartEachRunAndItsTitleOnceAllIsOpen() async throws {
        let session = try await SessionWithARun()
        let made = try await collect(session, [session.pid], by: session.member)
        let closed = try await session.custodian.dataCiteRecord(ofCollection: made.pid, scope: session.scope(session.outsider))
        #expect(try DataCiteJudge.findings(closed) == "")
        #expect(closed.relatedIdentifiers.contains { $0.relationType == .hasPart && $0.relatedIdentifier == "\(session.pid)" })
        #expect(closed.publicationYear == 2029)
        #expect(try !closed.json().contains("zqpaper"))
        try await session.open()
        let open = try await session.custodian.dataCiteRecord(ofCollection: made.pid, scope: session.scope(session.outsider))
        #expect(try DataCiteJudge.findings(open) == "")
        #expect(try open.json().contains("zqpaper"))
    }

    @Test func anEditBehindOurBackIsFound() async throws {
        let session = try await SessionWithARun()
        _ = try await collect(session, [session.pid], by: session.member)
        try session.store.edit("UPDATE collection SET title = 'Another'")
        let report = try await session.custodian.verifyAll()
        #expect(report.problems.count == 1 && report.problems.first?.contains("collection") == true)
    }
}
