import Diagnostics
import Frames
import ScatteringGeometry

extension StaticSums {
    /// The sums of a frame whose pixels are not split.
    ///
    /// - Parameters:
    ///   - sums: from a kernel that was made with ``table``.
    ///   - frameFactor: transmission × monitor × exposure of the frame.
    ///   - errors: `none`, `poisson` or `poissonExact` (`hybrid` is `poisson` where nothing is clipped).
    /// - Throws: `shapeMismatch` for sums of other bins or pixels, `outOfRange` when the frame factor is not positive and finite,
    ///   `notSupported` for another error model.
    /// - Complexity: O(bins + excluded pixels); O(pixels) for a frame that excludes almost all of a bin.
    public func bins(
        from sums: AzimuthalSums, frameFactor: Double = 1, errors: ErrorModel = .poisson
    ) throws(GeometryError) -> BinSums {
        var none = RememberedExclusion()
        return try bins(from: sums, frameFactor: frameFactor, errors: errors, after: &none)
    }

    /// The same, for one frame after another: what is excluded in both is not summed twice.
    ///
    /// - Parameter previous: of the frames before; of these static sums, and of one thread.
    public func bins(
        from sums: AzimuthalSums, frameFactor: Double = 1, errors: ErrorModel = .poisson,
        after previous: inout RememberedExclusion
    ) throws(GeometryError) -> BinSums {
        guard table != nil else { throw Self.foreign("sums of pixels that are not split") }
        let addsZeros: Bool
        switch errors {
        case .none, .poissonExact: addsZeros = false
        case .poisson, .hybrid: addsZeros = true
        case .given, .azimuthal:
            throw GeometryError(
                .notSupported, "Sums of counts do not have the variance of this error model", got: errors.name,
                expected: "none, poisson or poisson-exact", remedy: "Reduce decoded frames one by one with it")
        }
        // Sums of counts beyond 2^53 are rounded: 9 × 10^15 counts in a bin.
        let signal = sums.signal.map { Double($0) }
        var variance = [Double](repeating: 0, count: signal.count)
        if errors != .none {
            for bin in signal.indices { variance[bin] = signal[bin] + (addsZeros ? Double(sums.zeros[bin]) : 0) }
        }
        return try bins(signal, variance, sums.excludedPixels, frameFactor, &previous)
    }

    /// The sums of a frame whose pixels are split.
    ///
    /// - Parameters:
    ///   - sums: from a kernel that was made with ``matrix``; it has settled the error model.
    ///   - frameFactor: transmission × monitor × exposure of the frame.
    /// - Throws: `shapeMismatch` for sums of other bins or pixels, `outOfRange` when the frame factor is not positive and finite.
    /// - Complexity: O(bins + excluded pixels); O(pixels) for a frame that excludes almost all of a bin.
    public func bins(from sums: SplitSums, frameFactor: Double = 1) throws(GeometryError) -> BinSums {
        var none = RememberedExclusion()
        return try bins(from: sums, frameFactor: frameFactor, after: &none)
    }

    /// The same, for one frame after another, as for pixels that are not split.
    public func bins(
        from sums: SplitSums, frameFactor: Double = 1, after previous: inout RememberedExclusion
    ) throws(GeometryError) -> BinSums {
        guard matrix != nil else { throw Self.foreign("sums of split pixels") }
        return try bins(sums.signal, sums.variance, sums.excludedPixels, frameFactor, &previous)
    }

    private func bins(
        _ signal: [Double], _ variance: [Double], _ excluded: [UInt32], _ frameFactor: Double,
        _ previous: inout RememberedExclusion
    ) throws(GeometryError) -> BinSums {
        guard signal.count == binCount, excluded.allSatisfy({ $0 < pixels.count }) else {
            throw Self.foreign("sums of \(signal.count) bins")
        }
        guard frameFactor > 0, frameFactor.isFinite else {
            throw GeometryError(
                .outOfRange, "A frame cannot be normalised by this number", at: "transmission, monitor, exposure",
                got: "\(frameFactor)", expected: "a positive number")
        }
        let still = excluded.isEmpty ? nil : try previous.remaining(of: self, without: excluded)
        let (norm, norm2) = (still?.norm ?? self.norm, still?.norm2 ?? self.norm2)
        let (dark, darkVariance) = (still?.signal ?? self.dark, still?.variance ?? self.darkVariance)
        return try BinSums(
            signal: signal.indices.map { signal[$0] - dark[$0] }, norm: norm.map { frameFactor * $0 },
            norm2: norm2.map { frameFactor * frameFactor * $0 },
            variance: variance.indices.map { variance[$0] + darkVariance[$0] },
            count: still?.count ?? count)
    }

    /// The static sums without the pixels of one frame.
    fileprivate func remaining(without excluded: [UInt32]) throws(GeometryError) -> BinSums {
        var sums = try BinSums(signal: dark, norm: norm, norm2: norm2, variance: darkVariance, count: count)
        var entries = entryCounts
        let values = pixels.values
        // A frame without a mask excludes a twentieth of all pixels: flags, for a set would take longer than the frame.
        var isTouched = [Bool](repeating: false, count: binCount)
        for pixel in excluded {
            Self.forEachEntry(of: Int(pixel), table, matrix) { bin, share in
                entries[bin] &-= 1
                isTouched[bin] = true
                values.add(Int(pixel), share: share, sign: -1, to: &sums, bin)
            }
        }
        // What is left of a sum after a subtraction has the rounding of all of it: below a sixteenth it is summed anew.
        var anew: [Int] = []
        for bin in isTouched.indices where isTouched[bin] {
            if entries[bin] == 0 {
                sums.clear(bin)
            } else if isSmall(sums, bin) {
                sums.clear(bin)
                anew.append(bin)
            }
        }
        guard !anew.isEmpty else { return sums }
        var isExcluded = [Bool](repeating: false, count: pixels.count)
        for pixel in excluded { isExcluded[Int(pixel)] = true }
        var isAnew = [Bool](repeating: false, count: binCount)
        for bin in anew { isAnew[bin] = true }
        for pixel in 0..<pixels.count where !isExcluded[pixel] {
            Self.forEachEntry(of: pixel, table, matrix) { bin, share in
                if isAnew[bin] { values.add(pixel, share: share, sign: 1, to: &sums, bin) }
            }
        }
        return sums
    }

    private func isSmall(_ sums: BinSums, _ bin: Int) -> Bool {
        func isSmall(_ left: Double, _ all: Double) -> Bool { left.magnitude * 16 < all.magnitude }
        return isSmall(sums.norm[bin], norm[bin]) || isSmall(sums.norm2[bin], norm2[bin]) || isSmall(sums.count[bin], count[bin])
            || isSmall(sums.signal[bin], dark[bin]) || isSmall(sums.variance[bin], darkVariance[bin])
    }

    private static func foreign(_ got: String) -> GeometryError {
        GeometryError(
            .shapeMismatch, "A frame's sums are not those of these bins", got: got,
            remedy: "Make the kernel with the table or the matrix of the static sums")
    }
}

/// The static sums of the frame before, and what it excluded.
///
/// A file without a mask excludes the same pixels in almost all frames, a twentieth of the detector: to take them off anew costs more than
/// the frame.
public struct RememberedExclusion: Sendable {
    private var excluded: [UInt32] = []
    private var sums: BinSums?

    public init() {}

    fileprivate mutating func remaining(of statics: StaticSums, without excluded: [UInt32]) throws(GeometryError) -> BinSums {
        if let sums, excluded == self.excluded { return sums }
        let made = try statics.remaining(without: excluded)
        (self.excluded, sums) = (excluded, made)
        return made
    }
}
