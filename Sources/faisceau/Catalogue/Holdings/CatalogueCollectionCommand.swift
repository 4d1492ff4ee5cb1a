import ArgumentParser
import CommandLineSupport
import Custody
import DataCite
import Diagnostics
import Identifiers
import JSON
import RunCatalogue
import RunModel

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
        try await catalogue.with(output) { custodian, console in
            var pids: [RunIdentifier] = []
            for run in runs { pids.append(try await catalogue.run(run, custodian)) }
            let collection = try await custodian.collect(
                pids, title: title, article: article.map { try DOI($0) }, by: catalogue.actor(custodian))
            console.data("\(collection.pid)  \(collection.runs.count) runs")
            return CommandOutcome(.done, event: "created", collection.fields)
        }
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
        try await catalogue.with(output) { custodian, console in
            let known = try await custodian.store.collection(PersistentIdentifier(pid), scope: catalogue.scope(custodian))
            var added: [RunIdentifier] = []
            for run in add { added.append(try await catalogue.run(run, custodian)) }
            let collection = try await custodian.change(
                collection: known.pid, adding: added, removing: remove.map { try RunIdentifier($0) },
                by: catalogue.actor(custodian))
            console.data("\(collection.pid)  \(collection.runs.count) runs")
            return CommandOutcome(.done, event: "changed", collection.fields)
        }
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
        try await catalogue.with(output) { custodian, console in
            let list = try await custodian.store.collections(scope: catalogue.scope(custodian), limit: limit)
            var table = TextTable([.init("pid", least: 20), .init("runs", isNumber: true), .init("title", least: 16)])
            for one in list { table.add(["\(one.pid)", "\(one.runs.count)", one.title ?? "(private until all is open)"]) }
            console.data(table)
            return CommandOutcome(.done, event: "listed", ["collections": .array(list.map { .object($0.fields) })])
        }
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
        try await catalogue.with(output) { custodian, console in
            let pid = try PersistentIdentifier(pid)
            let scope = try await catalogue.scope(custodian)
            if datacite {
                let json = try await custodian.dataCiteRecord(ofCollection: pid, scope: scope).json()
                console.data(json)
                return CommandOutcome(.done, event: "shown", ["pid": .string("\(pid)"), "datacite": .string(json)])
            }
            let collection = try await custodian.store.collection(pid, scope: scope)
            let rows: [(String, String?)] = [
                ("pid", "\(collection.pid)"), ("title", collection.title), ("article", collection.article.map { "\($0)" }),
                ("made", "\(collection.madeAt)"),
            ]
            for (key, value) in rows { if let value { console.data(key.padding(12) + value) } }
            for run in collection.runs { console.data("  \(run)") }
            return CommandOutcome(.done, event: "shown", collection.fields)
        }
    }
}

extension RunCollection {
    var fields: JSONObject {
        [
            "pid": .string("\(pid)"), "title": JSONValue(title), "article": JSONValue(article.map { "\($0)" }),
            "runs": JSONValue(runs.map { "\($0)" }), "person": JSONValue(person.map(Int.init)), "made": .string("\(madeAt)"),
        ]
    }
}
