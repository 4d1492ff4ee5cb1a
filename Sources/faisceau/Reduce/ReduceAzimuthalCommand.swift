import ArgumentParser
import CommandLineSupport
import Diagnostics
import Foundation
import Frames
import Glibc
import Reductions
import RunModel
import Synchronization

/// `faisceau reduce azimuthal RUN|FILE…`
struct ReduceAzimuthalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "azimuthal",
        abstract: "Integrate frames around the beam: intensity over q, 2theta or radius, or maps of azimuth and q.",
        usage: "faisceau reduce azimuthal RUN|FILE… --out DIR [<options>]",
        discussion: """
            Each input becomes a derived run in DIR: NAME_azimuthal/NAME_azimuthal.h5 (average as NXcanSAS, all frames as NXdata, \
            all that was done as NXprocess), plots as SVG, run.json, manifest.sha256. Frames that are missing or corrupt are marked, \
            and the others go on.

            Without --config: 1000 bins in q (1/nm), geometry and pixel mask of the input, Poisson errors. What a configuration can \
            say stands in schemas/azimuthal.schema.json. For one:

              geometry: {poni: detector.poni}
              bins: {unit: q_A^-1, count: 1500, from: 0.05, to: 6}
              splitting: bbox
              mask: {files: mask.edf, saturation: 1000000}
              corrections: {polarisation: {factor: 0.99}, flat: flat.tif}
              errors: {model: poisson-exact}

            With --live, frames are taken as they come: of a configuration's `frames` only the channel can be chosen (anything else is \
            refused), and `regions` and `output` have no use. Without it, a run that is being recorded is refused.

            An input that is refused does not keep the others from being reduced.

            Ends with 0 when every frame was reduced, 3 when some were not, when one of several inputs was refused, or when it was \
            interrupted: --resume goes on from there. When nothing was reduced it ends as the first refusal says.

            Examples:
              faisceau reduce azimuthal /data/2026/behenate_3 --out reduced \\
                  --config saxs.yaml
              faisceau reduce azimuthal master.h5 --out reduced --workers 8 --json
            """)

    @Argument(help: ArgumentHelp("Folders of runs, or NeXus/HDF5 files.", valueName: "RUN|FILE")) var inputs: [String]

    @Option(help: ArgumentHelp("What to do (schemas/azimuthal.schema.json).", valueName: "FILE.yaml")) var config: String?

    @Option(help: ArgumentHelp("Folder in which the derived runs are made.", valueName: "DIR")) var out: String?

    @Option(help: "Threads (default: one for each processor).") var workers: Int?

    @Flag(help: "Go on with results that were begun; those that are finished stay.") var resume = false

    @Option(
        help: ArgumentHelp(
            "Follow a run that is being recorded: keeps curve.svg and live.json in DIR up to date, makes no derived run.",
            valueName: "DIR"))
    var live: String?

    @Option(
        help: ArgumentHelp(
            "Where the tables of pixels and bins are kept for the next command, 2 GiB at most; none: nowhere (default: "
                + "$XDG_CACHE_HOME/faisceau/tables, else ~/.cache/faisceau/tables).",
            valueName: "DIR|none"))
    var tableCache: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if inputs.isEmpty { throw ValidationError("Name a run or a file") }
        guard (live == nil) != (out == nil) else {
            throw ValidationError(
                live == nil ? "Where is the result to go? Give --out DIR" : "--live makes no result: leave out --out")
        }
        if live != nil, inputs.count != 1 { throw ValidationError("--live follows one run") }
        if tableCache == "" { throw ValidationError("--table-cache is a folder, or none") }
        if let workers, !(1...1024).contains(workers) {
            throw ValidationError("--workers is a number from 1 to 1024, not \(workers)")
        }
    }

    func run() throws {
        try runReporting(output) { console in
            _ = try InstructionLevel.chosen()
            OpenFileLimit.raise()
            let configuration =
                try config.map { try AzimuthalConfiguration(contentsOf: $0) } ?? AzimuthalConfiguration(yaml: "", file: "")
            let stop = StopFlag()
            let interrupts = Interrupts { stop.raise() }
            defer { interrupts.cancel() }
            let cache = PixelReductionCache(tableStore(console))
            if let live { return try LiveAzimuthal(run: inputs[0], configuration, folder: live, cache, stop).follow(console) }
            return try reduceAll(configuration, cache, stop, console)
        }
    }

    /// nil where tables are not to be kept, or nobody says where.
    private func tableStore(_ console: Console) -> TableStore? {
        if tableCache == "none" { return nil }
        let named = tableCache.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        guard let folder = named ?? TableStore.defaultFolder(ProcessInfo.processInfo.environment) else {
            console.message("tables are not kept: neither XDG_CACHE_HOME nor HOME names a folder; --table-cache does")
            return nil
        }
        return TableStore(folder: folder) { console.message($0) }
    }

    private func reduceAll(
        _ configuration: AzimuthalConfiguration, _ cache: PixelReductionCache, _ stop: StopFlag, _ console: Console
    ) throws -> CommandOutcome {
        try configuration.requireFiles()
        var batch = AzimuthalBatch(inputs: inputs, console: console)
        for path in inputs where !stop.isRaised {
            try batch.take(path) { label in try reduce(path, label, configuration, cache, stop, console) }
        }
        return batch.finish(isStopped: stop.isRaised)
    }

    private func reduce(
        _ path: String, _ label: String, _ configuration: AzimuthalConfiguration, _ cache: PixelReductionCache, _ stop: StopFlag,
        _ console: Console
    ) throws -> AzimuthalResult {
        let input = try InputRun(path: path)
        var job = AzimuthalJob(input: input, configuration: configuration, out: out ?? ".", version: Faisceau.version)
        job.workers = workers
        job.resumes = resume
        job.cache = cache
        let line = ProgressLine("reducing \(label)\(input.name)", on: console)
        let start = ContinuousClock.now
        defer { line.finish(saying: false) }
        let outcome =
            try (resume ? job.finishedBefore() : nil)
            ?? job.run(isCancelled: { stop.isRaised }) { progress in
                line.update(ProgressState(done: progress.done, total: progress.total, lost: progress.withoutResult))
            }
        line.finish(saying: false)
        let result = AzimuthalResult(outcome: outcome, seconds: (ContinuousClock.now - start) / .seconds(1))
        for sentence in result.sentences { console.data(sentence) }
        for note in outcome.notes { console.message(label.isEmpty ? note : "\(input.name): \(note)") }
        return result
    }
}

/// Whether somebody asked for an orderly end.
final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)
    var isRaised: Bool { flag.load(ordering: .relaxed) }
    func raise() { flag.store(true, ordering: .relaxed) }
}
