import ArgumentParser
import CatalogueAnswers
import CatalogueQuestions
import CommandLineSupport
import JSON
import RunCatalogue

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
        let name: QuestionName = complete ? .completions : facets ? .facets : .search
        var arguments: JSONObject = ["q": .string(question)]
        if !facets { arguments["limit"] = .integer(Int64(limit)) }
        if name == .search { arguments["after"] = JSONValue(after) }
        try await catalogue.ask(output, CatalogueQuestion(name, arguments))
    }
}
