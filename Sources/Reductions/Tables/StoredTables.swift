import Diagnostics
import Frames
import ReductionKernels
import ScatteringGeometry

/// What of a ``PixelReduction`` takes long to make; the rest is in its request.
enum StoredTables: Sendable {
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
    init(_ request: PixelReductionRequest, _ stored: StoredTables) throws(GeometryError) {
        let corrections = request.corrections
        switch stored {
        case .whole(let bins, let totals):
            let statics = try StaticSums(
                kept: bins, totals: totals, normalisation: corrections.normalisation, dark: corrections.dark,
                darkVariance: corrections.darkVariance)
            self = .whole(statics, bins)
        case .split(let matrix, let totals):
            let statics = try StaticSums(
                kept: matrix, totals: totals, normalisation: corrections.normalisation, dark: corrections.dark,
                darkVariance: corrections.darkVariance)
            self = .split(statics, matrix)
        case .decoded(let matrix): self = .decoded(try DecodedPixels(request, matrix))
        }
    }
}
