import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import JSON

/// `faisceau catalogue collection`
struct CatalogueCollectionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collection", abstract: "Select runs for a paper, under one identifier.",
        discussion: """
            Example:
              faisceau catalogue collection create --title "Runs of our paper" \\
                  10.5072/000000003rj076
            """,
        subcommands: [
            CatalogueCollectionCreateCommand.self, CatalogueCollectionListCommand.self, CatalogueCollectionShowCommand.self,
            CatalogueCollectionChangeCommand.self,
        ])
}

struct CatalogueCollectionCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Select runs.",
        usage: "faisceau catalogue collection create --title TEXT PID… [<options>]",
        discussion: """
            Whoever may read all of the runs may select them. A run that nobody may know of yet is refused, and with it the whole selection. The \
            title is private until all of the runs are open; the article is public. A DOI for it: faisceau catalogue pid mint.

            Example:
              faisceau catalogue collection create --title "Runs of our paper" \\
                  --article 10.1107/S205979832500001X 10.5072/000000003rj076
            """)

    @Argument(help: ArgumentHelp("Runs.", valueName: "PID")) var runs: [String]
    @Option(help: ArgumentHelp("What they are together.", valueName: "TEXT")) var title: String
    @Option(help: ArgumentHelp("The paper.", valueName: "DOI")) var article: String?
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output,
            CatalogueQuestion(
                .collect, ["runs": JSONValue(runs), "title": .string(title), "article": JSONValue(article)]))
    }
}

struct CatalogueCollectionChangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Take runs in and out.",
        usage: "faisceau catalogue collection change PID --add|--remove RUN [<options>]",
        discussion: """
            By who made it, or the facility. One run at least stays. Where it has a DOI, the registry is told of it by the next faisceau \
            catalogue deliver.

            Example:
              faisceau catalogue collection change 10.5072/000000003rj076 \\
                  --remove 10.5072/00000000dp2j33
            """)

    @Argument(help: ArgumentHelp("The collection's identifier.", valueName: "PID")) var pid: String
    @Option(help: ArgumentHelp("A run that becomes a part of it; once for each.", valueName: "RUN")) var add: [String] = []
    @Option(help: ArgumentHelp("A run that is one no more; once for each.", valueName: "RUN")) var remove: [String] = []
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if add.isEmpty, remove.isEmpty { throw ValidationError("Which runs? --add RUN or --remove RUN") }
    }

    func run() async throws {
        try await catalogue.ask(
            output,
            CatalogueQuestion(.changeCollection, of: pid, ["add": JSONValue(add), "remove": JSONValue(remove)]))
    }
}

struct CatalogueCollectionListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the collections that one may know of, the latest first.",
        usage: "faisceau catalogue collection list [<options>]",
        discussion: "Example:\n  faisceau catalogue collection list --as anonymous")

    @Option(help: "Collections, 1 to 10000.") var limit = 100
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.collections, ["limit": .integer(Int64(limit))]))
    }
}

struct CatalogueCollectionShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell the runs of a collection, or write its DataCite record.",
        usage: "faisceau catalogue collection show PID [--datacite] [<options>]",
        discussion: """
            Example:
              faisceau catalogue collection show 10.5072/000000003rj076 --datacite
            """)

    @Argument(help: ArgumentHelp("The collection's identifier.", valueName: "PID")) var pid: String
    @Flag(help: "Its record as DataCite takes it, JSON.") var datacite = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(
            output, CatalogueQuestion(.collection, of: pid, ["datacite": datacite ? true : .null]))
    }
}
