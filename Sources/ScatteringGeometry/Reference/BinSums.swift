/// The sums of a reduced frame, one number a bin; of a map `[azimuthal, radial]`.
///
/// With c the share of a pixel in the bin: curves are ratios of sums, never means of corrected pixels.
public struct BinSums: Sendable, Equatable {
    /// Σ c signal
    public internal(set) var signal: [Double]
    /// Σ c norm
    public internal(set) var norm: [Double]
    /// Σ c² norm²
    public internal(set) var norm2: [Double]
    /// Σ c² var
    public internal(set) var variance: [Double]
    /// Σ c
    public internal(set) var count: [Double]

    public init(binCount: Int) {
        signal = [Double](repeating: 0, count: max(0, binCount))
        (norm, norm2, variance, count) = (signal, signal, signal, signal)
    }

    /// Σ signal / Σ norm, in counts per unit of normalisation; `empty` where a bin has no pixel.
    public func intensity(empty: Double = .nan) -> [Double] {
        signal.indices.map { norm[$0] > 0 ? signal[$0] / norm[$0] : empty }
    }

    /// The standard error of the mean, √(Σ c² var) / Σ c norm: what curves report as sigma.
    public func standardError(empty: Double = .nan) -> [Double] {
        signal.indices.map { norm[$0] > 0 ? variance[$0].squareRoot() / norm[$0] : empty }
    }

    /// The spread of single pixels, √(Σ c² var / Σ c² norm²).
    public func standardDeviation(empty: Double = .nan) -> [Double] {
        signal.indices.map { norm2[$0] > 0 ? (variance[$0] / norm2[$0]).squareRoot() : empty }
    }
}
