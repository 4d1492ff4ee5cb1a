import BeamlineMetadata
import ChunkFile
import FrameIngest
import Frames
import RunModel

/// Everything that is decided before a series comes: where runs go, how they are named and stored, and when waiting ends.
public struct IngestPlan: Sendable {
    /// Absolute path of the folder in which run folders are made.
    public var outputFolder: String
    public var beamline: BeamlineConfiguration
    /// `{proposal}`, `{date}`, `{sample}`, `{series}`, `{beamline}`.
    public var nameTemplate: RunNameTemplate
    /// nil: all frames of a channel in one data file.
    public var framesPerFile: Int? = 10_000
    /// Whether somebody asked for that number; if not, several writers have shorter files (`FileStripes`).
    public var framesPerFileIsGiven = false
    /// Threads that write, each data files of its own; one writes on the thread that records.
    public var writers = 1
    /// How frames that come unpacked are stored.
    public var compression: ChunkEncoding = .bitshuffleLZ4
    /// Silence after which it is said that the series stalls, seconds.
    public var stallAfter_s = 30.0
    /// Silence after which a begun series is closed; nil: the larger of 10 minutes and 20 frame times.
    public var closeAfter_s: Double?
    /// Interval at which plain readers are shown what was written, seconds.
    public var flushInterval_s = 1.0
    /// Interval at which data are forced to the disk; nil: when the system likes, and at the seal.
    public var syncInterval_s: Double?
    /// Free fields of the run that is made by this plan (``ArmMetadata/metadata``).
    public var runMetadata: [String: ArmMetadata.Value] = [:]
    /// The detector's REST interface, whose own counters are compared with what came; nil: not asked.
    public var simplon: SimplonClient?
    /// How far ahead data files take space.
    public var space = SpaceOptions.standard
    public var rights = RunFolder.Rights()
    public var fileSystem: any FileSystem = LocalFileSystem()
    public var clock: any WallClock = SystemClock()
    /// From the receipt of each frame to its acknowledgement, over all runs of this plan: for the metrics.
    public var acknowledgement = LatencyHistogram()
    /// Where the pictures of the run that is being recorded go; nil when nobody can look.
    public var livePictures: LivePictures?
    /// How long a seal waits at the most, by the clock, for those who look at the frames: for a mask that the stream did not send, and for
    /// the pictures, seconds.
    public var picturePatience_s = 10.0
    /// Program name and version, for provenance.
    public var program = "faisceau"
    public var version: String

    public init(outputFolder: String, beamline: BeamlineConfiguration, nameTemplate: RunNameTemplate, version: String) {
        self.outputFolder = outputFolder
        self.beamline = beamline
        self.nameTemplate = nameTemplate
        self.version = version
    }

    /// Whether what is written is also forced to the disk, against a power cut.
    var isDurable: Bool { syncInterval_s != nil }

    /// When a series stalls, and when silence closes it.
    var seriesLimits: SeriesRules.Limits {
        var limits = SeriesRules.Limits()
        limits.stallAfter_s = stallAfter_s
        if let closeAfter_s { limits.closeAfter_s = { _ in closeAfter_s } }
        return limits
    }
}
