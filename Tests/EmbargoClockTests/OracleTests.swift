import EmbargoClock
import Foundation
import TestSupport
import Testing

/// The same questions to python-dateutil and zoneinfo, which share no code with this package, over the same zone table.
@Suite(
    "Against an independent oracle", .enabled(if: Zones.isInstalled, Zones.absence),
    .enabled(if: TestPython.isAvailable("dateutil", "zoneinfo"), "\(TestPython.absence)"))
struct OracleTests {
    private static func ask<Answer: Decodable>(_ script: String, _ questions: Any) throws -> [Answer] {
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("questions.json")
        try JSONSerialization.data(withJSONObject: questions).write(to: file)
        let output = try TestPython.run(
            script: PackageRoot.file("Tests/EmbargoClockTests/Oracle/\(script)"), [file.path],
            environment: ["PYTHONTZPATH": Zones.folder, "PYTHONDONTWRITEBYTECODE": "1"], seconds: 300)
        return try JSONDecoder().decode([Answer].self, from: Data(output.standardOutput.utf8))
    }

    private struct Answer: Decodable {
        let localDate: LocalDate
        let later: LocalDate
        let begins: Int64
    }

    @Test func `Local dates, years and the beginnings of days agree in every awkward zone`() throws {
        var random = SeededGenerator(seed: 1)
        var questions: [[String: Any]] = []
        var dates: [(zone: TimeZoneRules, at: Instant, date: LocalDate, years: Int)] = []
        for name in Zones.awkward {
            let zone = try Zones.zone(name)
            for number in 0..<250 {
                // A third within the history of changes, a third at the end of February, a third far ahead.
                let range = number % 3 == 2 ? 20_000...140_000 : -45_000...25_000
                var date = try LocalDate(dayNumber: Int.random(in: range, using: &random))
                if number % 3 == 1 { date = try LocalDate(year: date.year, month: 3, day: 1).adding(days: -1) }
                let at = try Instant(
                    millisecondsSince1970: Int64.random(in: -4_000_000_000_000...9_000_000_000_000, using: &random))
                let years = Int.random(in: 0...11, using: &random)
                dates.append((zone, at, date, years))
                questions.append([
                    "zone": name, "at": at.millisecondsSince1970, "date": date.description, "years": years,
                ])
            }
            // Each day of the years in which the zones of this list did the strangest things.
            for day in stride(from: 0, to: 366, by: name == "Pacific/Apia" ? 1 : 3) {
                let date = try LocalDate(year: 2008, month: 1, day: 1).adding(days: day)
                dates.append((zone, try instant("2008-01-01T00:00:00Z"), date, 3))
                questions.append(["zone": name, "at": 1_199_145_600_000, "date": date.description, "years": 3])
            }
        }
        let answers: [Answer] = try Self.ask("civil_days.py", questions)
        try #require(answers.count == dates.count && answers.count > 8000)
        for (question, answer) in zip(dates, answers) {
            let later = try question.date.adding(years: question.years)
            let begins = try question.zone.startOfDay(later.adding(days: 1))
            let place: Comment = "\(question.zone.identifier) \(question.date) + \(question.years) years, \(question.at)"
            #expect(later == answer.later, place)
            #expect(begins.millisecondsSince1970 == answer.begins, place)
            #expect(try question.zone.localDate(of: question.at) == answer.localDate, place)
        }
    }

    @Test func `Whatever happens in whatever order, both clocks stand where the simulation says`() throws {
        var stories: [RandomStory] = []
        for seed in 0..<2000 as Range<UInt64> {
            let zone = try Zones.zone(Zones.awkward[Int(seed) % Zones.awkward.count])
            stories.append(try RandomStory(seed: seed, zone: zone, events: 40))
        }
        let answers: [[[Said]]] = try Self.ask("two_clocks.py", stories.map(\.written))
        try #require(answers.count == stories.count)
        var seen: [String: Int] = [:]
        for (seed, (story, answer)) in zip(stories, answers).enumerated() {
            try #require(answer.count == story.told.count)
            for (number, (ours, theirs)) in zip(story.told, answer).enumerated() {
                #expect(ours == theirs.map(\.text), "seed \(seed), event \(number)")
                seen[ours[1], default: 0] += 1
                seen["accepted \(ours[0])", default: 0] += 1
                seen["retention \(ours[2].prefix(5))", default: 0] += 1
                seen["readers \(ours[4])", default: 0] += 1
            }
        }
        // The stories go everywhere, or they prove nothing.
        for state in [
            "collecting", "embargoed 0", "embargoed 1", "embargoed 2", "embargoed 3", "pending 0", "pending 1", "pending 2",
            "held embargoed 0", "held pending 0", "held collecting", "open", "proprietary", "withdrawn", "purged",
            "held embargoed 1", "readers everyone everyone", "readers registered registered", "readers nobody registered",
            "retention kept", "retention due 1", "retention notic", "accepted false",
        ] {
            #expect(seen[state, default: 0] > 20, "\(state) in \(seen)")
        }
    }

    /// A Boolean or a text.
    private struct Said: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            text = try (try? value.decode(Bool.self)).map { "\($0)" } ?? value.decode(String.self)
        }
    }
}
