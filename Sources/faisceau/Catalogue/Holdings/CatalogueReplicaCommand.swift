import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import Custody
import Diagnostics
import JSON
import RunCatalogue

extension ReplicaState: ExpressibleByArgument {}

/// `faisceau catalogue replica`
struct CatalogueReplicaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replica", abstract: "Where copies of a run's files lie, and whether they are still whole.",
        discussion: """
            The facility registers, verifies and forgets copies; where they lie is told to the team and the facility only. A purge is not done \
            while a copy that is not lost is registered: delete it and forget it first. None is forgotten while a job holds a lease on the run.

            Example:
              faisceau catalogue replica add 10.5072/000000003rj076 \\
                  --store second-room --path /mnt/second/run_12
            """,
        subcommands: [
            CatalogueReplicaAddCommand.self, CatalogueReplicaListCommand.self, CatalogueReplicaVerifyCommand.self,
            CatalogueReplicaForgetCommand.self,
        ])
}

struct CatalogueReplicaAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Register copies: of all files of a run, or of one.",
        usage: "faisceau catalogue replica add PID --store NAME --path PATH [<options>]",
        discussion: """
            States: online (on a disk), staging (on its way from a tape), offline (on a tape), lost, damaged. A copy that was registered before \
            counts as not verified again.

            Example:
              faisceau catalogue replica add 10.5072/000000003rj076 \\
                  --store tape --path /tape/run_12 --state offline
            """)

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Option(help: ArgumentHelp("A name for the place.", valueName: "NAME")) var store: String
    @Option(
        help: ArgumentHelp(
            "The folder below which the copies have the run's own paths; with --file, the copy.", valueName: "PATH"))
    var path: String
    @Option(help: ArgumentHelp("One file of the run, relative to its folder.", valueName: "FILE")) var file: String?
    @Option(help: "online, staging, offline, lost or damaged.") var state = ReplicaState.online
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output,
            CatalogueQuestion(
                .addCopies, of: pid,
                [
                    "store": .string(store), "path": .string(path), "file": JSONValue(file), "state": .string(state.rawValue),
                ]))
    }
}

struct CatalogueReplicaListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Tell how the copies of a run divide; with --files, each of them.",
        usage: "faisceau catalogue replica list PID [--files] [--store NAME] [<options>]",
        discussion: "Example:\n  faisceau catalogue replica list 10.5072/000000003rj076 --files")

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Flag(help: "Each copy.") var files = false
    @Option(help: ArgumentHelp("With --files: in this store only.", valueName: "NAME")) var store: String?
    @Option(help: "With --files: from this file on, by its number in the run.") var from: Int64 = 0
    @Option(help: "With --files: copies on a page, 1 to 10000.") var limit = 100
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard files else { return try await catalogue.ask(output, CatalogueQuestion(.copies, of: pid)) }
        try await catalogue.ask(
            output,
            CatalogueQuestion(
                .copiedFiles, of: pid,
                ["store": JSONValue(store), "from": .integer(from), "limit": .integer(Int64(limit))]))
    }
}

struct CatalogueReplicaVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read the copies in a store, and compare size and digest with what was recorded.",
        usage: "faisceau catalogue replica verify PID --store NAME [<options>]",
        discussion: """
            What was found, and when, is written down: a copy is then online, damaged or lost. Copies on a tape are not fetched. Ends with 5 \
            when any is damaged or lost. Asked of a server, the server reads them, for accounts with the role custodian.

            Example:
              faisceau catalogue replica verify 10.5072/000000003rj076 \\
                  --store second-room
            """)

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Option(help: ArgumentHelp("The name of the place.", valueName: "NAME")) var store: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output, showing: "verifying", of: "copies", CatalogueQuestion(.verifyCopies, of: pid, ["store": .string(store)]))
    }
}

struct CatalogueReplicaForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Forget copies that are no more; no file is deleted by it.",
        usage: "faisceau catalogue replica forget PID --store NAME [<options>]",
        discussion: """
            Example:
              faisceau catalogue replica forget 10.5072/000000003rj076 \\
                  --store second-room
            """)

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Option(help: ArgumentHelp("The name of the place.", valueName: "NAME")) var store: String
    @Option(help: ArgumentHelp("The copy of one file (default: of all).", valueName: "FILE")) var file: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output, CatalogueQuestion(.forgetCopies, of: pid, ["store": .string(store), "file": JSONValue(file)]))
    }
}
