import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import JSON
import RunCatalogue

/// `faisceau catalogue checkpoint`
struct CatalogueCheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Sign what was written up to now, in a file that leaves the machine.",
        usage: "faisceau catalogue checkpoint [--key FILE] [--out FOLDER] [<options>]",
        discussion: """
            A day has one checkpoint: the links of all histories that were written since the one before, signed with Ed25519, and with the digest of \
            the day before. The file names runs by identifier and everything else by number. Take it to another machine: there it proves, by \
            faisceau catalogue check --checkpoint, that nothing of what was there has been changed or taken away. With key and folder in the \
            facility's file, faisceau embargo sweep writes one a day.

            --new-key makes a key of mode 0600, and beside it the public one for whoever checks.

            Examples:
              faisceau catalogue checkpoint --new-key checkpoint-key
              faisceau catalogue checkpoint --key checkpoint-key --out checkpoints
              faisceau catalogue checkpoint --day 2026-05-10 --out checkpoints
            """)

    @Option(help: ArgumentHelp("The key (default: the facility's).", valueName: "FILE")) var key: String?
    @Option(help: ArgumentHelp("Where the file is laid (default: the facility's folder).", valueName: "FOLDER")) var out: String?
    @Option(help: ArgumentHelp("Write the file of a day that has its checkpoint again.", valueName: "DAY")) var day: String?
    @Option(help: ArgumentHelp("Make a key, and nothing else.", valueName: "FILE")) var newKey: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if newKey != nil, key != nil || out != nil || day != nil {
            throw ValidationError("--new-key makes a key, and nothing else")
        }
        if day != nil, key != nil { throw ValidationError("The checkpoint of a past day is signed already: --day without --key") }
    }

    func run() async throws {
        if let newKey { return try make(newKey) }
        try await catalogue.with(output) { custodian, console in
            try await catalogue.requireCustody(custodian)
            guard let folder = out ?? custodian.rules.checkpointFolder else {
                throw CatalogueError(
                    .badRequest, "Where is the checkpoint to be laid?",
                    expected: "--out FOLDER, or checkpoint.folder in --facility")
            }
            let file: CheckpointFile
            var isNew = false
            if let day {
                file = try await custodian.checkpoint(of: day)
            } else {
                guard let key = key ?? custodian.rules.checkpointKey else {
                    throw CatalogueError(
                        .badRequest, "Which key signs?", expected: "--key FILE, or checkpoint.key in --facility",
                        remedy: "Make one: faisceau catalogue checkpoint --new-key FILE")
                }
                (file, isNew) = try await custodian.checkpoint(signedBy: CheckpointKeys.signingKey(file: key))
            }
            let path = try Custodian.write(file, to: folder)
            console.data("\(path): \(file.links) links\(isNew ? "" : "; the day has its checkpoint already")")
            return CommandOutcome(
                .done, event: "signed",
                [
                    "file": .string(path), "day": .string(file.day), "links": .integer(Int64(file.links)),
                    "change": .integer(file.change), "new": .bool(isNew),
                ])
        }
    }

    private func make(_ file: String) throws {
        try runReporting(output) { console in
            let (_, publicFile) = try CheckpointKeys.make(file: file)
            console.data("\(file): signs; yours alone\n\(publicFile): for whoever checks")
            return CommandOutcome(.done, event: "made", ["key": .string(file), "public_key": .string(publicFile)])
        }
    }
}
