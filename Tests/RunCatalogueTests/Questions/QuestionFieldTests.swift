import Diagnostics
import Foundation
import Quantities
import RunCatalogue
import RunModel
import Testing

/// Fields, words, quoting, days.
@Suite struct QuestionFieldTests {
    static func filter(_ text: String, zone: String = "Europe/Paris") throws -> RunFilter {
        try RunQuestion(text, zone: try #require(TimeZone(identifier: zone))).filter
    }

    private static let questions: [(String, RunFilter)] = [
        ("", RunFilter()), (" \t\n ", RunFilter()),
        ("technique:SAXS", RunFilter(technique: "SAXS")), ("Technique:SAXS", RunFilter(technique: "SAXS")),
        ("beamline:swing", RunFilter(instrument: "swing")), ("instrument:swing", RunFilter(instrument: "swing")),
        (
            "proposal:20251234 session:s1 sample:lysozyme kind:derived state:open",
            RunFilter(proposal: "20251234", session: "s1", sample: "lysozyme", kind: .derived, state: .open)
        ),
        ("state:extension-pending", RunFilter(state: .extensionPending)), ("state:Open", RunFilter(state: .open)),
        ("name:sozym", RunFilter(fragment: "sozym")),
        ("silver behenate", RunFilter(text: "silver behenate")),
        ("\"silver behenate\" lysozyme", RunFilter(text: "silver behenate lysozyme")),
        ("sample:\"silver behenate\" calibration", RunFilter(sample: "silver behenate", text: "calibration")),
        ("sample:silver\\ behenate", RunFilter(sample: "silver behenate")),
        ("sample:\"He said \\\"no\\\"\"", RunFilter(sample: "He said \"no\"")),
        ("sample:5\\\"", RunFilter(sample: "5\"")), ("sample:a\\\\b", RunFilter(sample: "a\\b")),
        // A second colon belongs to the value.
        ("sample:10.5072:x", RunFilter(sample: "10.5072:x")),
        ("\"state:open\"", RunFilter(text: "state:open")), ("state\\:open", RunFilter(text: "state:open")),
    ]

    @Test(arguments: questions.indices)
    func everyFieldFillsItsPartOfTheFilter(_ index: Int) throws {
        let (text, expected) = Self.questions[index]
        let filter = try Self.filter(text)
        #expect(filter == expected, "\(text)")
    }

    /// Signs of the search engine and of the database come through as the letters that they are.
    @Test(arguments: [
        "AND", "OR", "NOT lyso", "NEAR(a b, 5)", "lyso*", "^lyso", "-lyso", "{lyso}", "'; DROP TABLE run;--", "%", "_",
        "a' OR '1'='1",
        "technique=SAXS", "(state)",
    ])
    func nothingIsSyntaxOfAnotherLanguage(_ text: String) throws {
        let filter = try Self.filter(text)
        #expect(filter == RunFilter(text: text))
        let value = try Self.filter("sample:\"\(text)\"")
        #expect(value == RunFilter(sample: text))
    }

    private static let periods: [(String, String, String?, String?)] = [
        ("after:2026-03-01 before:2026-04-01", "Europe/Paris", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
        ("after:2026-03-01", "UTC", "2026-03-01T00:00:00Z", nil),
        ("before:2026-03-01", "Pacific/Auckland", nil, "2026-02-28T11:00:00Z"),
        ("after:2026-03-01T08:30:00+01:00", "Pacific/Auckland", "2026-03-01T07:30:00Z", nil),
        ("after:\"2026-03-01 08:30:00Z\"", "UTC", "2026-03-01T08:30:00Z", nil),
        // Midnight does not exist on that day; nor does 2011-12-30 at all.
        ("after:2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z", nil),
        ("after:2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z", nil),
        ("after:2024-02-29", "UTC", "2024-02-29T00:00:00Z", nil),
    ]

    @Test(arguments: periods.indices)
    func daysBeginInTheZoneOfTheFacility(_ index: Int) throws {
        let (text, zone, begin, end) = Self.periods[index]
        let filter = try Self.filter(text, zone: zone)
        let from = try begin.map { try Timestamp($0) } ?? Timestamp(unixNanoseconds: .min)
        let to = try end.map { try Timestamp($0) } ?? Timestamp(unixNanoseconds: .max)
        #expect(filter == RunFilter(started: from..<to), "\(text)")
    }

    @Test func everyFieldIsInTheHelp() {
        let names = RunQuestion.fields.map(\.name)
        #expect(Set(names).count == names.count)
        for name in ["technique", "beamline", "state", "after", "energy", "wavelength", "distance"] {
            #expect(names.contains(name))
        }
        #expect(RunQuestion.fields.allSatisfy { !$0.meaning.isEmpty })
        #expect(Set(AccessState.allCases.map(\.word)).count == AccessState.allCases.count)
    }
}
