import Frames
import ReductionKernels

/// What was found in a frame beside its bins.
public struct FrameFindings: Sendable, Equatable {
    /// What each region of interest comes to, in the order of the plan; empty without any.
    public var regions: [RegionSum]
    /// nil where the plan does not measure frames. Without the pixels that the mask and the type of the frames exclude; those above the
    /// saturation are in it.
    public var statistics: FrameStatistics?
    /// Pixels in a bin that sigma clipping dropped; nil without it.
    public var clippedPixels: Int?

    public init(regions: [RegionSum] = [], statistics: FrameStatistics? = nil, clippedPixels: Int? = nil) {
        self.regions = regions
        self.statistics = statistics
        self.clippedPixels = clippedPixels
    }
}
