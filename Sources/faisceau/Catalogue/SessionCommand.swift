import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import JSON

/// `faisceau session`
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "Open, close and list sessions (beam times): their last run's end is what the clocks count from.",
        discussion: "Example:\n  faisceau session list --collecting",
        subcommands: [SessionOpenCommand.self, SessionCloseCommand.self, SessionListCommand.self])
}

struct SessionOpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a session: runs that name it go by its clocks.",
        usage: "faisceau session open PROPOSAL NAME --ends TIME [<options>]",
        discussion: """
            It has an identifier from now on. It closes by `faisceau session close`, or by itself seven days after its planned end.

            Example:
              faisceau session open 20260001 2026-05 --beamline PROXIMA-1 \\
                  --ends 2026-05-10T06:00:00Z
            """)

    @Argument(help: ArgumentHelp("A proposal that was imported.", valueName: "PROPOSAL")) var proposal: String
    @Argument(help: ArgumentHelp("The session's name, as runs will name it.", valueName: "NAME")) var name: String
    @Option(help: ArgumentHelp("The planned end (RFC 3339).", valueName: "TIME")) var ends: String
    @Option(help: ArgumentHelp("The beginning (RFC 3339).", valueName: "TIME")) var begins: String?
    @Option(help: ArgumentHelp("Where.", valueName: "NAME")) var beamline: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output,
            CatalogueQuestion(
                .openSession,
                [
                    "proposal": .string(proposal), "session": .string(name), "beamline": JSONValue(beamline),
                    "begins": JSONValue(begins), "ends": .string(ends),
                ]))
    }
}

struct SessionCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close a session: both clocks start.",
        usage: "faisceau session close PROPOSAL NAME [<options>]",
        discussion: "Example:\n  faisceau session close 20260001 2026-05")

    @Argument(help: ArgumentHelp("The proposal.", valueName: "PROPOSAL")) var proposal: String
    @Argument(help: ArgumentHelp("The session's name.", valueName: "NAME")) var name: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output, CatalogueQuestion(.closeSession, ["proposal": .string(proposal), "session": .string(name)]))
    }
}

struct SessionListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List sessions, the latest first.", usage: "faisceau session list [<options>]",
        discussion: "Example:\n  faisceau session list --collecting")

    @Option(help: ArgumentHelp("Of one proposal.", valueName: "PROPOSAL")) var proposal: String?
    @Flag(help: "Those that are not closed.") var collecting = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output,
            CatalogueQuestion(.sessions, ["proposal": JSONValue(proposal), "collecting": collecting ? true : .null]))
    }
}
