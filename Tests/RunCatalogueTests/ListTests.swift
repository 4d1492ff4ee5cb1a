import Diagnostics
import RunCatalogue
import RunModel
import Testing

/// Pages, counts and facets, for one who may see everything.
struct ListTests {
    private func catalogue() async throws -> TemporaryCatalogue {
        let catalogue = try TemporaryCatalogue()
        var runs: [RunHandOver] = []
        for number in 0..<30 {
            let origin = RunOrigin(
                team: "team-a", instrument: number % 3 == 0 ? "swing" : "proxima-1", proposal: "p\(number % 5)",
                session: "s\(number % 2)", sample: number % 10 == 0 ? nil : "HEWL", technique: number % 3 == 0 ? "SAXS" : "MX")
            runs.append(
                try SampleRuns.run(
                    number, name: "run\(number)", origin: origin, energy: Double(number), unit: "keV"))
        }
        _ = try await catalogue.store.handOver(batch: runs)
        return catalogue
    }

    private static let filters: [(RunFilter, [Int])] = [
        (RunFilter(), Array(0..<30)),
        (RunFilter(technique: "SAXS"), Array(0..<30).filter { $0 % 3 == 0 }),
        (RunFilter(instrument: "swing", proposal: "p1"), [6, 21]),
        (RunFilter(proposal: "p1", session: "s0"), [6, 16, 26]),
        (RunFilter(session: "s1", sample: "HEWL"), Array(0..<30).filter { $0 % 2 == 1 }),
        (RunFilter(technique: "MX", kind: .raw, state: .embargoed), Array(0..<30).filter { $0 % 3 != 0 }),
        (RunFilter(state: .open), []), (RunFilter(kind: .derived), []), (RunFilter(technique: "unheard of"), []),
        (RunFilter(sample: "HEWL", text: "run1"), [1, 11, 12, 13, 14, 15, 16, 17, 18, 19]),
    ]

    @Test(arguments: filters.indices)
    func everyFilterGivesItsRunsInPagesOfAnySize(_ index: Int) async throws {
        let catalogue = try await catalogue()
        let (filter, numbers) = Self.filters[index]
        let expected = numbers.sorted(by: >).map { "run\($0)" }
        for limit in [1, 3, 10, 100] {
            var names: [String] = []
            var cursor: RunCursor?
            repeat {
                let page = try await catalogue.store.page(
                    filter, scope: SampleRuns.everything, after: cursor, limit: limit, countLimit: 1000)
                #expect(page.count == .exactly(expected.count))
                names += page.runs.map(\.name)
                cursor = try page.next.map { try RunCursor("\($0)") }
            } while cursor != nil
            #expect(names == expected, "pages of \(limit)")
        }
    }

    @Test func aRangeFindsItsValuesInAnyUnit() async throws {
        let catalogue = try await catalogue()
        _ = try await catalogue.store.handOver(SampleRuns.run(99, name: "in eV", energy: 10_000, unit: "eV"))
        let cases: [(Double, Double, String, Set<String>)] = [
            (10, 10, "keV", ["run10", "in eV"]), (10_000, 10_000, "eV", ["run10", "in eV"]),
            (0.01, 0.01, "MeV", ["run10", "in eV"]),
            (9.5, 10.5, "keV", ["run10", "in eV"]), (28, 1000, "keV", ["run28", "run29"]), (1, 2, "MeV", []),
        ]
        for (low, high, unit, expected) in cases {
            let filter = RunFilter(ranges: [try NumericRange("beam/incident_energy", from: low, to: high, unit: unit)])
            let names = try await catalogue.numbers(filter)
            #expect(Set(names) == expected, "\(low) to \(high) \(unit)")
        }
        let kelvin = try NumericRange("sample/temperature", from: -173.15, to: -173.15, unit: "degC")
        let cold = try await catalogue.numbers(RunFilter(ranges: [kelvin]))
        #expect(cold.count == 31)
        let metres = try NumericRange("beam/incident_energy", from: 0, to: 1e9, unit: "m")
        let none = try await catalogue.numbers(RunFilter(ranges: [metres]))
        #expect(none == [])
        let error = #expect(throws: CatalogueError.self) { try NumericRange("k", from: 2, to: 1, unit: "eV") }
        #expect(error?.code == .badRequest)
    }

    @Test func aTimeRangeHoldsItsBeginAndNotItsEnd() async throws {
        let catalogue = try await catalogue()
        let start = SampleRuns.start
        let filter = RunFilter(started: start.advanced(bySeconds: 5)..<start.advanced(bySeconds: 8))
        let names = try await catalogue.numbers(filter)
        #expect(names == ["run7", "run6", "run5"])
    }

    @Test func aCountStopsAtItsLimit() async throws {
        let catalogue = try await catalogue()
        for (limit, expected) in [(29, BoundedCount.atLeast(29)), (30, .exactly(30)), (0, .atLeast(0))] {
            let page = try await catalogue.store.page(
                RunFilter(), scope: SampleRuns.everything, after: nil, limit: 5, countLimit: limit)
            #expect(page.count == expected)
        }
    }

    @Test func facetsDivideWhatTheListHolds() async throws {
        let catalogue = try await catalogue()
        let facets = try await catalogue.store.facets(RunFilter(technique: "SAXS"), scope: SampleRuns.everything, limit: 100)
        #expect(facets.techniques == [RunFacets.Share(value: "SAXS", runs: 10)])
        #expect(facets.instruments == [RunFacets.Share(value: "swing", runs: 10)])
        #expect(facets.proposals.map(\.runs) == [2, 2, 2, 2, 2])
        #expect(facets.samples == [RunFacets.Share(value: "HEWL", runs: 9)])
        #expect(facets.states == [.embargoed: 10])
        #expect(facets.kinds == [.raw: 10])
        #expect(facets.count == .exactly(10))
        let bounded = try await catalogue.store.facets(RunFilter(), scope: SampleRuns.everything, limit: 4)
        #expect(bounded.count == .atLeast(4))
        #expect(bounded.kinds == [.raw: 4])
    }

    @Test func pagesOfFilesBeginAnywhere() async throws {
        let catalogue = try TemporaryCatalogue()
        let run = try SampleRuns.run(1, files: 2500)
        _ = try await catalogue.store.handOver(run)
        for from in [0, 1, 999, 2490, 2500, 9999] {
            let page = try await catalogue.store.files(of: run.pid, scope: SampleRuns.everything, from: Int64(from), limit: 100)
            #expect(page.total == 2500)
            #expect(page.files.map(\.file) == Array(run.files.dropFirst(from).prefix(100)))
            #expect(page.next == (from + 100 < 2500 ? Int64(from + 100) : nil))
        }
    }
}
