import Diagnostics
import RunCatalogue
import RunModel
import TestStore
import Testing

struct HandOverTests {
    @Test func aRunComesBackAsItWasHandedOver() async throws {
        let catalogue = try TemporaryCatalogue()
        let run = try SampleRuns.run(7, keywords: ["cryo", "été"])
        let outcome = try await catalogue.store.handOver(run)
        #expect(outcome == HandOverOutcome(pid: run.pid, isNew: true, change: 1))
        let record = try await catalogue.store.run(run.pid, scope: SampleRuns.everything)
        #expect([record.name, record.title, record.folder] == ["lysozyme_7", "Crystal 7", "/data/7"])
        #expect(record.pid == run.pid)
        #expect(record.kind == .raw)
        #expect(record.verdict == .complete)
        #expect(record.origin == run.origin)
        #expect([record.startedAt, record.endedAt] == [run.startedAt, run.endedAt])
        #expect(record.keywords == ["cryo", "été"])
        #expect([record.fileCount, record.bytes, record.change] == [3, 30, 1])
        #expect(record.access == run.access)
        let values = try await catalogue.store.values(of: run.pid, scope: SampleRuns.everything)
        #expect(values == run.values.sorted { $0.key < $1.key })
        let page = try await catalogue.store.files(of: run.pid, scope: SampleRuns.everything, from: 0, limit: 10)
        #expect(page.files.map(\.file) == run.files)
    }

    @Test func theSameAgainChangesNothingAndSaysSo() async throws {
        let catalogue = try TemporaryCatalogue()
        let run = try SampleRuns.run(1)
        let first = try await catalogue.store.handOver(run)
        var again = run
        again.values.reverse()
        again.event = EventDraft(action: "registered", at: run.startedAt.advanced(bySeconds: 99))
        let second = try await catalogue.store.handOver(again)
        #expect(second == HandOverOutcome(pid: run.pid, isNew: false, change: first.change))
        let rows = try ["run", "file", "value", "event", "outbox", "run_text"].map {
            try catalogue.store.texts("SELECT count(*) FROM \($0)")[0][0]
        }
        #expect(rows == ["1", "3", "3", "1", "2", "1"])
    }

    @Test func anotherContentUnderTheSameIdentifierIsRefused() async throws {
        let catalogue = try TemporaryCatalogue()
        let run = try SampleRuns.run(1)
        _ = try await catalogue.store.handOver(run)
        let changes: [(inout RunHandOver) throws -> Void] = [
            { $0.name += "x" }, { $0.title = nil }, { $0.verdict = .partial }, { $0.origin.sample = "other" },
            { $0.files.removeLast() }, { $0.values[0] = try MetadataValue("beam/incident_energy", 10_001, unit: "eV") },
            { $0.values[0] = try MetadataValue("beam/incident_energy", 10, unit: "keV") }, { $0.folder = "/elsewhere" },
        ]
        for change in changes {
            var other = run
            try change(&other)
            let sent = other
            let error = await failure { try await catalogue.store.handOver(sent) }
            #expect(error?.code == .contentDiffers)
            #expect(error?.place == "\(run.pid)")
        }
        let names = try await catalogue.numbers()
        #expect(names == ["lysozyme_1"])
    }

    @Test func aBatchIsWholeOrNothing() async throws {
        let catalogue = try TemporaryCatalogue()
        let good = try (1...5).map { try SampleRuns.run($0) }
        var bad = try SampleRuns.run(6, origin: RunOrigin(team: "a team met for the first time"))
        bad.values.append(bad.values[0])
        let sent = good + [bad]
        let error = await failure { try await catalogue.store.handOver(batch: sent) }
        #expect(error?.code == .badRequest)
        let none = try await catalogue.numbers()
        #expect(none == [])
        let outcomes = try await catalogue.store.handOver(batch: good)
        #expect(outcomes.map(\.change) == [1, 2, 3, 4, 5])
        #expect(try catalogue.store.texts("SELECT name FROM team") == [["team-a"]])
    }

    @Test func manyAtOnceShareCommitsAndOneThatIsRefusedHurtsNoOther() async throws {
        let catalogue = try TemporaryCatalogue()
        let runs = try (0..<60).map { number in
            var run = try SampleRuns.run(number)
            if number % 10 == 3 { run.values.append(run.values[0]) }
            return run
        }
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for run in runs { group.addTask { (try? await catalogue.store.handOver(run)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 54)
        let changes = try catalogue.store.texts("SELECT change FROM run ORDER BY change").compactMap { Int($0[0]) }
        // A refused run may have taken no number, or given it back with its savepoint.
        #expect(changes == Array(1...54))
    }

    @Test func namesThatOnlyLookEqualStayApart() async throws {
        let catalogue = try TemporaryCatalogue()
        let composed = try SampleRuns.run(1, origin: RunOrigin(team: "\u{E9}quipe"))
        let decomposed = try SampleRuns.run(2, origin: RunOrigin(team: "e\u{301}quipe"))
        for run in [composed, decomposed] {
            _ = try await catalogue.store.handOver(run)
            try await catalogue.store.verifyHistory(of: run.pid, tenant: SampleRuns.tenant)
        }
    }

    @Test func runsOfOneSecondAndOfOldYearsKeepTheirOrder() async throws {
        let catalogue = try TemporaryCatalogue()
        for (number, seconds) in [(1, 0.0), (2, 0.1), (3, -9e8), (4, -1e9)] {
            var run = try SampleRuns.run(number)
            run.startedAt = SampleRuns.start.advanced(bySeconds: seconds)
            run.endedAt = nil
            _ = try await catalogue.store.handOver(run)
        }
        let names = try await catalogue.numbers()
        #expect(names == ["lysozyme_2", "lysozyme_1", "lysozyme_3", "lysozyme_4"])
    }

    @Test func aValueWithoutAKnownUnitOrAFiniteNumberIsRefused() {
        for (number, unit) in [(1.0, "parsecs/fortnight"), (.nan, "eV"), (.infinity, "K")] {
            let error = #expect(throws: CatalogueError.self) { try MetadataValue("key", number, unit: unit) }
            #expect(error?.code == .badRequest)
        }
    }
}
