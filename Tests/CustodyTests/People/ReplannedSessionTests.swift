import Custody
import Diagnostics
import EmbargoClock
import Foundation
import RunCatalogue
import RunModel
import TestCatalogue
import Testing

/// Beam time that is moved: the user office says it, and the catalogue follows while the session collects.
struct ReplannedSessionTests {
    private static func document(ends: String, begins: String? = nil, kind: String = "public") throws -> ProposalDocument {
        let begins = begins.map { #""begins": "\#($0)", "# } ?? ""
        return try ProposalDocument(
            json: Data(
                """
                {"schema": "faisceau.proposals.1", "proposals": [
                  {"id": "20260009", "kind": "\(kind)", "title": "Moved",
                   "persons": [{"role": "principal investigator", "family_name": "Curie", "email": "irene@example.org"}],
                   "sessions": [{"name": "s1", "beamline": "PROXIMA-1", \(begins)"ends": "\(ends)"}]}]}
                """.utf8))
    }

    private static let name = SessionName(proposal: "20260009", name: "s1")

    private static func imported(_ document: ProposalDocument, _ test: TestCustodian) async throws -> ProposalImportReport {
        try #require(try await test.custodian.importProposals(document, by: .custodian).first)
    }

    @Test func aSessionThatCollectsIsPlannedAnew() async throws {
        let test = try TestCustodian()
        let tenant = test.custodian.rules.tenant
        #expect(try await Self.imported(Self.document(ends: "2026-05-10T06:00:00Z"), test).opened.count == 1)
        try test.clock.set("2026-05-09T13:00:00Z")
        _ = try await test.custodian.register(
            TestCustodian.run(1, ended: "2026-05-09T12:00:00Z", proposal: "20260009", session: "s1"), by: .system)
        let moved = try Self.document(ends: "2026-06-20T06:00:00Z", begins: "2026-05-08T06:00:00Z")
        #expect(try await Self.imported(moved, test).replanned == [Self.name])
        let session = try await test.store.session(Self.name, tenant: tenant)
        #expect(
            try session.plannedEnd == Timestamp("2026-06-20T06:00:00Z") && session.begins == Timestamp("2026-05-08T06:00:00Z"))
        // The same document changes nothing.
        let again = try await Self.imported(moved, test)
        #expect(again.replanned == [] && again.notes == [])
        let events = try await test.store.history(of: .session(Self.name), tenant: tenant)
        #expect(events.map(\.action) == ["entered", "planned"])
        // A week after the plan that was it still collects; it closes itself a week after the one that is.
        try test.clock.set("2026-05-18T06:00:00Z")
        _ = try await test.custodian.sweep()
        #expect(
            try await test.store.clock(of: .session(Self.name), tenant: tenant).status(at: test.clock.reading().wall).state
                == .collecting)
        try test.clock.set("2026-06-27T07:00:00Z")
        _ = try await test.custodian.sweep()
        let record = try await test.store.clock(of: .session(Self.name), tenant: tenant)
        #expect(record.status(at: test.clock.reading().wall).state == .embargoed(extensions: 0))
        // Closed, it stays as it was planned, and who imports is told.
        let late = try await Self.imported(Self.document(ends: "2026-07-20T06:00:00Z"), test)
        #expect(late.replanned == [] && late.notes.count == 1)
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    /// It has no clock, and is planned all the same.
    @Test func aSessionOfPaidWorkIsPlannedAnew() async throws {
        let test = try TestCustodian()
        _ = try await Self.imported(Self.document(ends: "2026-05-10T06:00:00Z", kind: "proprietary"), test)
        let moved = try Self.document(ends: "2026-06-20T06:00:00Z", kind: "proprietary")
        #expect(try await Self.imported(moved, test).replanned == [Self.name])
        #expect(try await Self.imported(moved, test).replanned == [])
        #expect(try await test.custodian.verifyAll().problems == [])
    }

    @Test func anEndBeforeTheBeginningIsRefusedAndNothingMoves() async throws {
        let test = try TestCustodian()
        _ = try await Self.imported(Self.document(ends: "2026-05-10T06:00:00Z", begins: "2026-05-08T06:00:00Z"), test)
        let error = await refusal { try await Self.imported(Self.document(ends: "2026-05-01T06:00:00Z"), test) }
        #expect(error?.code == .badRequest)
        let session = try await test.store.session(Self.name, tenant: test.custodian.rules.tenant)
        #expect(try session.plannedEnd == Timestamp("2026-05-10T06:00:00Z"))
    }
}
