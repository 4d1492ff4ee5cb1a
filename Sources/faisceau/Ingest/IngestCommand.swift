import ArgumentParser
import CommandLineSupport

struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "Record what a detector sends as sealed NeXus runs.",
        subcommands: [IngestStreamCommand.self])
}
