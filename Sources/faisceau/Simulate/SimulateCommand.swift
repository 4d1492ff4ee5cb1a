import ArgumentParser
import CommandLineSupport
import DetectorSimulation
import DetectorWire
import Diagnostics
import FrameIngest
import JSON

/// `faisceau simulate …`
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Play a detector, for rehearsals and tests.",
        discussion: """
            Example:
              faisceau simulate stream --bind tcp://127.0.0.1:31001 \\
                  --from synthetic:eiger2-1m:rings --wait-for-puller
            """,
        subcommands: [SimulateStreamCommand.self]
    )
}

/// `faisceau simulate stream`: a DECTRIS detector's PUSH socket.
struct SimulateStreamCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream",
        abstract: "Play a DECTRIS stream from recorded messages, from files, or from calculated physics.",
        usage: "faisceau simulate stream --bind ADDRESS --from SOURCE [<options>]",
        discussion: """
            --from takes a recording (.cbors, .cbor, a folder of .cbor), an HDF5 file (DECTRIS, NXmx, NeXus: chunks go out as \
            they lie), a CBF file or a folder of them, or synthetic:<detector>[:<pattern>], as synthetic:eiger2-4m:bragg.

            Detectors: \(DetectorModel.named.map(\.name).joined(separator: ", ")), or SLOWxFAST pixels.

            Patterns: \(ScatteringPattern.allCases.map(\.rawValue).joined(separator: ", ")).

            Faults, as drop:3,17 (frames), fewer:10 (a count) or no-end: \
            \(SimulationFault.Kind.allCases.map(\.rawValue).joined(separator: ", ")).

            Examples:
              faisceau simulate stream --bind tcp://127.0.0.1:31001 \\
                  --from synthetic:eiger2-4m:rings --frames 1000 --rate 100
              faisceau simulate stream --bind tcp://127.0.0.1:9999 --protocol v1 \\
                  --from lysozyme_master.h5 --wait-for-puller
              faisceau simulate stream --bind tcp://127.0.0.1:31001 \\
                  --from Fixtures/streams/eiger2-16m --frames 300 --stamp \\
                  --fault drop:3,17 --fault truncate:40
            """)

    @Option(help: ArgumentHelp("Address to bind.", valueName: "tcp://HOST:PORT")) var bind: String
    @Option(help: ArgumentHelp("Where frames come from.", valueName: "SOURCE")) var from: String
    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp("v1 or v2; default: the recording's own, else v2.", valueName: "VERSION"))
    var version: String?
    @Option(help: ArgumentHelp("Number of frames; a shorter source is played again from its start.", valueName: "N"))
    var frames: Int?
    @Option(help: ArgumentHelp("Frames a second; default: as fast as they are taken.", valueName: "HZ")) var rate: Double?
    @Option(help: ArgumentHelp("Seed of calculated frames: the same seed, the same photons.", valueName: "N"))
    var seed: UInt64 = 1
    @Option(
        help: ArgumentHelp("Packing of frames that are not packed yet: bslz4, lz4, none, bszstd, zstd.", valueName: "NAME"))
    var encoding: String?
    @Option(help: ArgumentHelp("Series number; default: the source's own.", valueName: "N")) var series: Int64?
    @Option(
        name: .customLong("repeat"),
        help: ArgumentHelp("Series one after another, numbers rising; faults happen in the first.", valueName: "N"))
    var repeats = 1
    @Option(
        name: .customLong("high-water-mark"),
        help: ArgumentHelp("Messages that may wait; images beyond are dropped and named. Default: wait.", valueName: "N"))
    var highWaterMark: Int?
    @Flag(help: "Write the frame number into the first 13 pixels of every frame.") var stamp = false
    @Option(help: ArgumentHelp("What goes wrong; may be given several times.", valueName: "KIND[:N[,N…]]")) var fault: [String] =
        []
    @Flag(name: .customLong("wait-for-puller"), help: "Hold the first message until a puller is there.") var waitForPuller = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try runReporting(output) { console in
            let options = try simulationOptions()
            let source = try options.openSource()
            MemoryTuning.keepLargeBlocks()
            let stop = StopRequest()
            let interrupts = Interrupts { stop.stop() }
            defer { interrupts.cancel() }
            let player = StreamPlayer(options, source: source)
            let progress = ProgressLine("playing", on: console)
            let report = try player.play(stop: stop) { address in
                console.event("ready", .info, ["bind": .string(address), "source": .string(source.title)])
            } onDrop: { frame in
                console.event("dropping", .warning, ["frame": .integer(Int64(frame))])
            } onProgress: { state in
                progress.update(ProgressState(done: state.report.frames, total: state.totalFrames, bytes: state.report.bytes))
            }
            progress.update(ProgressState(done: report.frames, total: report.frames, bytes: report.bytes))
            progress.finish()
            if report.dropped > 0 {
                console.message("\(report.dropped) messages found no puller or no room and were dropped", .warning)
            }
            return CommandOutcome(
                .done, event: "played",
                [
                    "messages": .integer(Int64(report.messages)), "frames": .integer(Int64(report.frames)),
                    "bytes": .integer(Int64(report.bytes)), "dropped": .integer(Int64(report.dropped)),
                    "dropped_frames": .array(report.droppedFrames.map { .array($0.map { .integer(Int64($0)) }) }),
                    "seconds": .number(report.seconds),
                ])
        }
    }

    private func simulationOptions() throws -> SimulationOptions {
        var options = try SimulationOptions(source: from, address: bind)
        if let version {
            guard let known = StreamVersion(rawValue: version) else {
                throw CommandLineError(.usage, "--protocol has a value that is not known", got: version, expected: "v1, v2")
            }
            options.version = known
        }
        if let encoding {
            guard let known = PayloadEncoding(rawValue: encoding) else {
                throw CommandLineError(
                    .usage, "--encoding has a value that is not known", got: encoding,
                    expected: PayloadEncoding.allCases.map(\.rawValue).joined(separator: ", "))
            }
            options.encoding = known
        }
        options.frames = frames
        options.rate_Hz = rate
        options.seed = seed
        options.seriesID = series
        options.repeats = repeats
        options.highWaterMark = highWaterMark
        options.stampsPixels = stamp
        options.waitsForPuller = waitForPuller
        options.faults = try fault.map { try SimulationFault(parsing: $0) }
        return options
    }
}
