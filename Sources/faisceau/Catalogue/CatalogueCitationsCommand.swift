import ArgumentParser
import CatalogueQuestions
import CommandLineSupport

/// `faisceau catalogue citations`
struct CatalogueCitationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "citations", abstract: "Ask DataCite which works cite our sessions, runs and selections.",
        usage: "faisceau catalogue citations [<options>]",
        discussion: """
            From a timer, once a week: DataCite's events feed knows what publishers and other repositories have told of. What is new is entered \
            beside what people state (faisceau catalogue relation), told to everyone once the data are open, and shown to who would purge them. \
            Ends with 1 where the registry did not answer; the next look asks all of them again.

            Example:
              faisceau catalogue citations --facility facility.yaml
            """)

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, showing: "asking", of: "records", CatalogueQuestion(.readCitations))
    }
}
