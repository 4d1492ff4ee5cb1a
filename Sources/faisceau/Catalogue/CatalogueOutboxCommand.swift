import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import JSON

/// `faisceau catalogue outbox`
struct CatalogueOutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "List what is to be told outside and has not arrived.",
        usage: "faisceau catalogue outbox [--retry] [<options>]",
        discussion: """
            A message says what has changed, not what is told: that follows from the catalogue at the moment of its delivery. --retry lets go \
            what waits for a person, and tries every way out again. Ends with 4 while something waits for a person.

            Examples:
              faisceau catalogue outbox
              faisceau catalogue outbox --retry
            """)

    @Flag(help: "What was refused is due again.") var retry = false
    @Option(help: "Messages that are listed, 1 to 100000.") var limit = 100
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000") }
    }

    func run() async throws {
        try await catalogue.ask(
            output, CatalogueQuestion(retry ? .retryOutbox : .outbox, ["limit": .integer(Int64(limit))]))
    }
}
