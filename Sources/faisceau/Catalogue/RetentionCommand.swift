import ArgumentParser
import CommandLineSupport
import Custody
import Diagnostics
import EmbargoClock
import JSON
import RunCatalogue

/// `faisceau retention`
struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "What may be deleted one day, and who says so: nothing is deleted by a date.",
        discussion: "Example:\n  faisceau retention review",
        subcommands: [RetentionReviewCommand.self, RetentionPurgeCommand.self])
}

struct RetentionReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "List what is kept longer than it must be.",
        usage: "faisceau retention review [<options>]",
        discussion: "Example:\n  faisceau retention review")

    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await catalogue.with(output) { custodian, console in
            let due = try await custodian.retentionReview(for: catalogue.reader(custodian))
            var table = TextTable([.init("clock of", least: 20), .init("retention", least: 24)])
            for (owner, status) in due { table.add(["\(owner)", EmbargoWords(status, rules: custodian.rules).retention]) }
            console.data(table)
            return CommandOutcome(
                .done, event: "reviewed",
                [
                    "due": .array(
                        due.map {
                            .object([
                                "clock": .string("\($0.owner)"),
                                "retention": .string(EmbargoWords($0.status, rules: custodian.rules).retention),
                            ])
                        })
                ])
        }
    }
}

struct RetentionPurgeCommand: AsyncParsableCommand {
    enum Step: String, ExpressibleByArgument, CaseIterable, Sendable {
        case propose, confirm, cancel, done
    }

    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Propose, confirm, cancel or record the deletion of what is due for review.",
        usage: "faisceau retention purge PID STEP [--reason TEXT] [<options>]",
        discussion: """
            A curator proposes, with the citations that are known; a second person confirms and has seen them; ninety days later, if no job holds \
            a lease and no hold stands, the bytes may be deleted by the facility's own means, and `done` records it. It is refused while a copy \
            is registered (faisceau catalogue replica) that is not lost: delete it and forget it first. Page, identifier, metadata \
            and checksums stay.

            Example:
              faisceau retention purge 10.5072/000000003rj076 propose --as cleo \\
                  --reason "space"
            """)

    @OptionGroup var options: DecisionOptions
    @Argument(help: "propose, confirm, cancel or done.") var step: Step
    @Option(help: ArgumentHelp("Why: propose and cancel.", valueName: "TEXT")) var reason = ""
    @Option(help: ArgumentHelp("A work that cites the data; once for each.", valueName: "DOI")) var citation: [String] = []

    func run() async throws {
        let (options, step, reason, citations) = (options, step, reason, citation)
        try await options.catalogue.with(options.output) { custodian, console in
            let reader = try await options.catalogue.reader(custodian)
            let owner = try await custodian.clockOwner(of: custodian.subject(options.pid, for: reader), for: reader)
            let actor = try await options.catalogue.actor(custodian)
            let leases = try await step == .done ? custodian.leasesHeld(of: owner) : 0
            let decision = try await custodian.decide(owner, by: actor) { _ throws(CatalogueError) in
                switch step {
                case .propose: .purgeProposed(reason: reason, citations: citations)
                case .confirm: .purgeConfirmed(citationsSeen: citations)
                case .cancel: .purgeCancelled(reason: reason)
                case .done: .purged(leases: leases)
                }
            }
            return decision.outcome("purge-\(step.rawValue)", custodian, console)
        }
    }
}
