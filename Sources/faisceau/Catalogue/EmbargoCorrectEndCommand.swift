import ArgumentParser
import CatalogueQuestions
import CommandLineSupport
import JSON

/// `faisceau embargo correct-end PID`
struct EmbargoCorrectEndCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct-end", abstract: "Correct the end from which both clocks are counted.",
        usage: "faisceau embargo correct-end PID --ended TIME --reason TEXT [<options>]",
        discussion: """
            A curator, when the clock of a machine was wrong or somebody mistyped a date. All dates are counted anew, for each run of a session and \
            for the results that open with it; the team is told, with the reason. What is open does not move, and nothing opens by a correction. \
            Prints the old and the new day of opening.

            Example:
              faisceau embargo correct-end 20260001/2026-05 --as cleo \\
                  --ended 2026-05-10T12:00:00Z --reason "a clock was ahead"
            """)

    @OptionGroup var options: DecisionOptions
    @Option(help: ArgumentHelp("When the measurement ended, with its zone: 2026-05-10T12:00:00Z.", valueName: "TIME")) var ended:
        String
    @Option(help: ArgumentHelp("Why: the team reads it.", valueName: "TEXT")) var reason: String

    func run() async throws {
        try await options.ask(.correctEnd, ["ended": .string(ended), "reason": .string(reason)])
    }
}
