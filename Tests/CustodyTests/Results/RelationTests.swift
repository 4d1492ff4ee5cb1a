import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Foundation
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import Testing
import TestStore
import TestSupport

/// What public records tell of results and inputs, selections, plans and programs: once all that is told of is open, and never before.
struct RelationTests {
    private typealias Related = DataCiteRecord.RelatedIdentifier

    /// Relations to runs and collections, plans and programs; what was there before is left out.
    private func told(_ sessions: TwoSessions, _ pid: RunIdentifier) async throws -> Set<String> {
        let page = try await sessions.custodian.publicRecord("\(pid)").record
        var question = HarvestQuestion()
        question.pid = "\(pid)"
        // What is harvested is what the page shows.
        #expect(try await sessions.custodian.harvest(question).records.first?.record == page)
        if TestPython.isAvailable("datacite") { #expect(try DataCiteJudge.findings(page) == "") }
        return Set(
            page.relatedIdentifiers.filter { $0.relationType != .isCollectedBy && $0.resourceTypeGeneral != .physicalObject }.map
            {
                "\($0.relationType.rawValue) \($0.relatedIdentifier)"
            })
    }

    private func stamp(_ sessions: TwoSessions, _ pid: RunIdentifier) async throws -> String? {
        var question = HarvestQuestion()
        question.pid = "\(pid)"
        let record = try await sessions.custodian.harvest(question).records.first
        return try record.map { "\(try Instant(millisecondsSince1970: $0.datestamp * 1000))" }
    }

    private func session(_ sessions: TwoSessions, _ name: SessionName) async throws -> String {
        try #require(try await sessions.store.session(name, tenant: sessions.tenant).pid).description
    }

    @Test func aResultAndItsInputsNameEachOtherOnceBothAreOpen() async throws {
        let sessions = try await TwoSessions()
        let (first, second) = (sessions.runs[0], sessions.runs[1])
        let result = try await sessions.hand(1, of: [first, second]).pid
        let partOf = [
            "IsPartOf \(try await session(sessions, TestCustodian.session))",
            "IsPartOf \(try await session(sessions, TwoSessions.second))",
        ]
        // Whose measurement led to a result is the team's to tell.
        #expect(try await told(sessions, result) == [])
        #expect(try await told(sessions, first) == [partOf[0]])
        // One input is open, the result is not.
        try sessions.test.clock.set("2029-05-09T22:00:00Z")
        _ = try await sessions.custodian.sweep()
        #expect(try await told(sessions, first) == [partOf[0]])
        #expect(try await told(sessions, result) == [])
        #expect(try await stamp(sessions, first) == "2029-05-09T22:00:00Z")
        try sessions.test.clock.set("2029-06-09T22:00:00Z")
        _ = try await sessions.custodian.sweep()
        #expect(try await told(sessions, result) == ["IsDerivedFrom \(first)", "IsDerivedFrom \(second)"])
        #expect(try await told(sessions, first) == [partOf[0], "IsSourceOf \(result)"])
        #expect(try await told(sessions, second) == [partOf[1], "IsSourceOf \(result)"])
        // Who harvests learns of it, although nothing else of the input has changed.
        #expect(try await stamp(sessions, first) == "2029-06-09T22:00:00Z")
        #expect(try await sessions.custodian.verifyAll().problems == [])
    }

    @Test func aWithdrawnResultIsNamedNoMore() async throws {
        let sessions = try await TwoSessions()
        let result = try await sessions.hand(1, of: [sessions.runs[0], sessions.runs[2]]).pid
        try sessions.test.clock.set("2029-05-09T22:00:00Z")
        _ = try await sessions.custodian.sweep()
        #expect(try await told(sessions, sessions.runs[2]) == ["IsSourceOf \(result)"])
        let director = try await sessions.test.account("dora", email: "dora@example.org", [.director])
        try sessions.test.clock.set("2029-05-20T00:00:00Z")
        _ = try await sessions.custodian.withdraw(
            .session(TestCustodian.session), reason: "of a patient", by: sessions.curator, confirmedBy: director)
        #expect(try await sessions.access(result).state == .withdrawn)
        #expect(try await told(sessions, sessions.runs[2]) == [])
        #expect(try await stamp(sessions, sessions.runs[2]) == "2029-05-20T00:00:00Z")
    }

    /// An input that comes later than its result, and one that is never there.
    @Test func ofAnUnknownInputNothingIsToldUntilItIsThere() async throws {
        let sessions = try await TwoSessions()
        let late = try TestCustodian.run(4, ended: "2026-04-01T12:00:00Z", session: nil)
        let result = try await sessions.hand(1, of: [sessions.runs[2], late.summary.pid]).pid
        try sessions.test.clock.set("2029-04-01T22:00:00Z")
        _ = try await sessions.custodian.sweep()
        #expect(try await told(sessions, result) == ["IsDerivedFrom \(sessions.runs[2])"])
        try sessions.test.clock.set("2029-04-03T00:00:00Z")
        _ = try await sessions.custodian.register(late, by: .system)
        #expect(
            try await told(sessions, result) == ["IsDerivedFrom \(sessions.runs[2])", "IsDerivedFrom \(late.summary.pid)"])
        #expect(try await stamp(sessions, result) == "2029-04-03T00:00:00Z")
    }

    @Test func anOpenRunNamesTheSelectionsThatSomebodyRegistered() async throws {
        let sessions = try await TwoSessions()
        let run = sessions.runs[2]
        let collect = { (runs: [RunIdentifier]) in
            try await sessions.custodian.collect(runs, title: "A paper", article: nil, by: sessions.member).pid
        }
        let (registered, other) = (try await collect([run, sessions.runs[0]]), try await collect([run]))
        #expect(try await sessions.custodian.mint(collection: registered, by: sessions.member))
        #expect(try await told(sessions, run) == [])
        try sessions.test.clock.set("2029-04-01T22:00:00Z")
        _ = try await sessions.custodian.sweep()
        #expect(try await told(sessions, run) == ["IsPartOf \(registered)"])
        try sessions.test.clock.set("2029-04-02T22:00:00Z")
        #expect(try await sessions.custodian.mint(collection: other, by: sessions.member))
        #expect(try await told(sessions, run) == ["IsPartOf \(registered)", "IsPartOf \(other)"])
        #expect(try await stamp(sessions, run) == "2029-04-02T22:00:00Z")
        try sessions.test.clock.set("2029-04-03T22:00:00Z")
        _ = try await sessions.custodian.change(collection: registered, adding: [], removing: [run], by: .custodian)
        #expect(try await told(sessions, run) == ["IsPartOf \(other)"])
        #expect(try await stamp(sessions, run) == "2029-04-03T22:00:00Z")
    }

    @Test func anOpenRunNamesThePlanThatHasADOI() async throws {
        let sessions = try await TwoSessions()
        let run = sessions.runs[2]
        func bring(_ identifier: String) async throws {
            let text = PlanTests.text.replacing("https://doi.org/10.5072/plan", with: identifier)
            _ = try await sessions.custodian.importPlan(
                PlanDocument(json: Data(text.utf8)), proposal: "20260001", by: sessions.member)
        }
        try await bring("https://plans.example.org/zq/17")
        #expect(try await told(sessions, run) == [])
        try sessions.test.clock.set("2029-04-01T22:00:00Z")
        _ = try await sessions.custodian.sweep()
        // The address of a team's planning tool is its own, and that another one was entered is seen by nobody.
        #expect(try await told(sessions, run) == [])
        let before = try await stamp(sessions, run)
        try sessions.test.clock.set("2029-04-02T10:00:00Z")
        try await bring("https://plans.example.org/zq/18")
        #expect(try await stamp(sessions, run) == before)
        try sessions.test.clock.set("2029-04-02T22:00:00Z")
        try await bring("https://doi.org/10.5072/plan")
        #expect(try await told(sessions, run) == ["IsDocumentedBy 10.5072/plan"])
        #expect(try await stamp(sessions, run) == "2029-04-02T22:00:00Z")
    }

    /// What others describe names its inputs and programs as values, and may be changed.
    @Test func aDescribedResultNamesWhatItsDescriptionSays() async throws {
        let sessions = try await TwoSessions()
        let date = Timestamp(try Instant("2026-05-09T12:00:00Z"))
        var described = DescribedRun(
            kind: .derived, label: "By hand", team: "team-20260001", startedAt: date, endedAt: date, folder: "/data/by-hand")
        func values(_ inputs: [RunIdentifier]) throws -> [MetadataValue] {
            [
                try MetadataValue(
                    "scicat/inputDatasets", text: (["20.500.12345/elsewhere"] + inputs.map(\.description)).joined(separator: "\n")
                ),
                try MetadataValue(
                    "scicat/usedSoftware",
                    text: "https://doi.org/10.5281/zenodo.7632\nhttps://example.org/program\nshell scripts\njavascript:alert(1)"),
            ]
        }
        described.values = try values([sessions.runs[2]])
        let result = try #require(try await sessions.custodian.describe(described, by: .custodian))
        let before = try await sessions.custodian.verifyAll().problems
        try sessions.test.clock.set("2029-05-10T22:00:00Z")
        _ = try await sessions.custodian.sweep()
        let programs: Set = ["IsCompiledBy 10.5281/zenodo.7632", "IsCompiledBy https://example.org/program"]
        #expect(try await told(sessions, result) == programs.union(["IsDerivedFrom \(sessions.runs[2])"]))
        #expect(try await told(sessions, sessions.runs[2]) == ["IsSourceOf \(result)"])
        let partOf = "IsPartOf \(try await session(sessions, TestCustodian.session))"
        var amendment = RunAmendment()
        amendment.values = try values([sessions.runs[0]])
        try sessions.test.clock.set("2029-05-11T22:00:00Z")
        #expect(try await sessions.custodian.amend(result, amendment, by: .custodian))
        #expect(try await told(sessions, result) == programs.union(["IsDerivedFrom \(sessions.runs[0])"]))
        #expect(try await told(sessions, sessions.runs[0]) == [partOf, "IsSourceOf \(result)"])
        #expect(try await sessions.custodian.verifyAll().problems == before)
        #expect(before == [])
        let everything = ReaderScope.everything(tenant: sessions.tenant)
        #expect(try await sessions.store.derivations(of: result, scope: everything).inputs == [sessions.runs[0]])
    }

    /// Catalogues of before kept the names as values alone.
    @Test func inputsThatWereDescribedBeforeAreEnteredWhenACatalogueIsBroughtUpToDate() async throws {
        let sessions = try await TwoSessions()
        let date = Timestamp(try Instant("2026-05-09T12:00:00Z"))
        var described = DescribedRun(
            kind: .derived, label: "By hand", team: "team-20260001", startedAt: date, endedAt: date, folder: "/data/by-hand")
        described.values = [try MetadataValue("scicat/inputDatasets", text: "elsewhere\n\(sessions.runs[2])")]
        let result = try #require(try await sessions.custodian.describe(described, by: .custodian))
        try sessions.test.edit(
            "DELETE FROM derivation; DELETE FROM grdb_migrations WHERE identifier = '025 inputs that were described'")
        #expect(try await sessions.custodian.verifyAll().problems.count == 1)
        let path = sessions.test.path
        try sessions.store.close()
        let again = try StoreUnderTest.open(at: path)
        let everything = ReaderScope.everything(tenant: sessions.tenant)
        #expect(try await again.derivations(of: result, scope: everything).inputs == [sessions.runs[2]])
        try await again.verifyHistory(of: result, tenant: sessions.tenant)
    }

    /// Of an input of which nobody but its team may know, only who reads it learns from a result.
    @Test func aReaderLearnsOfTheInputsThatTheyMayKnowOf() async throws {
        let sessions = try await TwoSessions()
        let result = try await sessions.hand(1, of: [sessions.runs[0], sessions.runs[2]])
        try sessions.test.edit("UPDATE run SET listed = 0 WHERE name = 'run_3'")
        guard case .account(let outsider) = sessions.outsider, case .account(let member) = sessions.member else { return }
        try await sessions.custodian.share(
            result.owner, with: outsider, until: Timestamp(Instant("2026-12-01T00:00:00Z")), by: sessions.member)
        let sorted = [sessions.runs[0], sessions.runs[2]].sorted { "\($0)" < "\($1)" }
        let scopes = [
            try await sessions.custodian.scope(of: .account(member)), try await sessions.custodian.scope(of: .account(outsider)),
        ]
        #expect(try await sessions.store.derivations(of: result.pid, scope: scopes[0]).inputs == sorted)
        #expect(try await sessions.store.derivations(of: result.pid, scope: scopes[1]).inputs == [sessions.runs[0]])
        #expect(try await sessions.store.derivations(of: sessions.runs[2], scope: scopes[0]).results == [result.pid])
        // Of a result of which nobody else may know the other reader of its input does not learn.
        let other = try await sessions.hand(2, of: [sessions.runs[0]]).pid
        try await sessions.custodian.share(
            .session(TestCustodian.session), with: outsider, until: Timestamp(Instant("2026-12-01T00:00:00Z")),
            by: sessions.member)
        try sessions.test.edit("UPDATE run SET listed = 0, readers = 1 WHERE name = 'result_2'")
        let both = [result.pid, other].sorted { "\($0)" < "\($1)" }
        #expect(try await sessions.store.derivations(of: sessions.runs[0], scope: scopes[0]).results == both)
        #expect(try await sessions.store.derivations(of: sessions.runs[0], scope: scopes[1]).results == [result.pid])
        let anonymous = try await sessions.custodian.scope(of: .anonymous)
        #expect(await refusal { try await sessions.store.derivations(of: result.pid, scope: anonymous) }?.code == .forbidden)
    }

    @Test func aResultWithOtherInputsIsAnotherResult() async throws {
        let sessions = try await TwoSessions()
        _ = try await sessions.hand(1, of: [sessions.runs[0]])
        let refused = await refusal { try await sessions.hand(1, of: [sessions.runs[0], sessions.runs[0], sessions.runs[2]]) }
        #expect(refused?.code == .contentDiffers && refused?.got == "\(sessions.runs[2])")
        #expect(try await !sessions.hand(1, of: [sessions.runs[0], nil]).isNew)
    }
}
