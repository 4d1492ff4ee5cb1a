import Quantities
import ScatteringGeometry

/// What an azimuthal reduction is to do: the YAML file of `faisceau reduce azimuthal` (schemas/azimuthal.schema.json), checked.
public struct AzimuthalConfiguration: Sendable {
    /// The file's path, for messages.
    public internal(set) var file = ""
    /// The text as it was read: it goes into the output, so that the reduction can be run again.
    public internal(set) var text = ""
    public internal(set) var title: String?
    public internal(set) var frames = FrameSelection()
    public internal(set) var geometry = GeometrySettings()
    public internal(set) var bins = BinSettings()
    /// A map of azimuth and radius instead of a curve.
    public internal(set) var cake: AzimuthalBins?
    public internal(set) var selection = AzimuthalSelection.all
    public internal(set) var splitting = PixelSplitting.none
    public internal(set) var mask = MaskSettings()
    /// Regions of interest: what their pixels come to is written for each frame.
    public internal(set) var regions: [RegionSettings] = []
    public internal(set) var corrections = CorrectionSettings()
    public internal(set) var errors = ErrorSettings()
    public internal(set) var clipping: ClippingSettings?
    public internal(set) var output = OutputSettings()
}

/// Which frames are taken.
public struct FrameSelection: Sendable, Equatable {
    /// Path of the dataset in the file; nil: where NeXus files have it.
    public var dataset: String?
    /// Energy threshold of detectors that have several.
    public var channel = 0
    /// The first frame, from 0.
    public var first = 0
    /// nil: to the end.
    public var count: Int?
    /// Every n-th.
    public var step = 1

    public init(dataset: String? = nil, channel: Int = 0, first: Int = 0, count: Int? = nil, step: Int = 1) {
        self.dataset = dataset
        self.channel = channel
        self.first = first
        self.count = count
        self.step = step
    }
}

/// Where the detector stands. Exactly one of the sources is used. The wavelength beside it overrides what it says; so do the pixel size beside
/// a PONI file, and corners beside each.
public struct GeometrySettings: Sendable, Equatable {
    public enum Source: Sendable, Equatable {
        /// What the input says of itself.
        case input
        case poni(String)
        /// Another NeXus file.
        case nexus(String)
        /// Distance and beam centre of this file.
        case given
    }

    public var source = Source.input
    public var wavelength: Wavelength?
    public var distance: Length?
    /// In pixels from the outer corner of the first one.
    public var beamCenterFast: PixelPosition?
    public var beamCenterSlow: PixelPosition?
    public var pixelSizeFast: Length?
    public var pixelSizeSlow: Length?
    /// rot1, rot2, rot3 of a PONI.
    public var rotations: [Angle] = []
    /// A dataset `[slow, fast, 4, 3]` of the pixels' corners, in metres: file and path. The order of corners and coordinates is that of
    /// ``PixelCorners``.
    public var corners: ArraySource?
}

/// The radial axis.
public struct BinSettings: Sendable, Equatable {
    public var unit = RadialUnit.q_perNanometre
    public var count = 1000
    /// In the unit; nil: all that the unmasked pixels see.
    public var from: Double?
    public var to: Double?
    public var spacing = RadialBins.Spacing.linear
    public var ends = RangeEnds.exact

    public init() {}
}

/// An array in a file: EDF, NPY, TIFF, or a dataset of an HDF5 file.
public struct ArraySource: Sendable, Equatable {
    public var file: String
    /// Path in an HDF5 file.
    public var dataset: String?
    /// The frame of a file or of a dataset `[frame, slow, fast]` that has several.
    public var frame: Int?

    public init(file: String, dataset: String? = nil, frame: Int? = nil) {
        self.file = file
        self.dataset = dataset
        self.frame = frame
    }
}

/// Which pixels are no measurement.
public struct MaskSettings: Sendable, Equatable {
    public struct File: Sendable, Equatable {
        public var array: ArraySource
        /// Zero is masked, instead of everything else.
        public var isInverted: Bool
    }

    /// In pixels, `(slow, fast)`; the centre of the first pixel is at (0.5, 0.5).
    public enum Region: Sendable, Equatable {
        case polygon([(Double, Double)])
        case rectangle(from: (Double, Double), to: (Double, Double))
        case ellipse(centre: (Double, Double), radii: (Double, Double))

        public static func == (one: Region, other: Region) -> Bool {
            switch (one, other) {
            case (.polygon(let a), .polygon(let b)): a.elementsEqual(b, by: ==)
            case (.rectangle(let a, let b), .rectangle(let c, let d)): a == c && b == d
            case (.ellipse(let a, let b), .ellipse(let c, let d)): a == c && b == d
            default: false
            }
        }
    }

    /// The pixel mask of the input's detector.
    public var usesDetectorMask = true
    public var files: [File] = []
    public var regions: [Region] = []
    /// Values above it are no measurements, frame by frame, in counts; nil: what the input says, and the largest value of its type.
    public var saturation: UInt32?
}

/// A region of interest: half-open ranges of pixels, from 0.
public struct RegionSettings: Sendable, Equatable {
    public var name: String
    public var slow: Range<Int>
    public var fast: Range<Int>

    public init(name: String, slow: Range<Int>, fast: Range<Int>) {
        self.name = name
        self.slow = slow
        self.fast = fast
    }
}

/// What counts are corrected for. All but the dark go into the normalisation.
public struct CorrectionSettings: Sendable, Equatable {
    public var dark: ArraySource?
    public var darkVariance: ArraySource?
    public var flat: ArraySource?
    public var solidAngle = true
    public var polarisation: Polarisation?
    public var absorption: SensorAbsorption?
    /// Of the sample, 0 to 1.
    public var transmission: Double?
    /// One value a frame, divided by `monitorReference`.
    public var monitor: ArraySource?
    public var monitorReference: Double?
}

/// Where sigma comes from.
public struct ErrorSettings: Sendable, Equatable {
    public enum Model: String, Sendable, CaseIterable {
        case none, poisson
        case poissonExact = "poisson-exact"
        case azimuthal, hybrid, variance
    }

    public var model = Model.poisson
    /// Of the model `variance`, in counts².
    public var variance: ArraySource?
}

/// Sigma clipping.
public struct ClippingSettings: Sendable, Equatable {
    /// In standard deviations; never below Chauvenet's criterion.
    public var cutoff: Double
    public var cycles: Int

    public init(cutoff: Double, cycles: Int) {
        self.cutoff = cutoff
        self.cycles = cycles
    }
}

public struct OutputSettings: Sendable, Equatable {
    /// Sums of numerators and denominators beside the curves, so that results can be merged exactly.
    public var sums = true
    /// `.dat` of the average, `.csv` of all frames.
    public var text = false
    /// SVG plots.
    public var plots = true

    public init(sums: Bool = true, text: Bool = false, plots: Bool = true) {
        self.sums = sums
        self.text = text
        self.plots = plots
    }
}
