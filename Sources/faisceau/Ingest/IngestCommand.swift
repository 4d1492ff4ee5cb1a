import ArgumentParser
import CommandLineSupport

struct IngestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest", abstract: "Record what a detector sends as sealed NeXus runs.",
        discussion: """
            Example:
              faisceau ingest stream --from tcp://172.31.1.1:31001 --out /data/2026
            """,
        subcommands: [IngestStreamCommand.self, IngestOutboxCommand.self])
}
