import ArgumentParser
import BeamlineMetadata
import CommandLineSupport
import DetectorWire
import Diagnostics
import FrameIngest
import Frames
import RunPipeline

/// `faisceau ingest stream`: a series of a DECTRIS stream becomes a sealed run; with `--forever` each one does.
struct IngestStreamCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream",
        abstract: "Record a DECTRIS ZeroMQ stream (V1 or V2): a sealed run for a series, or for each that comes.",
        discussion: """
            Start it before arming the detector. When the output folder has been checked and the detector has accepted the \
            connection, it says `ready` on standard error (and writes --ready-file, which it removes when it ends): arm then.

            Example:
              faisceau ingest stream --from tcp://172.31.1.1:31001 --out /data/2026 \\
                  --beamline proxima.yaml --ready-file /run/faisceau.ready --json

            Ends when the run is sealed: 0 when complete, 3 when frames are missing or invalid (run.json says which). With \
            --forever it ends when it is told to, with 0 whatever the verdicts, which stand in the runs. SIGTERM and the first Ctrl-C seal what has come; a second Ctrl-C ends at once, and what was acknowledged stays recoverable.
            """)

    @Option(help: ArgumentHelp("Address of the detector's stream.", valueName: "tcp://HOST:PORT"))
    var from: String?

    @Option(help: "Folder in which the run's folder is made; it must exist.")
    var out: String?

    @Option(help: "YAML file of the beamline: source, geometry, proposal, sample, rights (schemas/beamline.schema.json).")
    var beamline: String?

    @Option(help: "Name of the run: {proposal} {date} {time} {sample} {series} {beamline} {detector}; an existing name gets _2.")
    var name: String?

    @Option(name: .customLong("protocol"), help: "auto (told from the messages), v1 or v2; a stream of the other one fails.")
    var version: String?

    @Option(help: "How frames that come uncompressed are stored: bslz4, bszstd or none.")
    var compress: String?

    @Option(name: .customLong("frames-per-file"), help: "Frames in one data file.")
    var framesPerFile: Int?

    @Option(
        help: """
            Threads that write, 1 to 16, each data files of its own: for storage that one thread does not fill. With more than one, \
            data files are so short (16 frames or more) that one for each writer fits into half of --pool, unless \
            --frames-per-file is given.
            """)
    var writers: Int?

    @Flag(name: .customLong("single-file"), help: "All frames of a channel in one data file.")
    var singleFile = false

    @Option(help: "Seconds of silence after which a stall is said; nothing else happens.")
    var stall: Double?

    @Option(
        name: .customLong("close-after"),
        help: "Seconds of silence after which the series is closed (default: the larger of 600 and 20 frame times).")
    var closeAfter: Double?

    @Option(help: "Seconds after which frames show to plain readers of the data files (default 1).")
    var flush: Double?

    @Option(help: "Force data to the disk every so many seconds: what a power cut can take at most.")
    var fsync: Double?

    @Option(help: "Memory for frames received and not yet written, MiB.")
    var pool: Int?

    @Option(name: .customLong("connect-timeout"), help: "Seconds to wait for the detector to accept the connection.")
    var connectTimeout: Double?

    @Option(name: .customLong("ready-file"), help: "File that is made when ready, and removed at the end.")
    var readyFile: String?

    @OptionGroup(title: "Serving a beamline") var service: ServiceOptions

    @OptionGroup var output: OutputOptions

    func run() async throws {
        try runReporting(output) { console in
            let settings = try IngestSettings(self)
            return try IngestSession(settings: settings, console: console).run()
        }
    }
}
