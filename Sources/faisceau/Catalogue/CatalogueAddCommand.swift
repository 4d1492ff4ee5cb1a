import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import EmbargoClock
import JSON
import RunCatalogue

/// `faisceau catalogue add RUN…`
struct CatalogueAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Hand sealed runs over: each has a page, two clocks and readers from then on.",
        usage: "faisceau catalogue add RUN… [<options>]",
        discussion: """
            The same run again changes nothing. Where the catalogue knows the session that the run names, the run opens with its session; \
            else it has clocks of its own, from its own end.

            A run whose proposal was not imported is not taken: it may be work that was paid for, and that nobody may know of.

            Two hosts may have drawn one identifier, which stands in the sealed files of both runs. The run that came first keeps it; the             other one is refused, and --new-identifier enters it under a new one. Its files stay as they are, and the catalogue finds it by             the new identifier; the history of the first run says that the identifier was drawn twice.

            A run that is refused does not keep the others from being added; the command then ends as the first refusal says.

            Example:
              faisceau catalogue add /data/2026/20261121_*
            """)

    @Argument(help: ArgumentHelp("Folders of sealed runs.", valueName: "RUN")) var runs: [String]
    @Flag(help: "Also runs whose proposal was not imported: they open as public work does.") var unknownProposal = false
    @Flag(help: "Enters a run whose identifier another run had before it under a new one.") var newIdentifier = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let actor = try await catalogue.actor(custodian)
            var added: [JSONValue] = []
            var status = ExitStatus.done
            for folder in runs {
                do {
                    let receipt = try await custodian.register(
                        SealedRun(folder: folder), by: actor, withUnknownProposal: unknownProposal,
                        newIdentifier: newIdentifier)
                    for note in receipt.notes { console.message("\(folder): \(note)", .warning) }
                    let words = EmbargoWords(receipt.status, rules: custodian.rules)
                    console.data("\(receipt.pid)  \(receipt.isNew ? "added" : "known already")  \(words.summary)")
                    added.append(
                        .object([
                            "run": .string(folder), "pid": .string("\(receipt.pid)"), "new": .bool(receipt.isNew),
                            "state": .string(words.state), "opens": JSONValue(words.opens), "clock": .string("\(receipt.owner)"),
                            "notes": JSONValue(receipt.notes),
                        ]))
                } catch {
                    let report = ErrorReport(error)
                    console.failure(report)
                    added.append(.object(["run": .string(folder), "error": .object(report.json)]))
                    if status == .done { status = report.exitStatus }
                }
            }
            return CommandOutcome(status, event: "added", ["runs": .array(added)])
        }
    }
}
