import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import Custody
import JSON
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
        discussion: """
            The copy is checked before the command ends: it is a catalogue that opens. It holds every secret of the catalogue, and no server \
            sends it: a server lays it, for accounts with the role custodian, into the folder that its facility's file sets (backup), and FILE is its name there.

            Example:
              faisceau catalogue backup /backup/catalogue-$(date +%F).sqlite
            """)

    @Argument(help: ArgumentHelp("The copy; no file is overwritten.", valueName: "FILE")) var file: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let path = file.split(separator: "/", omittingEmptySubsequences: false)
        let question = CatalogueQuestion(.backUp, ["name": .string(catalogue.isServed ? file : String(path.last ?? ""))])
        let folder = path.dropLast().joined(separator: "/") + (path.count > 1 ? "/" : "")
        try await catalogue.asking(output) {
            $0.backupFolder = folder
        } _: { asked, console in
            try await catalogue.showing("copying", of: "catalogues", console) { try await asked.ask(question, progress: $0) }
                .outcome(on: console)
        }
    }
}
