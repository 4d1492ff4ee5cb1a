import Diagnostics

extension BinSums {
    /// Adds the sums of other pixels in the same bins, as if all had been reduced together: frames, parts of a frame, detectors.
    ///
    /// Signal, norm, counts and propagated variances (given, Poisson) are sums, and are added. A spread is one around the intensity of its own
    /// part; around the intensity of both, with d the difference of the two intensities,
    ///
    ///     Σ c² (signal - norm I')² = Σ c² (signal - norm I)² - 2 d Σ c² norm (signal - norm I) + d² Σ c² norm²
    ///
    /// is exact for any weights. (The middle term vanishes only where c × norm is the same for all pixels of a bin; leaving it out is
    /// silx-kit/pyFAI issue 2774.)
    ///
    /// - Throws: `shapeMismatch` for other bins; `notSupported` when only one of the two has variances from the spread.
    public mutating func merge(_ other: BinSums) throws(GeometryError) {
        guard signal.count == other.signal.count else {
            throw GeometryError(
                .shapeMismatch, "Sums of other bins cannot be merged", got: "\(other.signal.count) bins",
                expected: "\(signal.count)")
        }
        guard (crossDeviation == nil) == (other.crossDeviation == nil) else {
            throw GeometryError(
                .notSupported, "Variances from the spread cannot be merged with propagated ones",
                remedy: "Reduce both with the same error model")
        }
        let before = self
        for bin in signal.indices {
            signal[bin] += other.signal[bin]
            norm[bin] += other.norm[bin]
            norm2[bin] += other.norm2[bin]
            variance[bin] += other.variance[bin]
            count[bin] += other.count[bin]
        }
        guard var cross = crossDeviation else { return }
        let (means, merged) = ([before.intensity(empty: 0), other.intensity(empty: 0)], intensity(empty: 0))
        for bin in signal.indices {
            cross[bin] = 0
            for (part, means) in zip([before, other], means) {
                let shift = merged[bin] - means[bin]
                let deviation = part.crossDeviation?[bin] ?? 0
                variance[bin] += shift * (shift * part.norm2[bin] - 2 * deviation)
                cross[bin] += deviation - shift * part.norm2[bin]
            }
            variance[bin] = max(0, variance[bin])
        }
        crossDeviation = cross
    }
}
