import Frames

/// What a frame's valid pixels add up to when pixels are split: with c the share of a pixel in the bin, sums in Double, the same to the bit
/// by whatever path, thread or instruction level they came.
public struct SplitSums: Sendable, Equatable {
    /// Σ c value, counts.
    public internal(set) var signal: [Double]
    /// Σ c² variance, counts²; 0 without an error model.
    public internal(set) var variance: [Double]
    /// Pixels that only this frame excludes, in order: the type's "no data" in a pixel that is not masked, or more than the largest valid
    /// value. Their share of what is the same for all frames (normalisation, counts, dark) is to be taken out.
    public internal(set) var excludedPixels: [UInt32]
    /// When the kernel was asked for them.
    public internal(set) var statistics: FrameStatistics?
    /// In the order of the regions, when the kernel was asked for them.
    public internal(set) var regions: [RegionSum]?
    /// When the kernel was asked for it.
    public internal(set) var preview: PreviewImage?

    public init(binCount: Int) {
        signal = [Double](repeating: 0, count: binCount)
        variance = signal
        excludedPixels = []
    }

    mutating func exclude(_ pixels: inout [UInt32]) {
        // The two arrays change places, so that both keep their memory.
        if !excludedPixels.isEmpty { excludedPixels.removeAll(keepingCapacity: true) }
        if !pixels.isEmpty { swap(&excludedPixels, &pixels) }
    }

    mutating func take(_ findings: BlockConsumers.Findings) {
        statistics = findings.statistics
        regions = findings.regions
        preview = findings.preview
    }
}
