import Diagnostics

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
    /// Σ c² norm (signal - norm I), with I the bin's own intensity: there where the variance is the spread around I (``ErrorModel/azimuthal``),
    /// since spreads around different intensities cannot be merged without it.
    public internal(set) var crossDeviation: [Double]?

    public init(binCount: Int) {
        signal = [Double](repeating: 0, count: max(0, binCount))
        (norm, norm2, variance, count) = (signal, signal, signal, signal)
    }

    /// Sums that were made elsewhere; one number a bin in each array.
    ///
    /// - Parameter crossDeviation: with variances from the spread, and only with them.
    /// - Throws: `shapeMismatch` for arrays of different lengths.
    public init(
        signal: [Double], norm: [Double], norm2: [Double], variance: [Double], count: [Double], crossDeviation: [Double]? = nil
    ) throws(GeometryError) {
        let lengths = [signal.count, norm.count, norm2.count, variance.count, count.count, crossDeviation?.count ?? signal.count]
        guard Set(lengths).count == 1 else {
            throw GeometryError(
                .shapeMismatch, "Sums of the same bins have different lengths",
                got: lengths.map { String($0) }.joined(separator: ", "), expected: "one number a bin in each")
        }
        self.signal = signal
        self.norm = norm
        self.norm2 = norm2
        self.variance = variance
        self.count = count
        self.crossDeviation = crossDeviation
    }

    /// Adds to one bin.
    package mutating func add(signal: Double, norm: Double, norm2: Double, variance: Double, count: Double, to bin: Int) {
        self.signal[bin] += signal
        self.norm[bin] += norm
        self.norm2[bin] += norm2
        self.variance[bin] += variance
        self.count[bin] += count
    }

    /// The same sums with variances from the spread; one number a bin in each array.
    package func withSpread(_ variance: [Double], crossDeviation: [Double]) -> BinSums {
        var sums = self
        (sums.variance, sums.crossDeviation) = (variance, crossDeviation)
        return sums
    }

    /// Sets the sums of one bin to zero.
    package mutating func clear(_ bin: Int) {
        (signal[bin], norm[bin], norm2[bin], variance[bin], count[bin]) = (0, 0, 0, 0, 0)
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
