import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import JSON

/// `faisceau proposal`
struct ProposalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proposal", abstract: "Bring the user office's proposals into the catalogue.",
        discussion: "Example:\n  faisceau proposal import proposals.json",
        subcommands: [ProposalImportCommand.self, ProposalListCommand.self])
}

struct ProposalImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import proposals with their people and planned sessions.",
        usage: "faisceau proposal import FILE.json [<options>]",
        discussion: """
            What can be said stands in schemas/proposals.schema.json. The same file again changes nothing; planned sessions are opened. Runs \
            of a team that were described before, and name a proposal of it, are brought under it: those of paid work are known to nobody \
            outside from then on. What was open before stays open, and is counted. A minimal file:

              {"schema": "faisceau.proposals.1", "proposals": [
                {"id": "20260001", "kind": "public", "title": "Structure of a protein",
                 "persons": [{"role": "principal investigator", "family_name": "Curie",
                              "given_name": "Irène", "email": "irene@example.org"}],
                 "sessions": [{"name": "2026-05", "beamline": "PROXIMA-1",
                               "ends": "2026-05-10T06:00:00Z"}]}]}

            Example:
              faisceau proposal import proposals.json
            """)

    @Argument(help: ArgumentHelp("The list of proposals.", valueName: "FILE.json")) var file: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output,
            CatalogueQuestion(
                .importProposals, ["document": .string(try SentText.contents(of: file, "The list of proposals"))]))
    }
}

struct ProposalListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the proposals.", usage: "faisceau proposal list [<options>]",
        discussion: "Example:\n  faisceau proposal list --json")

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.proposals))
    }
}
