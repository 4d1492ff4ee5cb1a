import ArgumentParser
import CatalogueQuestions
import CommandLineSupport

/// `faisceau user history NAME`
struct UserHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Tell what happened to an account, oldest first.",
        usage: "faisceau user history NAME [<options>]",
        discussion: """
            Made, closed, another password, tokens by number: never a secret. For whose account it is, curators and the custodian. The chain is checked \
            on the way.

            Example:
              faisceau user history irene
            """)

    @Argument(help: "The account.") var name: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.accountHistory, of: name))
    }
}
