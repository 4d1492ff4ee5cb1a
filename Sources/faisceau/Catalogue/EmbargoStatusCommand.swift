import ArgumentParser
import CatalogueQuestions
import CommandLineSupport

/// `faisceau embargo status PID`
struct EmbargoStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Tell where the clocks stand, and by which decisions.",
        usage: "faisceau embargo status PID [<options>]",
        discussion: "Example:\n  faisceau embargo status 10.5072/000000003rj076 --json")

    @OptionGroup var options: DecisionOptions

    func run() async throws {
        try await options.catalogue.ask(options.output, CatalogueQuestion(.embargo, of: options.pid))
    }
}
