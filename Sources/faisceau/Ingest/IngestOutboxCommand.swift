import ArgumentParser
import ChunkFile
import CommandLineSupport
import Diagnostics
import Foundation
import JSON
import RunPipeline

/// `faisceau ingest outbox`
struct IngestOutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "List the runs of an output folder that the catalogue has not taken.",
        usage: "faisceau ingest outbox --out DIR [--retry] [<options>]",
        discussion: """
            What waits is handed over by the ingest that runs here, or by the next one, as soon as the catalogue answers. What the catalogue refused \
            stands with its reason: such a run is malformed, or another one than the catalogue has under its identifier. --retry lets these go \
            again, once that is mended; one run is handed over by hand with faisceau catalogue add RUN.

            Ends with 4 while a run was refused.

            Examples:
              faisceau ingest outbox --out /data/visitor
              faisceau ingest outbox --out /data/visitor --retry
            """)

    @Option(help: ArgumentHelp("Where the runs are written.", valueName: "DIR")) var out: String
    @Flag(help: "What was refused waits again.") var retry = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try runReporting(output) { console in
            let folder = URL(fileURLWithPath: out).standardizedFileURL.path
            let outbox = HandOverOutbox(outputFolder: folder, fileSystem: LocalFileSystem())
            guard FileManager.default.fileExists(atPath: outbox.folder) else {
                throw ChunkFileError(
                    .notFound, "No ingest has handed runs over from here", at: outbox.folder,
                    remedy: "--out is the folder that faisceau ingest stream --out names")
            }
            if retry {
                for entry in outbox.entries() {
                    if case .refused = entry.standing { try outbox.retry(run: entry.run) }
                }
            }
            let entries = outbox.entries()
            var table = TextTable([.init("run", least: 20), .init("standing"), .init("reason", least: 20)])
            for entry in entries { table.add([entry.run, entry.word, entry.reason ?? ""]) }
            if entries.isEmpty { console.message("Nothing waits.", .info) } else { console.data(table) }
            let isRefused = entries.contains { $0.reason != nil }
            return CommandOutcome(
                isRefused ? .refused : .done, event: "listed",
                [
                    "runs": .array(
                        entries.map {
                            .object([
                                "run": .string($0.run), "standing": .string($0.word), "reason": JSONValue($0.reason),
                            ])
                        })
                ])
        }
    }
}

extension HandOverOutbox.Entry {
    fileprivate var word: String {
        switch standing {
        case .notSealed: "not sealed"
        case .waiting: "waits"
        case .refused: "refused"
        }
    }

    fileprivate var reason: String? { if case .refused(let reason) = standing { reason } else { nil } }
}
