import Frames

/// What a frame's valid pixels add up to, bin by bin: exact integers, the same by whatever path, thread or instruction level they came.
///
/// Intensity is signal over normalisation. The variance of counts is the signal where it is taken as it is (`poisson-exact`), and the
/// signal plus the number of zeros where a pixel has at least 1 (`poisson`, as pyFAI has it).
public struct AzimuthalSums: Sendable, Equatable {
    /// Sum of the values, counts.
    public internal(set) var signal: [UInt64]
    /// Pixels that are zero.
    public internal(set) var zeros: [UInt64]
    /// Pixels that only this frame excludes: the type's "no data" in a pixel that is not masked, or more than the largest valid value.
    public internal(set) var excluded: [UInt32]
    /// Which pixels these are, in order: their share of what is the same for all frames (normalisation, dark) is to be taken out.
    public internal(set) var excludedPixels: [UInt32]
    /// When the kernel was asked for them.
    public internal(set) var statistics: FrameStatistics?
    /// In the order of the regions, when the kernel was asked for them.
    public internal(set) var regions: [RegionSum]?
    /// When the kernel was asked for it.
    public internal(set) var preview: PreviewImage?

    public init(binCount: Int) {
        signal = [UInt64](repeating: 0, count: binCount)
        zeros = [UInt64](repeating: 0, count: binCount)
        excluded = [UInt32](repeating: 0, count: binCount)
        excludedPixels = []
    }

    /// Forgets the pixels that the frame before excluded. Costs nothing without any: sums are overwritten, not cleared.
    mutating func forgetExcluded(_ bins: BinTable) {
        for pixel in excludedPixels { excluded[bins[Int(pixel)]] = 0 }
        if !excludedPixels.isEmpty { excludedPixels.removeAll(keepingCapacity: true) }
    }

    /// For a path that adds to them.
    mutating func clearSums() {
        signal.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        zeros.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    }

    /// Kernels count an excluded pixel as one that is zero.
    mutating func exclude(_ pixels: inout [UInt32], _ bins: BinTable) {
        guard !pixels.isEmpty else { return }
        swap(&excludedPixels, &pixels)
        for pixel in excludedPixels {
            let bin = bins[Int(pixel)]
            excluded[bin] += 1
            zeros[bin] &-= 1
        }
    }

    mutating func take(_ findings: BlockConsumers.Findings) {
        statistics = findings.statistics
        regions = findings.regions
        preview = findings.preview
    }
}
