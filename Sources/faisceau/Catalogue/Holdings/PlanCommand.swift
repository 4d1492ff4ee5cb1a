import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import JSON

/// `faisceau dmp`
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dmp", abstract: "Data management plans of proposals: for their team and the facility.",
        discussion: "Example:\n  faisceau dmp import plan.json --proposal 20260001",
        subcommands: [PlanImportCommand.self, PlanListCommand.self, PlanShowCommand.self])
}

struct PlanImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Bring a machine-actionable plan in, and link it to its proposal.",
        usage: "faisceau dmp import FILE.json --proposal ID [<options>]",
        discussion: """
            JSON of the RDA DMP Common Standard 1.1. What it makes mandatory is checked, and all that is missing is told at once. The same file \
            again changes nothing; a later version takes the place of an earlier one.

            Example:
              faisceau dmp import plan.json --proposal 20260001
            """)

    @Argument(help: ArgumentHelp("The plan.", valueName: "FILE.json")) var file: String
    @Option(help: ArgumentHelp("The facility's number of the proposal.", valueName: "ID")) var proposal: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output,
            CatalogueQuestion(
                .importPlan,
                ["document": .string(try SentText.contents(of: file, "The plan")), "proposal": .string(proposal)]))
    }
}

struct PlanListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the plans that one may know of, the latest first.",
        usage: "faisceau dmp list [--proposal ID] [<options>]", discussion: "Example:\n  faisceau dmp list --as irene")

    @Option(help: ArgumentHelp("Of this proposal only.", valueName: "ID")) var proposal: String?
    @Option(help: "Plans, 1 to 10000.") var limit = 100
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output, CatalogueQuestion(.plans, ["proposal": JSONValue(proposal), "limit": .integer(Int64(limit))]))
    }
}

struct PlanShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a plan as it was given.", usage: "faisceau dmp show DMP-ID [<options>]",
        discussion: "Example:\n  faisceau dmp show https://doi.org/10.5072/plan-1 --as irene")

    @Argument(help: ArgumentHelp("Its dmp_id.", valueName: "DMP-ID")) var identifier: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.plan, of: identifier))
    }
}
