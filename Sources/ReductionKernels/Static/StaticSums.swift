import Diagnostics
import Frames
import ScatteringGeometry

/// What the bins of all frames of a geometry have in common: normalisation, counts and dark, summed once; with a frame's sums they make its
/// ``BinSums``. Pixels that a frame excludes are taken out of the static sums by number.
///
/// A pixel whose normalisation is not positive and finite, or whose dark or dark variance is not finite, is no measurement: kernels must be
/// made with ``table`` or ``matrix``, which are without it.
public struct StaticSums: Sendable {
    /// The bins without those pixels; nil when pixels are split.
    public let table: BinTable?
    /// The matrix without those pixels; nil when pixels are not split.
    public let matrix: SplitMatrix?
    public let binCount: Int
    /// Σ c norm, without the factor of a frame.
    public let norm: [Double]
    /// Σ c² norm²
    public let norm2: [Double]
    /// Σ c
    public let count: [Double]
    /// Σ c dark
    public let dark: [Double]
    /// Σ c² dark variance
    public let darkVariance: [Double]
    let pixels: StaticPixels
    /// Entries of each bin: when none is left, its sums are zero and no rounding.
    let entryCounts: [UInt32]

    /// - Parameters:
    ///   - bins: the bin of each pixel.
    ///   - normalisation, dark, darkVariance: of each pixel, `[slow, fast]`; nil is 1 and 0.
    /// - Throws: `shapeMismatch` for an array of another size.
    public init(
        _ bins: BinTable, normalisation: [Double]? = nil, dark: [Double]? = nil, darkVariance: [Double]? = nil
    ) throws(GeometryError) {
        try self.init(bins, factors: normalisation.map(PixelFactors.init), dark: dark, darkVariance: darkVariance)
    }

    /// The same, for factors that are kept together with what they are made of.
    public init(
        _ bins: BinTable, factors: PixelFactors?, dark: [Double]? = nil, darkVariance: [Double]? = nil
    ) throws(GeometryError) {
        let pixels = try StaticPixels(bins.pixelCount, factors, dark, darkVariance)
        let table = bins.keeping(pixels.values.isMeasurement)
        self.init(table: table, matrix: nil, pixels: pixels, binCount: bins.binCount)
    }

    /// - Parameters:
    ///   - matrix: the shares of each pixel.
    ///   - normalisation, dark, darkVariance: of each pixel, `[slow, fast]`; nil is 1 and 0.
    /// - Throws: `shapeMismatch` for an array of another size.
    public init(
        _ matrix: SplitMatrix, normalisation: [Double]? = nil, dark: [Double]? = nil, darkVariance: [Double]? = nil
    ) throws(GeometryError) {
        try self.init(matrix, factors: normalisation.map(PixelFactors.init), dark: dark, darkVariance: darkVariance)
    }

    /// The same, for factors that are kept together with what they are made of.
    public init(
        _ matrix: SplitMatrix, factors: PixelFactors?, dark: [Double]? = nil, darkVariance: [Double]? = nil
    ) throws(GeometryError) {
        let pixels = try StaticPixels(matrix.shape.pixelCount, factors, dark, darkVariance)
        let kept = try matrix.keeping(pixels.values.isMeasurement)
        self.init(table: nil, matrix: kept, pixels: pixels, binCount: matrix.binCount)
    }

    /// What was made before, with ``totals`` of it. Factors are computed by the first frame that excludes a pixel of its own.
    ///
    /// - Parameters:
    ///   - bins: the ``table`` of the static sums that `totals` are of.
    ///   - factors, dark, darkVariance: as those were made with.
    /// - Throws: `shapeMismatch` for arrays of other sizes.
    package init(
        kept bins: BinTable, totals: StaticTotals, factors: PixelFactors?, dark: [Double]?, darkVariance: [Double]?
    ) throws(GeometryError) {
        let pixels = try StaticPixels(bins.pixelCount, factors, dark, darkVariance)
        try self.init(table: bins, matrix: nil, pixels: pixels, binCount: bins.binCount, totals)
    }

    /// As the other, for the ``matrix`` of the static sums.
    package init(
        kept matrix: SplitMatrix, totals: StaticTotals, factors: PixelFactors?, dark: [Double]?, darkVariance: [Double]?
    ) throws(GeometryError) {
        let pixels = try StaticPixels(matrix.shape.pixelCount, factors, dark, darkVariance)
        try self.init(table: nil, matrix: matrix, pixels: pixels, binCount: matrix.binCount, totals)
    }

    private init(
        table: BinTable?, matrix: SplitMatrix?, pixels: StaticPixels, binCount: Int, _ totals: StaticTotals
    ) throws(GeometryError) {
        try totals.require(binCount: binCount)
        self.table = table
        self.matrix = matrix
        self.pixels = pixels
        self.binCount = binCount
        (norm, norm2, count) = (totals.norm, totals.norm2, totals.count)
        (dark, darkVariance) = (totals.dark, totals.darkVariance)
        entryCounts = totals.entryCounts
    }

    private init(table: BinTable?, matrix: SplitMatrix?, pixels: StaticPixels, binCount: Int) {
        self.table = table
        self.matrix = matrix
        self.pixels = pixels
        self.binCount = binCount
        var sums = BinSums(binCount: binCount)
        var entries = [UInt32](repeating: 0, count: binCount)
        let values = pixels.values
        for pixel in 0..<pixels.count {
            Self.forEachEntry(of: pixel, table, matrix) { bin, share in
                entries[bin] += 1
                values.add(pixel, share: share, sign: 1, to: &sums, bin)
            }
        }
        (norm, norm2, count, dark, darkVariance) = (sums.norm, sums.norm2, sums.count, sums.signal, sums.variance)
        entryCounts = entries
    }

    @inline(__always)
    static func forEachEntry(of pixel: Int, _ table: BinTable?, _ matrix: SplitMatrix?, _ body: (Int, Double) -> Void) {
        if let table {
            let bin = table[pixel]
            if bin < table.binCount { body(bin, 1) }
        } else if let matrix {
            for entry in Int(matrix.offsets[pixel])..<Int(matrix.offsets[pixel + 1]) {
                body(Int(matrix.bins[entry]), Double(matrix.weights[entry]))
            }
        }
    }
}

extension BinTable {
    /// The same without some pixels.
    func keeping(_ isKept: [Bool]) -> BinTable {
        guard isKept.contains(false) else { return self }
        return BinTable(kept: (0..<pixelCount).map { UInt32(truncatingIfNeeded: isKept[$0] ? self[$0] : binCount) }, binCount)
    }
}
