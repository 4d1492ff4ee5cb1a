import ArgumentParser
import CommandLineSupport
import Diagnostics
import Foundation
import FrameIngest
import JSON
import Reductions
import RunModel
import RunPipeline

/// `faisceau demo`: what `make demo` runs.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Record two series over ZeroMQ, verify, reduce and catalogue them, and say where to look.",
        usage: "faisceau demo [--out DIR] [--frames N] [--check] [<options>]",
        discussion: """
            First a real EIGER2 16M recording, replayed with a stamp in every frame; then calculated diffraction. Every frame \
            is read back, and its stamp and its sum of counts are checked. The second run is then reduced to curves, and the runs \
            are handed over to a catalogue beside them: identifiers, opening date, citation. A server of that catalogue gives out the page of \
            a run, and is ended.

            Example: faisceau demo --out demo
            """)

    @Option(help: ArgumentHelp("Folder for the runs; made if missing.", valueName: "DIR")) var out = "demo"
    @Option(help: ArgumentHelp("Folder of the recording.", valueName: "DIR"))
    var recording = "Fixtures/streams/eiger2-16m"
    @Option(help: ArgumentHelp("Frames of the first series.", valueName: "N")) var frames = 300
    @Flag(help: "Check only: no pictures are pointed at, fewer frames.") var check = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await runReporting(output) { console in
            let folder = URL(fileURLWithPath: out).standardizedFileURL.path
            do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
                throw CommandLineError(.outputFailed, "the demo's folder cannot be made", at: folder, cause: error)
            }
            MemoryTuning.keepLargeBlocks()
            let series = [
                DemoSeries(
                    title: "1. Real frames: EIGER2 16M of Diamond Light Source, one recording replayed as a series",
                    source: recording, frames: check ? min(frames, 40) : frames, isStamped: true, name: "eiger2-16m"),
                DemoSeries(
                    title: "2. Calculated diffraction: a crystal turning in an EIGER2 4M",
                    source: "synthetic:eiger2-4m:bragg", frames: check ? 10 : 60, isStamped: true, name: "diffraction"),
            ]
            var results: [DemoResult] = []
            for part in series { results.append(try part.play(into: folder, console: console)) }
            var isReduced = true
            var derived: [String] = []
            if let last = results.last {
                let reduction = try DemoReduction(run: last.run.folder.path, out: folder).reduce(console)
                isReduced = reduction.outcome.verdict == .complete
                derived = [reduction.outcome.folder]
            }
            let isWhole = results.allSatisfy { $0.run.summary.verdict != .failed }
            let catalogued =
                isWhole ? try await DemoCatalogue(out: folder).handOver(results.map(\.run.folder.path) + derived, console) : [:]
            console.data("\nOpen a master file with silx view, DIALS, fabio or h5py; `faisceau inspect RUN` tells what a run is.")
            let allGood = isReduced && results.allSatisfy { $0.isGood }
            return CommandOutcome(
                allGood ? .done : .verificationFailed, event: "done",
                ["runs": .array(results.map(\.json)), "catalogue": .object(catalogued)])
        }
    }
}
