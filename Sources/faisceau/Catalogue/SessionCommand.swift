import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import EmbargoClock
import JSON
import RunCatalogue
import RunModel

/// `faisceau session`
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "Open, close and list sessions (beam times): their last run's end is what the clocks count from.",
        discussion: "Example:\n  faisceau session list --collecting",
        subcommands: [SessionOpenCommand.self, SessionCloseCommand.self, SessionListCommand.self])
}

struct SessionOpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a session: runs that name it go by its clocks.",
        usage: "faisceau session open PROPOSAL NAME --ends TIME [<options>]",
        discussion: """
            It has an identifier from now on. It closes by `faisceau session close`, or by itself seven days after its planned end.

            Example:
              faisceau session open 20260001 2026-05 --beamline PROXIMA-1 \\
                  --ends 2026-05-10T06:00:00Z
            """)

    @Argument(help: ArgumentHelp("A proposal that was imported.", valueName: "PROPOSAL")) var proposal: String
    @Argument(help: ArgumentHelp("The session's name, as runs will name it.", valueName: "NAME")) var name: String
    @Option(help: ArgumentHelp("The planned end (RFC 3339).", valueName: "TIME")) var ends: String
    @Option(help: ArgumentHelp("The beginning (RFC 3339).", valueName: "TIME")) var begins: String?
    @Option(help: ArgumentHelp("Where.", valueName: "NAME")) var beamline: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let session = try await custodian.openSession(
                SessionName(proposal: proposal, name: name), instrument: beamline, begins: begins.map { try Timestamp($0) },
                plannedEnd: Timestamp(ends), by: catalogue.actor(custodian))
            console.data("\(session.name) is open: \(session.pid.map { "\($0)" } ?? "")")
            return CommandOutcome(
                .done, event: "opened",
                [
                    "proposal": .string(proposal), "session": .string(name), "pid": JSONValue(session.pid.map { "\($0)" }),
                    "planned_end": .string("\(session.plannedEnd)"),
                ])
        }
    }
}

struct SessionCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close a session: both clocks start.",
        usage: "faisceau session close PROPOSAL NAME [<options>]",
        discussion: "Example:\n  faisceau session close 20260001 2026-05")

    @Argument(help: ArgumentHelp("The proposal.", valueName: "PROPOSAL")) var proposal: String
    @Argument(help: ArgumentHelp("The session's name.", valueName: "NAME")) var name: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let decision = try await custodian.closeSession(
                SessionName(proposal: proposal, name: name), by: catalogue.actor(custodian))
            return decision.outcome("closed", custodian, console)
        }
    }
}

struct SessionListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List sessions, the latest first.", usage: "faisceau session list [<options>]",
        discussion: "Example:\n  faisceau session list --collecting")

    @Option(help: ArgumentHelp("Of one proposal.", valueName: "PROPOSAL")) var proposal: String?
    @Flag(help: "Those that are not closed.") var collecting = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let sessions = try await custodian.sessions(
                for: catalogue.reader(custodian), proposal: proposal, onlyCollecting: collecting)
            var table = TextTable([
                .init("PID", least: 22), .init("proposal"), .init("session"), .init("beamline"), .init("planned end", least: 10),
                .init("runs", isNumber: true), .init("state", least: 12), .init("opens", least: 10),
            ])
            var objects: [JSONValue] = []
            for (session, status) in sessions {
                let words = EmbargoWords(status, rules: custodian.rules)
                table.add([
                    session.pid.map { "\($0)" } ?? "", session.name.proposal, session.name.name, session.instrument ?? "",
                    "\(session.plannedEnd)", "\(session.runs)", words.state, words.opens ?? "",
                ])
                objects.append(.object(session.fields(words)))
            }
            console.data(table)
            return CommandOutcome(.done, event: "listed", ["sessions": .array(objects)])
        }
    }
}

extension Decision {
    /// What a decision came to, for people and for scripts.
    func outcome(_ event: String, _ custodian: Custodian, _ console: Console) -> CommandOutcome {
        let words = EmbargoWords(status, rules: custodian.rules)
        console.data("\(owner): \(words.summary)")
        return CommandOutcome(
            .done, event: event,
            [
                "clock": .string("\(owner)"), "state": .string(words.state), "opens": JSONValue(words.opens),
                "retention": .string(words.retention), "entry": .integer(Int64(record.entries.count - 1)),
            ])
    }
}
