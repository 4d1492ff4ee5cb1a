import Custody
import Diagnostics
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestSupport
import TestCatalogue
import Testing

/// Instruments, samples, plans and collections have histories as every other record has.
struct HoldingsHistoryTests {
    /// One of each, the instrument changed once.
    static func everything() async throws -> SessionWithARun {
        let session = try await SessionWithARun()
        for text in [InstrumentTests.text, InstrumentTests.text.replacing("M1", with: "M2")] {
            let document = try InstrumentDocument(text: text, file: "i.yaml")
            _ = try await session.custodian.importInstrument(document, name: "PROXIMA-1", by: .custodian)
        }
        _ = try await session.custodian.importSamples(SampleDocument(json: Data(SampleTests.text.utf8)), by: session.member)
        _ = try await session.custodian.importPlan(
            PlanDocument(json: Data(PlanTests.text.utf8)), proposal: "20260001", by: session.member)
        _ = try await session.custodian.collect([session.pid], title: "Runs", article: DOI("10.1107/S0"), by: session.member)
        return session
    }

    @Test func eachTellsWhatHappenedToIt() async throws {
        let session = try await Self.everything()
        let tenant = session.custodian.rules.tenant
        #expect(try await session.custodian.verifyAll().problems == [])
        let igsn = try await session.store.sampleIdentifier(of: session.pid, tenant: tenant)?.description
        let collections = try await session.store.collections(scope: session.scope(.custodian), limit: 9)
        let subjects: [(HistorySubject, [String])] = [
            (.instrument("PROXIMA-1"), ["registered", "changed"]), (.sample(igsn: try #require(igsn)), ["registered"]),
            (.plan("https://doi.org/10.5072/plan"), ["registered"]),
            (.collection("\(try #require(collections.first).pid)"), ["registered"]),
        ]
        for (subject, actions) in subjects {
            #expect(try await session.store.history(of: subject, tenant: tenant).map(\.action) == actions, "\(subject)")
            try await session.store.verifyHistory(of: subject, tenant: tenant)
        }
        // Every link is in the next checkpoint.
        let lines = String(decoding: try await session.store.links(after: -1, through: nil, withLines: true).lines, as: UTF8.self)
        for line in ["instrument 1 1 ", "instrument 1 2 ", "sample 1 1 ", "plan 1 1 ", "collection 1 1 "] {
            #expect(lines.split(separator: "\n").filter { $0.hasPrefix(line) }.count == 1, "\(line)")
        }
    }

    @Test(arguments: [
        ("UPDATE instrument SET document = replace(document, 'M2', 'M3')", "The record was edited", "instrument 1, 'PROXIMA-1'"),
        ("UPDATE sample SET igsn = '10.5072/other'", "The record was edited", "sample 1, 'lysozyme'"),
        ("UPDATE management_plan SET modified_at = 1", "The record was edited", "plan 1, 'https://doi.org/10.5072/plan'"),
        ("UPDATE collection SET title = 'Others'", "The record was edited", "collection 1, '10.5072/"),
        ("DELETE FROM collection_member", "The record was edited", "collection 1, '10.5072/"),
        ("DELETE FROM management_plan", "The record was deleted", "plan 1"),
        (
            "DROP TRIGGER event_is_not_deleted; DELETE FROM event WHERE kind = 'instrument' AND number = 2",
            "The end of the history is missing", "instrument 1, 'PROXIMA-1'"
        ),
        (
            "DROP TRIGGER event_is_not_changed; UPDATE event SET person = 1 WHERE kind = 'sample'", "Link 1 of the history",
            "sample 1, 'lysozyme'"
        ),
        ("DELETE FROM history WHERE kind = 'collection'", "The end of the history is missing", "collection 1, '10.5072/"),
    ])
    func anEditBehindOurBackIsFoundAndNamed(_ edit: String, _ finding: String, _ place: String) async throws {
        let session = try await Self.everything()
        try session.test.edit(edit)
        let problems = try await session.custodian.verifyAll().problems
        let problem = try #require(problems.first, "\(edit): nothing was found")
        #expect(problems.count == 1, "\(edit): \(problems)")
        #expect(problem.contains(finding) && problem.contains(place), "\(edit): \(problem)")
    }
}
