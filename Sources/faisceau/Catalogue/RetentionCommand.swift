import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import Custody
import JSON

/// `faisceau retention`
struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "What may be deleted one day, and who says so: nothing is deleted by a date.",
        discussion: "Example:\n  faisceau retention review",
        subcommands: [RetentionReviewCommand.self, RetentionPurgeCommand.self])
}

struct RetentionReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "List what is kept longer than it must be.",
        usage: "faisceau retention review [<options>]",
        discussion: "Example:\n  faisceau retention review")

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.retention))
    }
}

struct RetentionPurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Propose, confirm, cancel or record the deletion of what is due for review.",
        usage: "faisceau retention purge PID STEP [--reason TEXT] [<options>]",
        discussion: """
            A curator proposes, with the citations that the catalogue knows and those that are named; a second person confirms by naming all of \
            them; ninety days later, if no job holds a lease and no hold stands, the data files may be deleted by the facility's own means, and \
            `done` records it. It is refused while a data file lies where the run was recorded, as far as this machine sees it, or a copy is \
            registered (faisceau catalogue replica) that is not lost: delete it and forget it first. Page, identifier, metadata and checksums \
            stay.

            Example:
              faisceau retention purge 10.5072/000000003rj076 propose --as cleo \\
                  --reason "space"
            """)

    @OptionGroup var options: DecisionOptions
    @Argument(help: "propose, confirm, cancel or done.") var step: PurgeStep
    @Option(help: ArgumentHelp("Why: propose and cancel.", valueName: "TEXT")) var reason = ""
    @Option(help: ArgumentHelp("A work that cites the data; once for each.", valueName: "DOI")) var citation: [String] = []

    func run() async throws {
        try await options.ask(
            .purge,
            [
                "step": .string(step.rawValue), "reason": .string(reason),
                "citations": citation.isEmpty ? .null : JSONValue(citation),
            ])
    }
}

extension PurgeStep: ExpressibleByArgument {}
