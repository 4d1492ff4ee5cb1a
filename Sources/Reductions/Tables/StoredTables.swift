import Diagnostics
import Frames
import ReductionKernels
import ScatteringGeometry

/// What of a ``BinnedReduction`` takes long to make; the rest is in its request.
struct StoredTables: Sendable {
    /// Of the radial axis, in its unit.
    let lower: Double
    let upper: Double
    let arrays: StoredArrays
}

extension StoredTables {
    init(_ binned: BinnedReduction) {
        self.init(lower: binned.radial.lower, upper: binned.radial.upper, arrays: StoredArrays(binned.reduction))
    }
}

/// The tables of pixels and bins.
enum StoredArrays: Sendable {
    case whole(BinTable, StaticTotals)
    case split(SplitMatrix, StaticTotals)
    case decoded(SplitMatrix)

    init(_ reduction: PixelReduction) {
        switch reduction {
        case .whole(let statics, let bins): self = .whole(bins, statics.totals)
        case .split(let statics, let matrix): self = .split(matrix, statics.totals)
        case .decoded(let pixels): self = .decoded(pixels.matrix)
        }
    }

    /// Entries of the matrix; 0 without one.
    var entryCount: Int {
        switch self {
        case .whole: 0
        case .split(let matrix, _), .decoded(let matrix): matrix.entryCount
        }
    }
}

extension PixelReduction {
    /// - Parameter stored: the tables of this very request.
    /// - Throws: `shapeMismatch`, and what the request itself is refused for.
    init(_ request: PixelReductionRequest, _ stored: StoredArrays) throws(GeometryError) {
        let corrections = request.corrections
        switch stored {
        case .whole(let bins, let totals):
            let statics = try StaticSums(
                kept: bins, totals: totals, factors: corrections.normalisation, dark: corrections.dark,
                darkVariance: corrections.darkVariance)
            self = .whole(statics, bins)
        case .split(let matrix, let totals):
            let statics = try StaticSums(
                kept: matrix, totals: totals, factors: corrections.normalisation, dark: corrections.dark,
                darkVariance: corrections.darkVariance)
            self = .split(statics, matrix)
        case .decoded(let matrix): self = .decoded(try DecodedPixels(request, matrix))
        }
    }
}
