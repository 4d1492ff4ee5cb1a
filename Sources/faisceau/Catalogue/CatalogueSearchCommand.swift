import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import EmbargoClock
import Foundation
import JSON
import RunCatalogue
import RunModel

/// `faisceau catalogue search QUESTION`
struct CatalogueSearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find runs by fields, ranges and words.",
        usage: "faisceau catalogue search [QUESTION] [<options>]",
        discussion: """
            All parts of the question must hold; none is every run. Counted and shown is only what the reader may see.

            Fields, and values with their units:
            \(RunQuestion.fields.map { wrapped($0.name, $0.meaning) }.joined(separator: "\n"))

            Examples:
              faisceau catalogue search 'technique:SAXS energy:8..12keV sample:lysozyme'
              faisceau catalogue search 'state:open after:2026-03-01 "silver behenate"'
              faisceau catalogue search --complete 'technique:SAXS sample:lys'
            """)

    /// A line of a list, 80 columns at most; what does not fit goes on below, indented.
    private static func wrapped(_ name: String, _ meaning: String) -> String {
        var lines = ["  " + "\(name):".padding(15)]
        for word in meaning.split(separator: " ") {
            if lines[lines.count - 1].count + word.count + 1 > 79 { lines.append(String(repeating: " ", count: 17)) }
            lines[lines.count - 1] += (lines[lines.count - 1].hasSuffix(" ") ? "" : " ") + word
        }
        return lines.joined(separator: "\n")
    }

    @Argument(help: ArgumentHelp("What to find.", valueName: "QUESTION")) var question = ""
    @Option(help: "Runs on a page, 1 to 1000.") var limit = 20
    @Option(help: ArgumentHelp("Where the page before ended.", valueName: "CURSOR")) var after: String?
    @Flag(help: "How the runs divide, instead of the runs.") var facets = false
    @Flag(help: "Complete the last term of the question, instead of asking it.") var complete = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if complete, facets { throw ValidationError("Either --complete or --facets") }
    }

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            if complete { return try await complete(custodian, console) }
            guard let zone = TimeZone(identifier: custodian.rules.zone.identifier) else {
                throw CatalogueError(.badRequest, "The facility's zone is not known", got: custodian.rules.zone.identifier)
            }
            if facets {
                let filter = try RunQuestion(question, zone: zone).filter
                return try await divide(filter, catalogue.scope(custodian), custodian, console)
            }
            let page = try await catalogue.client(custodian).search(question, after: after, limit: limit)
            var table = TextTable([
                .init("PID", least: 22), .init("started", least: 10), .init("beamline"), .init("technique"), .init("sample"),
                .init("name", least: 12),
                .init("state"), .init("opens", least: 10),
            ])
            for run in page.runs {
                table.add([
                    "\(run.pid)", run.started.date(in: zone), run.beamline ?? "", run.technique ?? "", run.sample ?? "", run.name,
                    run.state, run.opens ?? "",
                ])
            }
            let count: BoundedCount = page.isExact ? .exactly(page.count) : .atLeast(page.count)
            console.data(table)
            console.data("\(count.words)\(page.next.map { "; more: --after \($0)" } ?? "")")
            return CommandOutcome(
                .done, event: "found",
                [
                    "runs": .array(page.runs.map { .object($0.fields) }), "count": count.json,
                    "next": JSONValue(page.next),
                ])
        }
    }

    /// One candidate a line, as a shell's completion reads them: each the whole question.
    private func complete(_ custodian: Custodian, _ console: Console) async throws -> CommandOutcome {
        let candidates = try await custodian.completions(
            of: question, for: catalogue.reader(custodian), limit: min(max(limit, 1), 100))
        for candidate in candidates { console.data(candidate.question) }
        return CommandOutcome(
            .done, event: "completed",
            [
                "candidates": .array(
                    candidates.map { .object(["value": .string($0.value), "question": .string($0.question)]) })
            ])
    }

    private func divide(
        _ filter: RunFilter, _ scope: ReaderScope, _ custodian: Custodian, _ console: Console
    ) async throws -> CommandOutcome {
        let facets = try await custodian.store.facets(filter, scope: scope, limit: 100_000)
        let parts: [(String, [(String, Int)])] = [
            ("technique", facets.techniques.map { ($0.value, $0.runs) }),
            ("beamline", facets.instruments.map { ($0.value, $0.runs) }),
            ("proposal", facets.proposals.map { ($0.value, $0.runs) }), ("sample", facets.samples.map { ($0.value, $0.runs) }),
            ("state", facets.states.map { ($0.key.word, $0.value) }.sorted { $0.1 > $1.1 }),
            ("kind", facets.kinds.map { ($0.key.rawValue, $0.value) }.sorted { $0.1 > $1.1 }),
        ]
        var table = TextTable([.init("facet"), .init("value"), .init("runs", isNumber: true)])
        for (name, shares) in parts { for (value, runs) in shares { table.add([name, value, "\(runs)"]) } }
        console.data(table)
        console.data(facets.count.words)
        var fields: JSONObject = ["count": facets.count.json]
        for (name, shares) in parts {
            fields[name] = .array(shares.map { .object(["value": .string($0.0), "runs": .integer(Int64($0.1))]) })
        }
        return CommandOutcome(.done, event: "divided", fields)
    }
}

extension BoundedCount {
    var words: String {
        switch self {
        case .exactly(let count): count == 1 ? "1 run" : "\(count) runs"
        case .atLeast(let count): "more than \(count) runs"
        }
    }

    var json: JSONValue {
        switch self {
        case .exactly(let count): .object(["runs": .integer(Int64(count)), "exact": .bool(true)])
        case .atLeast(let count): .object(["runs": .integer(Int64(count)), "exact": .bool(false)])
        }
    }
}
