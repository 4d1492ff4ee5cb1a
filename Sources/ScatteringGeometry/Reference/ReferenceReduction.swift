import Diagnostics

/// Reduces a frame the plain way, in Double, one pixel after the other: what fast kernels are compared with.
///
/// signal = raw - dark; norm = frame factor × pixel normalisation. Not for speed: a frame of 4.5 megapixels takes about 0.15 s.
public struct ReferenceReduction: Sendable {
    /// `[slow, fast]`; nil is 1 for every pixel. A factor that is not positive or not finite makes its pixel no measurement.
    public var normalisation: [Double]?
    /// Transmission × monitor × exposure: one number a frame.
    public var frameFactor: Double
    /// `[slow, fast]`, in counts.
    public var dark: [Double]?
    /// `[slow, fast]`, in counts²; added to the variance, but for the azimuthal error model.
    public var darkVariance: [Double]?
    public var errors: ErrorModel

    public init(
        normalisation: [Double]? = nil, frameFactor: Double = 1, dark: [Double]? = nil, darkVariance: [Double]? = nil,
        errors: ErrorModel = .poisson
    ) {
        self.normalisation = normalisation
        self.frameFactor = frameFactor
        self.dark = dark
        self.darkVariance = darkVariance
        self.errors = errors
    }

    /// Reduces a frame of integers, `[slow, fast]`. The largest value of an unsigned type and negative values of a signed one are no
    /// measurements (gaps, dead and saturated pixels).
    /// - Throws: `shapeMismatch`, `outOfRange` when the frame factor is not positive and finite.
    @inlinable
    public func reduce<Pixel: FixedWidthInteger>(_ frame: [Pixel], with matrix: SplitMatrix) throws(GeometryError) -> BinSums {
        try reduce(frame.map { Pixel.isSigned ? ($0 < 0 ? .nan : Double($0)) : ($0 == .max ? .nan : Double($0)) }, with: matrix)
    }

    /// Reduces a frame of integers in which no pixel is split.
    /// - Throws: as the other overloads.
    @inlinable
    public func reduce<Pixel: FixedWidthInteger, Index>(_ frame: [Pixel], with bins: PixelBins<Index>) throws(GeometryError)
        -> BinSums
    { try reduce(frame, with: SplitMatrix(bins)) }

    /// Reduces a frame of numbers, `[slow, fast]`; values that are not finite are no measurements.
    /// - Throws: `shapeMismatch`, `outOfRange` when the frame factor is not positive and finite.
    public func reduce(_ frame: [Double], with matrix: SplitMatrix) throws(GeometryError) -> BinSums {
        try check(frame, matrix)
        var sums = BinSums(binCount: matrix.binCount)
        forEachPixel(frame, matrix) { signal, norm, variance, entries in
            for entry in entries {
                let (bin, share) = (Int(matrix.bins[entry]), Double(matrix.weights[entry]))
                sums.signal[bin] += share * signal
                sums.norm[bin] += share * norm
                sums.norm2[bin] += share * share * norm * norm
                sums.variance[bin] += share * share * variance
                sums.count[bin] += share
            }
        }
        guard errors == .azimuthal else { return sums }
        let means = sums.intensity(empty: 0)
        var cross = [Double](repeating: 0, count: matrix.binCount)
        forEachPixel(frame, matrix) { signal, norm, _, entries in
            for entry in entries {
                let (bin, share) = (Int(matrix.bins[entry]), Double(matrix.weights[entry]))
                let deviation = share * (signal - norm * means[bin])
                sums.variance[bin] += deviation * deviation
                cross[bin] += share * norm * deviation
            }
        }
        sums.crossDeviation = cross
        return sums
    }

    @inline(__always)
    private func forEachPixel(
        _ frame: [Double], _ matrix: SplitMatrix,
        _ body: (_ signal: Double, _ norm: Double, _ variance: Double, Range<Int>) -> Void
    ) {
        for pixel in 0..<frame.count {
            let raw = frame[pixel]
            let entries = Int(matrix.offsets[pixel])..<Int(matrix.offsets[pixel + 1])
            let norm = frameFactor * (normalisation?[pixel] ?? 1)
            guard raw.isFinite, norm > 0, norm.isFinite, !entries.isEmpty else { continue }
            var variance = 0.0
            switch errors {
            case .none, .azimuthal: break
            case .poisson, .hybrid: variance = max(1, raw)
            case .poissonExact: variance = raw
            case .given(let values): variance = values[pixel]
            }
            if let darkVariance, errors != .azimuthal { variance += darkVariance[pixel] }
            let signal = raw - (dark?[pixel] ?? 0)
            guard signal.isFinite, variance.isFinite else { continue }
            body(signal, norm, variance, entries)
        }
    }

    private func check(_ frame: [Double], _ matrix: SplitMatrix) throws(GeometryError) {
        let shape = matrix.shape
        try shape.require(frame.count, of: "frame")
        if let normalisation { try shape.require(normalisation.count, of: "normalisation") }
        if let dark { try shape.require(dark.count, of: "dark frame") }
        if let darkVariance { try shape.require(darkVariance.count, of: "variance of the dark frame") }
        if case .given(let values) = errors { try shape.require(values.count, of: "variance") }
        guard frameFactor > 0, frameFactor.isFinite else {
            throw GeometryError(
                .outOfRange, "A frame cannot be normalised by this number", at: "transmission, monitor, exposure",
                got: "\(frameFactor)",
                expected: "a positive number")
        }
    }
}
