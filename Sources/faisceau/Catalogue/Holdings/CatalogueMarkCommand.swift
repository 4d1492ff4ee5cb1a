import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import JSON
import RunCatalogue
import RunModel

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
        try await catalogue.with(output) { custodian, console in
            let frames = Int64(self.frames.frames.lowerBound)...Int64(self.frames.frames.upperBound)
            let mark = try await custodian.mark(
                catalogue.run(pid, custodian), MarkDraft(word, frames: frames, reason: reason), by: catalogue.actor(custodian))
            console.data("mark \(mark.number): \(mark.word.rawValue) \(mark.frames.lowerBound)-\(mark.frames.upperBound)")
            return CommandOutcome(.done, event: "marked", mark.fields)
        }
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
        try await catalogue.with(output) { custodian, console in
            let marks = try await custodian.store.marks(of: catalogue.run(pid, custodian), scope: catalogue.scope(custodian))
            var table = TextTable([
                .init("mark", isNumber: true), .init("word"), .init("frames"), .init("at", least: 20), .init("reason", least: 16),
            ])
            for mark in marks {
                table.add([
                    "\(mark.number)", mark.word.rawValue, "\(mark.frames.lowerBound)-\(mark.frames.upperBound)", "\(mark.at)",
                    mark.reason ?? "",
                ])
            }
            console.data(table)
            return CommandOutcome(.done, event: "listed", ["marks": .array(marks.map { .object($0.fields) })])
        }
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
        try await catalogue.with(output) { custodian, console in
            try await custodian.removeMark(number, of: catalogue.run(pid, custodian), by: catalogue.actor(custodian))
            console.data("mark \(number): removed")
            return CommandOutcome(.done, event: "removed", ["mark": .integer(number)])
        }
    }
}

extension FrameMark {
    var fields: JSONObject {
        [
            "mark": .integer(number), "word": .string(word.rawValue), "first_frame": .integer(frames.lowerBound),
            "last_frame": .integer(frames.upperBound), "reason": JSONValue(reason), "person": JSONValue(person.map(Int.init)),
            "at": .string("\(at)"),
        ]
    }
}
