import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import JSON

/// `faisceau catalogue reserve`
struct CatalogueReserveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reserve",
        abstract: "Give out an identifier for a run about to be armed, or list those that wait for their runs.",
        usage: "faisceau catalogue reserve [--holder NAME] [--hours N] | --list",
        discussion: """
            Nobody else is given it. Runs draw their identifiers themselves, offline, by default: this is for who must know one before the run, \
            for a label on a sample or a line in a logbook.

            Example:
              faisceau catalogue reserve --holder px1-detector --hours 48
            """)

    @Option(help: ArgumentHelp("Who will record the run (default: this host and process).", valueName: "NAME"))
    var holder: String?
    @Option(help: "For how long the run is waited for, 1 to 8760 hours.") var hours = 720
    @Flag(help: "Those that wait for their runs.") var list = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard !list else { return try await catalogue.ask(output, CatalogueQuestion(.reservations)) }
        try await catalogue.ask(
            output,
            CatalogueQuestion(
                .reserve, ["holder": .string(holder ?? MachineClock.hostAndProcess), "hours": .integer(Int64(hours))]))
    }
}

/// `faisceau catalogue release PID`
struct CatalogueReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Give back the lease that `catalogue path` took.",
        usage: "faisceau catalogue release PID --holder NAME [<options>]",
        discussion: """
            A lease ends by itself; who gives it back lets a purge or a move go on. One that is not held is no error.

            Example, at the end of a Slurm script:
              faisceau catalogue release $PID --holder $SLURM_JOB_ID
            """)

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Option(help: ArgumentHelp("Who holds it.", valueName: "NAME")) var holder: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.releaseLease, of: pid, ["holder": .string(holder)]))
    }
}
