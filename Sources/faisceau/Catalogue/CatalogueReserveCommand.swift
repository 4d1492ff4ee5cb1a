import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import JSON
import RunModel

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
        try await catalogue.with(output) { custodian, console in
            let client = try await catalogue.client(custodian)
            if list {
                let waiting = try await client.reservations()
                var table = TextTable([.init("PID", least: 22), .init("holder", least: 10), .init("waits until", least: 20)])
                for each in waiting { table.add(["\(each.pid)", each.holder, "\(each.lapses)"]) }
                console.data(table)
                return CommandOutcome(.done, event: "listed", ["reservations": .array(waiting.map { .object($0.fields) })])
            }
            let reserved = try await client.reserve(for: holder ?? MachineClock.hostAndProcess, hours: hours)
            console.data("\(reserved.pid)")
            return CommandOutcome(.done, event: "reserved", reserved.fields)
        }
    }
}

extension ReservedIdentifier {
    fileprivate var fields: JSONObject {
        ["pid": .string("\(pid)"), "holder": .string(holder), "lapses": .string("\(lapses)")]
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
        try await catalogue.with(output) { custodian, console in
            try await catalogue.client(custodian).releaseLease(on: pid, holder: holder)
            console.data("released")
            return CommandOutcome(.done, event: "released", ["holder": .string(holder)])
        }
    }
}
