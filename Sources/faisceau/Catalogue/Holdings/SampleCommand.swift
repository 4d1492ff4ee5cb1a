import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import JSON

/// `faisceau sample`
struct SampleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Samples with IGSN: what was measured, whose it is, where it comes from.",
        discussion: """
            What is known of a sample is its team's, until the last of its runs opens. Before, the public records of its runs name its IGSN, \
            and no more.

            Example:
              faisceau sample import samples.json --as irene
            """,
        subcommands: [SampleImportCommand.self, SampleListCommand.self, SampleShowCommand.self])
}

struct SampleImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Describe samples of a proposal; each has an IGSN from then on.",
        usage: "faisceau sample import FILE.json [<options>]",
        discussion: """
            What can be said stands in schemas/samples.schema.json. The same file again changes nothing. Runs that name the sample and are of \
            the proposal's team say in their records that they come from it. A minimal file:

              {"schema": "faisceau.samples.1", "samples": [
                {"name": "lysozyme", "proposal": "20260001",
                 "description": "hen egg white, tetragonal"}]}

            Example:
              faisceau sample import samples.json
            """)

    @Argument(help: ArgumentHelp("The samples.", valueName: "FILE.json")) var file: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output,
            CatalogueQuestion(.importSamples, ["document": .string(try SentText.contents(of: file, "The list of samples"))]))
    }
}

struct SampleListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the samples of which one may know everything.",
        usage: "faisceau sample list [<options>]", discussion: "Example:\n  faisceau sample list --as irene")

    @Option(help: "Samples, 1 to 10000.") var limit = 100
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.samples, ["limit": .integer(Int64(limit))]))
    }
}

struct SampleShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell what one may know of a sample, or write its DataCite record.",
        usage: "faisceau sample show IGSN|NAME [--datacite] [<options>]",
        discussion: "Example:\n  faisceau sample show 10.5072/000000003rj076 --as anonymous")

    @Argument(help: ArgumentHelp("Its IGSN, or its name.", valueName: "IGSN|NAME")) var sample: String
    @Flag(help: "Its record as DataCite takes it, JSON.") var datacite = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.sample, of: sample, ["datacite": datacite ? true : .null]))
    }
}
