import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import Custody
import Diagnostics
import JSON
import RunCatalogue
import RunModel

/// `faisceau catalogue files PID`
struct CatalogueFilesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files", abstract: "List the files of a run.", usage: "faisceau catalogue files PID [<options>]",
        discussion: "Example:\n  faisceau catalogue files 10.5072/000000003rj076 --limit 100 --from 100")

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Option(help: "Files on a page, 1 to 10000.") var limit = 100
    @Option(help: "The number of the first one, from 0.") var from: Int64 = 0
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output, CatalogueQuestion(.files, of: pid, ["from": .integer(from), "limit": .integer(Int64(limit))]))
    }
}

/// `faisceau catalogue path PID`
struct CataloguePathCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path", abstract: "Print the folder of a run, for a job that reads it where it lies.",
        usage: "faisceau catalogue path PID [<options>]",
        discussion: """
            Takes a lease: while it lasts, the run is neither purged nor moved. The same holder may take it again, which renews it.

            Example, in a Slurm script:
              RUN=$(faisceau catalogue path $PID --holder $SLURM_JOB_ID --hours 48)
              faisceau reduce azimuthal "$RUN" --out results
            """)

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Option(help: ArgumentHelp("Who holds the lease (default: this host and process).", valueName: "NAME")) var holder: String?
    @Option(help: "How long, 1 to 720 hours.") var hours = 24
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if !(1...720).contains(hours) { throw ValidationError("--hours is a number from 1 to 720, not \(hours)") }
    }

    func run() async throws {
        try await catalogue.ask(
            output,
            CatalogueQuestion(
                .lease, of: pid,
                ["holder": .string(holder ?? MachineClock.hostAndProcess), "hours": .integer(Int64(hours))]))
    }
}

/// `faisceau catalogue backup FILE`
struct CatalogueBackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Write a copy of the catalogue, whole and of one instant, while it is in use.",
        usage: "faisceau catalogue backup FILE [<options>]",
        discussion:
            "The copy is checked before the command ends: it is a catalogue that opens.\n\nExample:\n  faisceau catalogue backup /backup/catalogue-$(date +%F).sqlite"
    )

    @Argument(help: ArgumentHelp("The copy; no file is overwritten.", valueName: "FILE")) var file: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            try await custodian.store.backUp(to: file)
            // A copy that nobody has opened is a hope.
            let copy = try SQLiteCatalogue(path: file)
            defer { try? copy.close() }
            try await copy.checkIntegrity()
            console.data("\(file): copied and checked")
            return CommandOutcome(.done, event: "copied", ["file": .string(file)])
        }
    }
}
