import ArgumentParser
import CatalogueAnswers
import CatalogueLink
import CatalogueQuestions
import CommandLineSupport
import Custody
import Diagnostics
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
        try await catalogue.asking(output) { asked, console in
            var added: [JSONValue] = []
            var status = ExitStatus.done
            for folder in runs {
                do {
                    let answer = try await handOver(folder, asked)
                    answer.show(on: console)
                    var fields: JSONObject = ["run": .string(folder)]
                    fields.merge(answer.fields)
                    added.append(.object(fields))
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

    private func handOver(_ folder: String, _ asked: any CatalogueAsking) async throws -> CatalogueAnswer {
        if let file = asked as? CatalogueAnswerer {
            return try await file.handOver(
                SealedRun(folder: folder), withUnknownProposal: unknownProposal, newIdentifier: newIdentifier)
        }
        return try await asked.ask(
            .handOver(folder: folder, withUnknownProposal: unknownProposal, newIdentifier: newIdentifier))
    }
}
