import ArgumentParser
import CommandLineSupport

/// `faisceau embargo`
struct EmbargoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embargo",
        abstract: "The embargo clock: what it says, who asks, who decides.",
        discussion: """
            Data open three years after the last run of their session, a year later for each extension (two at most), then under CC-BY-4.0 for \
            everyone. A PID may be a run's or a session's; a run's clock is its session's. Every decision is kept, with who, when and why, and \
            every date can be counted anew from them (`recompute`).

            Examples:
              faisceau embargo status 10.5072/000000003rj076
              faisceau embargo request 10.5072/000000003rj076 --as irene --reason "thesis"
              faisceau embargo decide 10.5072/000000003rj076 granted --as cleo
            """,
        subcommands: [
            EmbargoStatusCommand.self, EmbargoRequestCommand.self, EmbargoDecideCommand.self, EmbargoObjectCommand.self,
            EmbargoHoldCommand.self, EmbargoLiftCommand.self, EmbargoOpenEarlyCommand.self, EmbargoWithdrawCommand.self,
            EmbargoShareCommand.self, EmbargoCalendarCommand.self, EmbargoSweepCommand.self, EmbargoRecomputeCommand.self,
            EmbargoClockCommand.self,
            EmbargoCorrectEndCommand.self, EmbargoPassCommand.self,
        ])
}

/// What every decision has.
struct DecisionOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("A run's or a session's identifier, or PROPOSAL/SESSION.", valueName: "PID")) var pid: String
    @OptionGroup var catalogue: CatalogueOptions
    @OptionGroup var output: OutputOptions
}
