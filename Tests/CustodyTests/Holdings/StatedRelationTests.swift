import Custody
import DataCite
import Diagnostics
import EmbargoClock
import Identifiers
import RunCatalogue
import RunModel
import TestCatalogue
import TestSupport
import Testing

/// What somebody says of how a run stands to others: written down at once, told to everyone when all that is told of is open.
struct StatedRelationTests {
    /// Of the words that are stated and those that follow from them.
    private func told(_ sessions: TwoSessions, _ pid: RunIdentifier) async throws -> Set<String> {
        let page = try await sessions.custodian.publicRecord("\(pid)").record
        var question = HarvestQuestion()
        question.pid = "\(pid)"
        #expect(try await sessions.custodian.harvest(question).records.first?.record == page)
        if TestPython.isAvailable("datacite") { #expect(try DataCiteJudge.findings(page) == "") }
        let words = Set(RelationWord.allCases.map(\.rawValue))
        return Set(
            page.relatedIdentifiers.filter { words.contains($0.relationType.rawValue) }.map {
                "\($0.relationType.rawValue) \($0.relatedIdentifier)"
            })
    }

    private func stamp(_ sessions: TwoSessions, _ pid: RunIdentifier) async throws -> Int64? {
        var question = HarvestQuestion()
        question.pid = "\(pid)"
        return try await sessions.custodian.harvest(question).records.first?.datestamp
    }

    private func open(_ sessions: TwoSessions, _ time: String) async throws {
        try sessions.test.clock.set(time)
        _ = try await sessions.custodian.sweep()
    }

    @Test func aRunAndTheOneThatItReplacesNameEachOtherOnceBothAreOpen() async throws {
        let sessions = try await TwoSessions()
        let (older, newer) = (sessions.runs[0], sessions.runs[1])
        let custodian = sessions.custodian
        _ = try await custodian.relate(newer, RelationDraft(.obsoletes, "\(older)"), by: sessions.member)
        #expect(try await told(sessions, older) == [])
        #expect(try await told(sessions, newer) == [])
        try await open(sessions, "2029-05-09T22:00:00Z")
        // The older one is open; which run replaces it is the team's to tell until that one is.
        #expect(try await told(sessions, older) == [])
        let before = try await stamp(sessions, older)
        try await open(sessions, "2029-06-09T22:00:00Z")
        #expect(try await told(sessions, newer) == ["Obsoletes \(older)"])
        #expect(try await told(sessions, older) == ["IsObsoletedBy \(newer)"])
        let after = try await stamp(sessions, older)
        #expect(try #require(before) < #require(after))
        // It is taken back.
        let scope = ReaderScope.everything(tenant: sessions.tenant)
        let number = try #require(try await sessions.store.statedRelations(of: newer, scope: scope).own.first?.number)
        try sessions.test.clock.set("2029-06-10T22:00:00Z")
        try await custodian.removeRelation(number, of: newer, by: sessions.curator)
        #expect(try await told(sessions, newer) == [])
        #expect(try await told(sessions, older) == [])
        let last = try await stamp(sessions, older)
        #expect(try #require(last) > #require(after))
        let actions = try await sessions.store.history(of: newer, scope: scope).map(\.action)
        #expect(actions.filter { $0.contains("relat") } == ["related", "relation-removed"])
        #expect(try await custodian.verifyAll().problems == [])
    }

    @Test func articlesAndCopiesAreToldOfAnOpenRun() async throws {
        let sessions = try await TwoSessions()
        let run = sessions.runs[2]
        let drafts = [
            try RelationDraft(.isCitedBy, "https://doi.org/10.1107/S1600577521007749"),
            try RelationDraft(.isSupplementTo, "10.1107/x"),
            try RelationDraft(.isIdenticalTo, "10.5281/zenodo.7632"),
        ]
        for draft in drafts { _ = try await sessions.custodian.relate(run, draft, by: sessions.member) }
        // The same again is the same.
        let again = try await sessions.custodian.relate(
            run, RelationDraft(.isCitedBy, "10.1107/s1600577521007749"), by: sessions.curator)
        let scope = try await sessions.custodian.scope(of: .anonymous)
        let everything = ReaderScope.everything(tenant: sessions.tenant)
        let known = try await sessions.store.statedRelations(of: run, scope: everything).own
        #expect(known.count == 3 && known.contains(again) && again.person != nil)
        #expect(try await told(sessions, run) == [])
        let closed = await refusal { try await sessions.store.statedRelations(of: run, scope: scope) }
        #expect(closed?.code == .forbidden)
        try await open(sessions, "2029-04-01T22:00:00Z")
        #expect(
            try await told(sessions, run) == [
                "IsCitedBy 10.1107/S1600577521007749", "IsSupplementTo 10.1107/x", "IsIdenticalTo 10.5281/zenodo.7632",
            ])
        // Who said it is not told outside.
        let later = try await sessions.custodian.scope(of: .anonymous)
        let outside = try await sessions.store.statedRelations(of: run, scope: later).own
        #expect(outside.map(\.draft) == drafts && outside.allSatisfy { $0.person == nil })
    }

    @Test func whoHasNoPartInBothRunsStatesNothing() async throws {
        let sessions = try await TwoSessions()
        let foreign = try await sessions.foreignRun()
        let custodian = sessions.custodian
        let draft = try RelationDraft(.obsoletes, "\(sessions.runs[0])")
        #expect(await refusal { try await custodian.relate(foreign, draft, by: sessions.outsider) }?.code == .forbidden)
        #expect(await refusal { try await custodian.relate(sessions.runs[1], draft, by: sessions.outsider) }?.code == .forbidden)
        let other = try RelationDraft(.isNewVersionOf, "\(foreign)")
        #expect(await refusal { try await custodian.relate(sessions.runs[1], other, by: sessions.member) }?.code == .forbidden)
        let everything = ReaderScope.everything(tenant: sessions.tenant)
        for run in sessions.runs + [foreign] {
            let known = try await sessions.store.statedRelations(of: run, scope: everything)
            #expect(known.own.isEmpty && known.ofOthers.isEmpty)
        }
        // A curator has a part in both; the team of one is not told of the other while nobody may know of it.
        _ = try await custodian.relate(sessions.runs[1], other, by: sessions.curator)
    }

    @Test func aRunReplacesNeitherItselfNorWhatReplacesIt() async throws {
        let sessions = try await TwoSessions()
        let (first, second, third) = (sessions.runs[0], sessions.runs[1], sessions.runs[2])
        let relate = { (run: RunIdentifier, word: RelationWord, target: RunIdentifier) in
            try await sessions.custodian.relate(run, RelationDraft(word, "\(target)"), by: sessions.curator)
        }
        #expect(await refusal { _ = try await relate(first, .obsoletes, first) }?.code == .badRequest)
        _ = try await relate(second, .isNewVersionOf, first)
        _ = try await relate(third, .obsoletes, second)
        for word in [RelationWord.isNewVersionOf, .obsoletes] {
            #expect(await refusal { _ = try await relate(first, word, third) }?.code == .badRequest)
            #expect(await refusal { _ = try await relate(first, word, second) }?.code == .badRequest)
        }
        // Once more from above is no circle.
        _ = try await relate(third, .isNewVersionOf, first)
        let unknown = try TestCustodian.run(9, ended: "2026-05-09T12:00:00Z").summary.pid
        #expect(await refusal { _ = try await relate(first, .obsoletes, unknown) }?.code == .notFound)
    }

    @Test(arguments: [
        (RelationWord.isCitedBy, "no doi"), (.isIdenticalTo, ""), (.obsoletes, "10.5072/000000003rj077"),
        (.isNewVersionOf, "10.1107/x"), (.isObsoletedBy, "10.5072/000000003rj076"), (.isPreviousVersionOf, "x"),
        (.references, "1/2/3"), (.references, "silver behenate"),
    ])
    func whatIsNoRelationIsRefused(_ word: RelationWord, _ target: String) {
        let error = #expect(throws: CatalogueError.self) { try RelationDraft(word, target) }
        #expect(error?.code == .badRequest)
    }

    @Test(arguments: [
        "DELETE FROM stated_relation", "UPDATE stated_relation SET target = '10.1107/y'",
        "UPDATE stated_relation SET word = 'IsSupplementTo'", "UPDATE stated_relation SET removed_at_ns = 1",
        "INSERT INTO stated_relation (run, word, target, at_ns) SELECT run, word, '10.1107/y', at_ns FROM stated_relation",
    ])
    func anEditBehindOurBackIsFound(_ sql: String) async throws {
        let sessions = try await TwoSessions()
        let run = sessions.runs[0]
        _ = try await sessions.custodian.relate(run, RelationDraft(.isCitedBy, "10.1107/x"), by: sessions.member)
        #expect(try await sessions.custodian.verifyAll().problems == [])
        try sessions.test.edit(sql)
        let problems = try await sessions.custodian.verifyAll().problems
        #expect(problems.count == 1 && problems[0].contains("\(run)"))
    }
}
