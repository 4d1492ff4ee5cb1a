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

    public init(binCount: Int) {
        signal = [UInt64](repeating: 0, count: binCount)
        zeros = [UInt64](repeating: 0, count: binCount)
        excluded = [UInt32](repeating: 0, count: binCount)
    }

    mutating func clear() {
        for bin in signal.indices { (signal[bin], zeros[bin], excluded[bin]) = (0, 0, 0) }
    }
}
