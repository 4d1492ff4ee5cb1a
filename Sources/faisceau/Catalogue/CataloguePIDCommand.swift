import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import Custody
import Deliveries
import Diagnostics
import Identifiers
import JSON
import Minting
import RunCatalogue

/// `faisceau catalogue pid`
struct CataloguePIDCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pid", abstract: "What the world knows of an identifier; a DOI for a run or a collection.",
        discussion: """
            A session gets its DOI by itself: a draft when it is opened, findable when it is closed. A run, or a collection of runs for a \
            paper, gets one when somebody asks.

            Example:
              faisceau catalogue pid show 10.5072/000000003rj076
            """,
        subcommands: [CataloguePIDMintCommand.self, CataloguePIDShowCommand.self])
}

struct CataloguePIDMintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mint", abstract: "Ask that the identifier of a run or a collection be a DOI that everyone finds.",
        usage: "faisceau catalogue pid mint PID [<options>]",
        discussion: """
            Somebody of its team (for a collection: of the team of each of its runs), or a curator. It is told to the registry by `faisceau \
            catalogue deliver`, as soon as its public record is for everyone, and kept up to date from then on: a collection also when runs are \
            taken in or out. What was findable once is so for ever.

            Example:
              faisceau catalogue pid mint 10.5072/000000003rj076 --as irene
            """)

    @Argument(help: ArgumentHelp("A run's or a collection's identifier.", valueName: "PID")) var pid: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.mint, of: pid))
    }
}

struct CataloguePIDShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell what a registry was told last of a run, a session or a collection.",
        usage: "faisceau catalogue pid show PID [<options>]",
        discussion: "Example:\n  faisceau catalogue pid show 10.5072/000000003rj076 --json")

    @Argument(help: ArgumentHelp("The identifier of a run, a session or a collection.", valueName: "PID")) var pid: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.ask(output, CatalogueQuestion(.registration, of: pid))
    }
}

/// `faisceau catalogue drift`
struct CatalogueDriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift", abstract: "Compare what the registry holds with what it ought to hold.",
        usage: "faisceau catalogue drift [--mend] [<options>]",
        discussion: """
            Every session, and every run that somebody asked a DOI for. What waits in the outbox differs until it is delivered. --mend has the \
            registry told again of what differs. Ends with 5 where something differs, with 1 where the registry could not be asked. The \
            built-in registry keeps nothing, and differs in nothing.

            Example:
              faisceau catalogue drift --facility facility.yaml
            """)

    @Flag(help: "Tell the registry again.") var mend = false
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let mend = mend
        try await catalogue.with(output) { custodian, console in
            try await custodian.requireCustody(catalogue.actor(custodian), "Comparing with the registry")
            let registry = try catalogue.office().registry
            let line = ProgressLine("counting", unit: "records", on: console)
            let (holdings, refused) = try await custodian.registryHoldings { line.update(ProgressState(done: $0)) }
            line.finish(saying: false)
            let report = await DriftReport(holdings: holdings, registry: registry)
            for (pid, error) in refused { console.message("\(pid): \(error)", .error) }
            console.data(report.text.hasSuffix("\n") ? String(report.text.dropLast()) : report.text)
            let told = try await mend ? custodian.tellAgain(report) : 0
            if mend { console.message("\(told) are told again by faisceau catalogue deliver.") }
            let differing = report.differences.filter { $0.kind != .notCompared }
            let status: ExitStatus =
                !differing.isEmpty || !refused.isEmpty ? .verificationFailed : report.differences.isEmpty ? .done : .environment
            return CommandOutcome(
                status, event: "compared",
                [
                    "compared": .integer(Int64(report.compared)), "told_again": .integer(Int64(told)),
                    "unwritable": .array(refused.map { .object(["pid": .string($0.pid), "error": .string("\($0.error)")]) }),
                    "differences": .array(
                        report.differences.map {
                            .object([
                                "pid": .string($0.pid), "kind": .string($0.kind.rawValue), "attribute": JSONValue($0.attribute),
                                "ours": JSONValue($0.ours), "theirs": JSONValue($0.theirs),
                            ])
                        }),
                ])
        }
    }
}
