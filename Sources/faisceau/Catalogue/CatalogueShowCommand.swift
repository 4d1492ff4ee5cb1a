import ArgumentParser
import CatalogueQuestions
import CommandLineSupport

/// `faisceau catalogue show PID`
struct CatalogueShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Tell what the catalogue knows of a run or a session.",
        usage: "faisceau catalogue show PID [<options>]",
        discussion: """
            Who may not read a run sees its public record, where everyone may know of it; what nobody may know of is not found.

            Example:
              faisceau catalogue show 10.5072/000000003rj076 --as anonymous
            """)

    @Argument(help: ArgumentHelp("A run's or a session's identifier.", valueName: "PID")) var pid: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.show, of: pid))
    }
}
