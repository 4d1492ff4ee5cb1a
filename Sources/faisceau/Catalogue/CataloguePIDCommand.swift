import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import JSON

/// `faisceau catalogue pid`
struct CataloguePIDCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pid", abstract: "What the world knows of an identifier; a DOI for a run or a collection.",
        discussion: """
            A session gets its DOI by itself: a draft when it is opened, findable when it is closed. A run, or a collection of runs for a \
            paper, gets one when somebody asks.

            Example:
              faisceau catalogue pid show 10.5072/000000003rj076
            """,
        subcommands: [CataloguePIDMintCommand.self, CataloguePIDShowCommand.self])
}

struct CataloguePIDMintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mint", abstract: "Ask that the identifier of a run or a collection be a DOI that everyone finds.",
        usage: "faisceau catalogue pid mint PID [<options>]",
        discussion: """
            Somebody of its team (for a collection: of the team of each of its runs), or a curator. It is told to the registry by `faisceau \
            catalogue deliver`, as soon as its public record is for everyone, and kept up to date from then on: a collection also when runs are \
            taken in or out. What was findable once is so for ever.

            Example:
              faisceau catalogue pid mint 10.5072/000000003rj076 --as irene
            """)

    @Argument(help: ArgumentHelp("A run's or a collection's identifier.", valueName: "PID")) var pid: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.mint, of: pid))
    }
}

struct CataloguePIDShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell what a registry was told last of a run, a session or a collection.",
        usage: "faisceau catalogue pid show PID [<options>]",
        discussion: "Example:\n  faisceau catalogue pid show 10.5072/000000003rj076 --json")

    @Argument(help: ArgumentHelp("The identifier of a run, a session or a collection.", valueName: "PID")) var pid: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.registration, of: pid))
    }
}

/// `faisceau catalogue drift`
struct CatalogueDriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift", abstract: "Compare what the registry holds with what it ought to hold.",
        usage: "faisceau catalogue drift [--mend] [<options>]",
        discussion: """
            Every session, and every run that somebody asked a DOI for. What waits in the outbox differs until it is delivered. --mend has the \
            registry told again of what differs. Ends with 5 where something differs, with 1 where the registry could not be asked. The \
            built-in registry keeps nothing, and differs in nothing.

            Example:
              faisceau catalogue drift --facility facility.yaml
            """)

    @Flag(help: "Tell the registry again.") var mend = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output, showing: "counting", of: "records", CatalogueQuestion(.drift, mend ? ["mend": true] : [:]))
    }
}
