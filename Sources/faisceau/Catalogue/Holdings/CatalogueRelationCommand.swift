import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import JSON
import RunCatalogue

/// `faisceau catalogue relation`
struct CatalogueRelationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relation",
        abstract: "Say what a run replaces, where a copy is, which article rests on it, which sample it looked at.",
        discussion: """
            Relations are read "this run … that", in DataCite's words. Once the run is open its page, its DOI's record and harvesters tell them; \
            of a run that is replaced they tell by which. What a result was made from is known from the result itself. The team, staff of the \
            beamline and curators state and remove them, of two runs those who have a part in both; both stand in the run's history.

            Examples:
              faisceau catalogue relation 10.5072/000000003rj076 \\
                  Obsoletes 10.5072/0000000028hf58
              faisceau catalogue relation 10.5072/000000003rj076 \\
                  IsCitedBy 10.1107/S1600577521007749
            """,
        subcommands: [
            CatalogueRelationAddCommand.self, CatalogueRelationListCommand.self, CatalogueRelationRemoveCommand.self,
        ],
        defaultSubcommand: CatalogueRelationAddCommand.self)
}

struct CatalogueRelationAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "State a relation.",
        usage: "faisceau catalogue relation add PID RELATION TARGET [<options>]",
        discussion: """
            IsNewVersionOf and Obsoletes name a run of the catalogue; Obsoletes says that it is faulty. IsIdenticalTo names the DOI of a copy \
            that is kept elsewhere, IsSupplementTo the article to which the run belongs, IsCitedBy one that cites it. References \
            names a sample that was only looked at and that the data do not come from: by its IGSN, or by its name in the catalogue; everyone is \
            told of it where they may know of one of its runs. The IGSN of a sample elsewhere is written igsn:10.58052/IESAB0001. The same again \
            changes nothing.

            Example:
              faisceau catalogue relation add 10.5072/000000003rj076 \\
                  IsSupplementTo 10.1107/S1600577521007749
              faisceau catalogue relation add 10.5072/000000003rj076 \\
                  References "silver behenate"
            """)

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Argument(
        help: ArgumentHelp(
            RelationWord.stated.map(\.rawValue).joined(separator: ", ") + ".", valueName: "RELATION")) var relation: String
    @Argument(help: ArgumentHelp("Another run's identifier, a DOI, or a sample.", valueName: "TARGET")) var target: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output, CatalogueQuestion(.relate, of: pid, ["relation": .string(relation), "target": .string(target)]))
    }
}

struct CatalogueRelationListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what was said of a run, and what follows from what was said of others.",
        usage: "faisceau catalogue relation list PID [<options>]",
        discussion: "Example:\n  faisceau catalogue relation list 10.5072/000000003rj076")

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { try await catalogue.ask(output, CatalogueQuestion(.relations, of: pid)) }
}

struct CatalogueRelationRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a relation back.",
        usage: "faisceau catalogue relation remove PID NUMBER [<options>]",
        discussion: "Example:\n  faisceau catalogue relation remove 10.5072/000000003rj076 17")

    @Argument(help: ArgumentHelp("A run's identifier.", valueName: "PID")) var pid: String
    @Argument(help: ArgumentHelp("The relation's number, as the list tells it.", valueName: "NUMBER")) var number: Int64
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.removeRelation, of: pid, ["number": .integer(number)]))
    }
}
