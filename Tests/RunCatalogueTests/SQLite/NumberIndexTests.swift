import Diagnostics
import GRDB
import RunCatalogue
import RunModel
import TestStore
import Testing

/// Ranges of values, wherever the numbers stand: looked at one by one, gathering, or sorted behind the others.
struct NumberIndexTests {
    /// Run n has the energy (37 n mod 1009) eV: neighbours in time are far from each other in value.
    private static func energy(_ number: Int) -> Double { Double(37 * number % 1009) }

    private static func runs(_ numbers: Range<Int>) throws -> [RunHandOver] {
        try numbers.map { try SampleRuns.run($0, name: "run\($0)", files: 0, energy: energy($0)) }
    }

    private func places(_ catalogue: TemporaryCatalogue) throws -> [Int] {
        try catalogue.store.sqlite.pool.read { db in
            try [
                "SELECT count(*) FROM number_part", "SELECT count(DISTINCT run) FROM sorted_number",
                "SELECT count(DISTINCT run) FROM recent_number", "SELECT count(*) FROM unsorted_run",
            ].map { try Int.fetchOne(db, sql: $0) ?? -1 }
        }
    }

    private func found(_ catalogue: TemporaryCatalogue, _ low: Double, _ high: Double) async throws -> Set<String> {
        let filter = RunFilter(ranges: [try NumericRange("beam/incident_energy", from: low, to: high, unit: "eV")])
        let page = try await catalogue.store.page(
            filter, scope: SampleRuns.everything, after: nil, limit: 1000, countLimit: 10_000)
        return Set(page.runs.map(\.name))
    }

    @Test func aRangeFindsItsRunsInEveryPartOfTheIndex() async throws {
        let catalogue = try TemporaryCatalogue()
        for first in stride(from: 0, to: 4800, by: 400) {
            _ = try await catalogue.store.handOver(batch: Self.runs(first..<(first + 400)))
        }
        for run in try Self.runs(4800..<4830) { _ = try await catalogue.store.handOver(run) }
        #expect(try places(catalogue) == [1, 4400, 400, 30])
        for (low, high) in [(0.0, 20.0), (500, 500), (990, 1008), (123.5, 124.5), (1009, 2000)] {
            let expected = (0..<4830).filter { (low...high).contains(Self.energy($0)) }.map { "run\($0)" }
            #expect(try await found(catalogue, low, high) == Set(expected), "\(low) to \(high)")
        }
        try await catalogue.store.checkIntegrity()
    }

    @Test func aHandOverThatFailsLeavesNoNumbers() async throws {
        let catalogue = try TemporaryCatalogue()
        var runs = try Self.runs(0..<300)
        runs[299].name = ""
        let sent = runs
        let error = await failure { try await catalogue.store.handOver(batch: sent) }
        #expect(error?.code == .badRequest)
        #expect(try places(catalogue) == [0, 0, 0, 0])
        _ = try await catalogue.store.handOver(batch: Self.runs(0..<300))
        #expect(try places(catalogue) == [0, 0, 300, 0])
        #expect(try await found(catalogue, 37, 37) == ["run1"])
    }

    @Test func numbersOfAnEarlierVersionAreFound() async throws {
        let catalogue = try TemporaryCatalogue()
        _ = try await catalogue.store.handOver(batch: Self.runs(0..<300))
        // As version 10 kept them.
        try catalogue.edit(
            """
            DROP TABLE number_part; DROP TABLE sorted_number; DROP TABLE recent_number; DROP TABLE number_gathering;
            DROP TABLE unsorted_run; CREATE INDEX value_by_number ON value (key, si, run) WHERE si IS NOT NULL;
            DELETE FROM grdb_migrations WHERE identifier = '015 numbers in parts'
            """)
        try catalogue.store.close()
        let store = try SQLiteCatalogue(path: catalogue.path)
        let filter = RunFilter(ranges: [try NumericRange("beam/incident_energy", from: 0, to: 100, unit: "eV")])
        let names = try await store.page(filter, scope: SampleRuns.everything, after: nil, limit: 100, countLimit: 100)
            .runs.map(\.name)
        #expect(names == (0..<300).reversed().filter { Self.energy($0) <= 100 }.map { "run\($0)" })
        try await store.checkIntegrity()
    }

    @Test(arguments: [
        ("DELETE FROM recent_number WHERE run = (SELECT min(run) FROM recent_number)", "the index of numbers has 598 values"),
        ("UPDATE recent_number SET si = 3 WHERE run = (SELECT min(run) FROM recent_number)", "that is not there"),
        ("DELETE FROM value WHERE run = (SELECT max(id) FROM run)", "that is not there"),
    ])
    func anIndexThatDoesNotFitTheValuesIsFound(_ edit: String, _ finding: String) async throws {
        let catalogue = try TemporaryCatalogue()
        _ = try await catalogue.store.handOver(batch: Self.runs(0..<300))
        try catalogue.edit(edit)
        let error = await failure { try await catalogue.store.checkIntegrity() }
        #expect(error?.code == .damaged)
        #expect(error?.got?.contains(finding) == true, "\(error?.description ?? "no error")")
    }

    /// Each part is sought by key and value: none is read from end to end.
    @Test func aNarrowRangeIsSoughtInEachPart() async throws {
        let catalogue = try TemporaryCatalogue()
        _ = try await catalogue.store.handOver(batch: Self.runs(0..<300))
        for run in try Self.runs(300..<320) { _ = try await catalogue.store.handOver(run) }
        // With statistics, as after months: the planner then weighs otherwise.
        try await catalogue.store.sqlite.pool.writeWithoutTransaction { try $0.execute(sql: "ANALYZE") }
        let filter = RunFilter(ranges: [try NumericRange("beam/incident_energy", from: 5, to: 6, unit: "eV")])
        let plan = try await catalogue.store.sqlite.plan(filter, scope: SampleRuns.everything).joined(separator: "\n")
        #expect(plan.contains("SEARCH sorted_number USING PRIMARY KEY (part=? AND key=? AND si>? AND si<?)"), "\(plan)")
        #expect(plan.contains("SEARCH recent_number USING PRIMARY KEY (key=? AND si>? AND si<?)"), "\(plan)")
        #expect(!plan.contains("BLOOM"), "\(plan)")
        #expect(plan.contains("SEARCH value USING PRIMARY KEY (run=? AND key=?)"), "\(plan)")
    }
}
