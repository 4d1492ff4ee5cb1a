import ArgumentParser
import CatalogueQuestions
import CommandLineSupport

/// `faisceau catalogue history PID`
struct CatalogueHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Tell what happened to a run, a session or a proposal, oldest first.",
        usage: "faisceau catalogue history PID|--proposal NAME [<options>]",
        discussion: """
            Each link holds the digest of the record as it stood then and of the link before; the chain is checked on the way. Of a session its \
            team, its beamline's staff and curators read what was decided and shared, and on which days a link was used; of a proposal they read \
            which fields an import changed. What happened to an account: faisceau user history NAME.

            Examples:
              faisceau catalogue history 10.5072/000000003rj076
              faisceau catalogue history 20260001/2026-05
              faisceau catalogue history --proposal 20260001
            """)

    @Argument(help: ArgumentHelp("A run's or a session's identifier.", valueName: "PID")) var pid: String?
    @Option(help: ArgumentHelp("Of a proposal.", valueName: "NAME")) var proposal: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (pid == nil) != (proposal == nil) else {
            throw ValidationError("Of what? PID, PROPOSAL/SESSION or --proposal NAME")
        }
    }

    func run() async throws {
        try await catalogue.ask(
            output,
            proposal.map { CatalogueQuestion(.proposalHistory, of: $0) } ?? CatalogueQuestion(.history, of: pid ?? ""))
    }
}
