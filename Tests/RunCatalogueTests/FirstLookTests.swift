import RunCatalogue
import RunModel
import Testing

/// A page without a count, of questions for ranges of values: the way that it goes changes nothing in it.
struct FirstLookTests {
    private static let runs = 600

    /// Runs 1 to 600 with an energy of as many keV; every third is about lysozyme, and every second is team a's.
    private func catalogue(_ steps: Int) async throws -> TemporaryCatalogue {
        var limits = QueryLimits()
        limits.stepsOfALook = steps
        // Words of more runs than that are no short cut.
        limits.fewEnough = 5
        let catalogue = try TemporaryCatalogue(limits: limits)
        let all = try (1...Self.runs).map { number in
            var run = try SampleRuns.run(
                number, name: "\(number)",
                origin: RunOrigin(
                    team: number % 2 == 0 ? "a" : "b", instrument: "line", proposal: "p", session: "s", technique: "MX"))
            run.title = number % 3 == 0 ? "lysozyme" : "zeolite"
            run.values = [try MetadataValue("beam/incident_energy", Double(number), unit: "keV")]
            return run
        }
        _ = try await catalogue.store.handOver(batch: all)
        return catalogue
    }

    private static func filter(_ low: Double, _ high: Double, _ text: String?) throws -> RunFilter {
        RunFilter(ranges: [try NumericRange("beam/incident_energy", from: low, to: high, unit: "keV")], text: text)
    }

    /// Nothing is tried; what is tried ends after the first thousand steps, which the later runs do not need and the earlier ones do; all is walked.
    @Test(arguments: [0, 1000, 100_000_000])
    func aPageIsTheBeginningOfTheList(steps: Int) async throws {
        let catalogue = try await catalogue(steps)
        for scope in [SampleRuns.everything, SampleRuns.member(["a"]), SampleRuns.member([])] {
            for text in [nil, "lysozyme"] {
                for (low, high) in [(1.0, 600.0), (590, 600), (1, 4), (700, 800)] {
                    var filter = try Self.filter(low, high, text)
                    // Of all runs: sifted by their technique as well.
                    if low > 100 { filter.technique = "MX" }
                    let page = try await catalogue.store.page(filter, scope: scope, after: nil, limit: 3, countLimit: 0)
                    let expected = (Int(low)...Int(high)).filter { number in
                        number <= Self.runs && (text == nil || number % 3 == 0)
                            && (scope == SampleRuns.everything || number % 2 == 0 && scope == SampleRuns.member(["a"]))
                    }
                    #expect(page.runs.map(\.name) == expected.reversed().prefix(3).map { "\($0)" })
                    #expect((page.next != nil) == (expected.count > 3))
                }
            }
        }
    }

    @Test(arguments: [0, 1000, 100_000_000])
    func wordsOfATechniqueAreFoundToo(steps: Int) async throws {
        let catalogue = try await catalogue(steps)
        for (technique, count) in [("MX", 3), ("SAXS", 0)] {
            let filter = RunFilter(technique: technique, text: "lysozyme")
            let page = try await catalogue.store.page(filter, scope: SampleRuns.everything, after: nil, limit: 3, countLimit: 0)
            #expect(page.runs.map(\.name) == Array(["600", "597", "594"].prefix(count)))
        }
    }

    @Test func thePagesBehindItGoOnWhereItEnded() async throws {
        let catalogue = try await catalogue(1000)
        let filter = try Self.filter(100, 400, "lysozyme")
        var (found, cursor) = ([String](), nil as RunCursor?)
        repeat {
            let page = try await catalogue.store.page(
                filter, scope: SampleRuns.everything, after: cursor, limit: 7, countLimit: 0)
            found += page.runs.map(\.name)
            cursor = page.next
        } while cursor != nil
        #expect(found == (100...400).filter { $0 % 3 == 0 }.reversed().map { "\($0)" })
    }
}
