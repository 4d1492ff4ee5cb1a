import ArgumentParser

/// `faisceau reduce TECHNIQUE`
struct ReduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reduce",
        abstract: "Make a derived run of a run: curves, maps.",
        discussion: """
            A derived run has what was measured, what was done to it, and what it was made from; it can be made again.

            Example:
              faisceau reduce azimuthal /data/2026/behenate_3 --out reduced
            """,
        subcommands: [ReduceAzimuthalCommand.self])
}
