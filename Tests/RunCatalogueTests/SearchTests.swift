import Diagnostics
import RunCatalogue
import Testing

struct SearchTests {
    private func catalogue() async throws -> TemporaryCatalogue {
        let catalogue = try TemporaryCatalogue()
        let runs = [
            try SampleRuns.run(1, name: "lysozyme_P3-17", origin: RunOrigin(sample: "Échantillon NEAR"), keywords: ["serial"]),
            try SampleRuns.run(2, name: "insulin", origin: RunOrigin(sample: "He said \"no\""), keywords: ["AND", "OR"]),
            try SampleRuns.run(3, name: "thaumatin*", origin: RunOrigin(proposal: "20260777")),
        ]
        _ = try await catalogue.store.handOver(batch: runs)
        return catalogue
    }

    @Test(arguments: [
        ("lyso", [1]), ("LYSOZYME", [1]), ("echantillon", [1]), ("P3-17", [1]), ("20260777", [3]), ("insulin AND", [2]),
        ("cryo", [1, 2, 3]),
        ("lyso serial", [1]), ("lyso insulin", []), ("sozyme", []),
        // Signs of the search engine are text.
        ("*", []), ("\"", []), ("NEAR(", [1]), ("NEAR(lyso serial, 5)", []), ("lyso*", [1]), ("lyso OR insulin", []), ("OR", [2]),
        ("\"no\"", [2]), ("labels:insulin", []), ("-insulin", [2]), ("^insulin", [2]), ("(insulin", [2]), ("insulin)", [2]),
        ("{insulin}", [2]), ("insulin;--", [2]), ("'", []), ("insulin\u{0}", [2]), ("", []), ("   ", []), ("😀", []),
    ])
    func wordsAreFoundByTheirBeginningAndAreNeverSyntax(_ text: String, _ expected: [Int]) async throws {
        let catalogue = try await catalogue()
        let names = ["", "lysozyme_P3-17", "insulin", "thaumatin*"]
        let found = try await catalogue.numbers(RunFilter(text: text))
        #expect(found == expected.reversed().map { names[$0] }, "'\(text)'")
    }

    @Test(arguments: [
        ("sozym", ["lysozyme_P3-17"]), ("_P3-", ["lysozyme_P3-17"]), ("tin*", ["thaumatin*"]), ("\"no\"", ["insulin"]),
        ("***", []),
        ("NEAR(", []), ("AND", []),
    ])
    func piecesAreFoundWhereverTheyStand(_ text: String, _ expected: [String]) async throws {
        let catalogue = try await catalogue()
        let found = try await catalogue.numbers(RunFilter(fragment: text))
        #expect(found == expected)
    }

    @Test func wordsAndPiecesTogetherMustBothHold() async throws {
        let catalogue = try await catalogue()
        let both = try await catalogue.numbers(RunFilter(text: "cryo", fragment: "sulin"))
        #expect(both == ["insulin"])
    }

    @Test func whatCannotBeLookedForIsSaid() async throws {
        let catalogue = try await catalogue()
        for filter in [
            RunFilter(fragment: "ab"), RunFilter(text: String(repeating: "x", count: 401)),
            RunFilter(text: String(repeating: "x ", count: 21)),
        ] {
            let error = await failure { try await catalogue.numbers(filter) }
            #expect(error?.code == .badRequest)
        }
    }
}
