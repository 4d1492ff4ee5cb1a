import HDF5
import ScatteringGeometry

/// Where things are in a result.
///
/// ```
/// /entry                NXentry; NXcanSAS for curves over a scattering vector; @default = average
///   title, start_time, end_time; NXcanSAS: definition, run
///   entry_identifier, identifier_run: of this derived run, if it has one
///   average             NXdata, SASdata: the mean of all frames
///     Q, I, I_errors    [radial] or [azimuthal, radial]; Q is s, d, two_theta or r for other units
///     Idev              NXcanSAS: the same as I_errors
///     chi               [azimuthal], of maps
///   frames              NXdata: one row a frame, in the order of the input
///     I, I_errors       [frame, radial] or [frame, azimuthal, radial], 32 bits
///     frame             [frame] number of the frame in the input
///     frame_status      [frame] 0 not reduced, 1 reduced, 2 failed
///     frame_problem     [frame] why it failed
///     frame_pixels      [frame] pixels that were measured: all but those that the mask and the type of the frames exclude; this and the
///                       following of frames of integers of 1, 2 or 4 bytes; 0 for frames that failed
///     frame_sum         [frame] of these pixels, counts, exact
///     frame_maximum     [frame] of these pixels, counts; 0 where there is none
///     frame_zeros       [frame] how many of them are 0
///     frame_saturated   [frame] how many are above the saturation: these are in no bin
///     frame_clipped     [frame] with sigma clipping: pixels of a bin that it dropped
///   regions             NXdata, if there are regions of interest; zeros for frames that failed
///     region_names      [region]
///     sum               [frame, region] counts, exact
///     pixels            [frame, region] how many were counted
///     maximum           [frame, region] counts; 0 where none was counted
///     frame             the same as that of frames
///   sums                NXcollection, if kept: [frame, …], 64 bits, so that results can be merged exactly
///     sum_signal, sum_normalization, sum_normalization2, sum_variance, count
///     sum_cross_deviation  where the variance is the spread (``BinSums/crossDeviation``)
///   total               NXcollection: the same over all frames, and the number of frames
///   process             NXprocess: program, version, configuration, inputs, corrections, geometry
///     configuration     NXnote: data (the YAML text), file_name (its paths are relative to this file's folder)
///     files             NXcollection, if the configuration names some: role, path and sha256 of each
///   instrument, sample
/// ```
enum ReductionLayout {
    static let entry = "entry"
    static let average = "average"
    static let frames = "frames"
    static let sums = "sums"
    static let total = "total"
    static let process = "process"

    static let regions = "regions"
    static let regionNames = "region_names"
    static let regionSum = "sum"
    static let regionPixels = "pixels"
    static let regionMaximum = "maximum"

    static let intensity = "I"
    /// What NXcanSAS calls the errors, named by the attribute `uncertainties` of `I`.
    static let deviation = "Idev"
    /// What NXdata calls them.
    static let errors = "I_errors"
    static let chi = "chi"
    static let frame = "frame"
    static let status = "frame_status"
    static let problem = "frame_problem"
    static let framePixels = "frame_pixels"
    static let frameSum = "frame_sum"
    static let frameMaximum = "frame_maximum"
    static let frameZeros = "frame_zeros"
    static let frameSaturated = "frame_saturated"
    static let frameClipped = "frame_clipped"
    static let frameCount = "frame_count"
    static let failedCount = "failed_count"
    static let identifier = "entry_identifier"
    static let endTime = "end_time"
    static let parameters = "parameters"
    static let identity = "description"
    static let corrections = "corrections"

    /// In the order of `BinSums.inOrder`. pyFAI's names, where it has one: its users know what they are.
    static func sumNames(hasSpread: Bool) -> [String] {
        ["sum_signal", "sum_normalization", "sum_normalization2", "sum_variance", "count"] + (hasSpread ? [crossDeviation] : [])
    }
    static let crossDeviation = "sum_cross_deviation"

    /// Bytes of the reason of one frame, and of a time.
    static let problemBytes = 160
    static let timeBytes = 32

    /// The reason of one frame, as it is stored: on one line, and cut at a whole character.
    static func problem(_ reason: String) -> String {
        String(decoding: ReservedRows.fitted(reason.oneLine, problemBytes).prefix { $0 != 0 }, as: UTF8.self)
    }

    static func path(_ parts: String...) -> String { "/" + entry + "/" + parts.joined(separator: "/") }

    /// The errors of the average, by the name under which they are made.
    static func averageErrors(_ description: ReductionDescription) -> String {
        description.isNXcanSAS ? deviation : errors
    }

    /// The name of the radial axis's field.
    static func axisName(_ unit: RadialUnit) -> String {
        switch unit.dimension {
        case .scatteringVector: "Q"
        case .inverseSpacing: "s"
        case .spacing: "d"
        case .twoTheta: "two_theta"
        case .radius: "r"
        }
    }
}

/// What became of a frame.
public enum ReducedFrameStatus: UInt8, Sendable, CaseIterable {
    /// Its row is not there yet.
    case pending
    case reduced
    /// It could not be reduced; its reason is beside it.
    case failed
}
