import ArgumentParser
import CommandLineSupport
import Diagnostics
import JSON
import RunModel
import RunPipeline

/// `faisceau recover RUN`
struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Seal a run whose writer died: every acknowledged frame, bit for bit.",
        usage: "faisceau recover RUN [--trust-digests] [<options>]",
        discussion: """
            For a run that was cut short by a kill, a crash or a power cut. Every chunk is first compared with its digest in the \
            ledger; then the index, the master file and run.json are written, each beside its place. Frames that are missing are \
            masked and named. A run that is sealed stays as it is; a recovery that was interrupted can be run again.

            Ends with 0 when every announced frame is there (or the run was sealed before), 3 when frames are missing, 4 when the \
            run's writer lives, 2 when there is no such run or nothing in it.

            Example:
              faisceau recover /data/2026/20261121_lysozyme_12
            """)

    @Argument(help: ArgumentHelp("Folder of a run.", valueName: "run")) var folder: String
    @Flag(
        name: .customLong("trust-digests"),
        help: "Do not read the chunks back: enough when the process died and the machine did not.")
    var trustDigests = false
    @OptionGroup var output: OutputOptions

    func run() throws {
        try runReporting(output) { console in
            OpenFileLimit.raise()
            var recovery = RunRecovery(folder: folder, version: Faisceau.version, logger: console.makeLogger("recover"))
            recovery.verifyingDigests = !trustDigests
            let progress = ProgressLine("comparing", unit: "bytes", on: console)
            let outcome = try recovery.recover { bytes in progress.update(ProgressState(done: bytes, bytes: bytes)) }
            progress.finish(saying: false)
            switch outcome {
            case .alreadySealed(let summary, let addedManifest):
                let manifest = addedManifest ? "; its manifest was missing and is there now" : ""
                console.data("sealed already, \(summary.verdict.rawValue)\(manifest): \(recovery.folder)")
                var fields = summary.fields(in: recovery.folder)
                fields["changed"] = .bool(addedManifest)
                return CommandOutcome(.done, event: "sealed", fields)
            case .recovered(let run):
                try run.writeManifest()
                return tell(run, console)
            }
        }
    }

    private func tell(_ run: SealedRun, _ console: Console) -> CommandOutcome {
        let counts = run.summary.frames
        let announced = counts.expected.map { "\($0) announced" } ?? "an unknown number announced"
        console.data(
            "\(run.summary.verdict.rawValue): \(counts.written) frames recovered, \(announced), \(counts.missing) missing: "
                + run.folder.path)
        for note in run.summary.notes { console.message(note) }
        var fields = run.summary.fields(in: run.folder.path)
        fields["changed"] = .bool(true)
        fields["missing"] = .integer(Int64(counts.missing))
        return CommandOutcome(run.exitStatus, event: "recovered", fields)
    }
}
