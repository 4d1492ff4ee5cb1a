import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import JSON
import RunCatalogue

/// `faisceau catalogue mark`
struct CatalogueMarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark", abstract: "Say of frames of a run that they are to be kept or dropped.",
        discussion: """
            A mark deletes nothing: whoever reduces the run asks for the marks, and `show` tells them. They are read by whoever reads the run. \
            The team, staff of the beamline and curators set and remove them; both stand in the run's history.

            Example:
              faisceau catalogue mark 10.5072/000000003rj076 --drop \\
                  --frames 100-199 --reason "beam lost"
            """,
        subcommands: [CatalogueMarkAddCommand.self, CatalogueMarkListCommand.self, CatalogueMarkRemoveCommand.self],
        defaultSubcommand: CatalogueMarkAddCommand.self)
}

extension MarkWord: EnumerableFlag {
    public static func help(for value: MarkWord) -> ArgumentHelp? {
        value == .keep ? "They are to be kept." : "They are to be dropped."
    }
}

struct CatalogueMarkAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Mark frames.",
        usage: "faisceau catalogue mark add PID --keep|--drop --frames A-B [<options>]",
        discussion: """
            Frames of which the contrary was said are refused: remove that mark first.

            Example:
              faisceau catalogue mark add 10.5072/000000003rj076 --keep \\
                  --frames 0-99 --reason "the reaction"
            """)

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Flag var word: MarkWord
    @Option(help: ArgumentHelp("From 0, both included.", valueName: "A-B")) var frames: FrameRange
    @Option(help: ArgumentHelp("Why.", valueName: "TEXT")) var reason: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output,
            CatalogueQuestion(
                .mark, of: pid,
                [
                    "word": .string(word.rawValue), "first_frame": .integer(Int64(frames.frames.lowerBound)),
                    "last_frame": .integer(Int64(frames.frames.upperBound)), "reason": .string(reason),
                ]))
    }
}

struct CatalogueMarkListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the marks of a run, by their first frame.",
        usage: "faisceau catalogue mark list PID [<options>]",
        discussion: "Example:\n  faisceau catalogue mark list 10.5072/000000003rj076")

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.marks, of: pid))
    }
}

struct CatalogueMarkRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a mark back.", usage: "faisceau catalogue mark remove PID NUMBER [<options>]",
        discussion: "Example:\n  faisceau catalogue mark remove 10.5072/000000003rj076 17")

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Argument(help: ArgumentHelp("The mark's number, as the list tells it.", valueName: "NUMBER")) var number: Int64
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.removeMark, of: pid, ["mark": .integer(number)]))
    }
}
