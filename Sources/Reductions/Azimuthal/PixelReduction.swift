import Diagnostics
import Frames
import ReductionKernels
import ScatteringGeometry

/// A reduction, and the radial axis of its bins: what a request comes to.
struct BinnedReduction: Sendable {
    let radial: RadialBins
    let reduction: PixelReduction

    init(_ request: PixelReductionRequest) throws(GeometryError) {
        radial = try request.radialBins()
        reduction = try PixelReduction(request, radial)
    }

    /// - Parameter stored: the tables of this very request.
    /// - Throws: `shapeMismatch`, `binsInvalid`, and what the request itself is refused for.
    init(_ request: PixelReductionRequest, _ stored: StoredTables) throws(GeometryError) {
        radial = try request.radialBins(from: request.bins.from ?? stored.lower, to: request.bins.to ?? stored.upper)
        reduction = try PixelReduction(request, stored.arrays)
    }
}

/// How pixels become sums in bins: which kernel, with which table.
///
/// Integer frames with counting errors go through the kernels that read compressed chunks; whatever needs more than one look at a pixel, or is
/// no integer, goes through decoded frames.
enum PixelReduction: Sendable {
    /// Each pixel in one bin.
    case whole(StaticSums, BinTable)
    case split(StaticSums, SplitMatrix)
    case decoded(DecodedPixels)

    /// - Parameter radial: of the request.
    init(_ request: PixelReductionRequest, _ radial: RadialBins) throws(GeometryError) {
        let corrections = request.corrections
        switch request.way {
        case .decoded:
            let matrix = try request.matrix(radial)
            guard matrix.entryCount > 0 else { throw request.withoutPixels(radial) }
            self = .decoded(try DecodedPixels(request, matrix))
        case .whole:
            let numbers = try request.geometry.pixelBins(
                UInt32.self, radial: radial, azimuthal: request.azimuthal, selection: request.selection,
                mask: request.isMasked)
            guard numbers.indices.contains(where: { Int($0) < numbers.binCount }) else { throw request.withoutPixels(radial) }
            let bins: BinTable
            do throws(FrameError) { bins = try BinTable(numbers) } catch {
                throw GeometryError(
                    .tooLarge, error.what, got: error.got, expected: error.expected, remedy: "Use fewer bins")
            }
            let statics = try StaticSums(
                bins, factors: corrections.normalisation, dark: corrections.dark, darkVariance: corrections.darkVariance)
            self = .whole(statics, statics.table ?? bins)
        case .split:
            let matrix = try request.matrix(radial)
            guard matrix.entryCount > 0 else { throw request.withoutPixels(radial) }
            let statics = try StaticSums(
                matrix, factors: corrections.normalisation, dark: corrections.dark,
                darkVariance: corrections.darkVariance)
            self = .split(statics, statics.matrix ?? matrix)
        }
    }
}

extension PixelReductionRequest {
    /// The refusal of bins that no pixel lies in, often those of another unit: all curves would be empty.
    fileprivate func withoutPixels(_ radial: RadialBins) -> GeometryError {
        guard isMasked.contains(false) else {
            return GeometryError(
                .binsInvalid, "Every pixel is masked", got: "\(isMasked.count) pixels, none of them left",
                remedy: "Look at the masks, and at what in them means a bad pixel")
        }
        let unit = radial.unit.rawValue
        let covered = try? RadialBins(unit: radial.unit, count: 1, covering: geometry, mask: isMasked, splitting: splitting)
        return GeometryError(
            .binsInvalid, "No pixel lies in the bins", got: "bins from \(radial.lower) to \(radial.upper) \(unit)",
            expected: covered.map { "a part of \($0.lower) to \($0.upper) \(unit), which the detector covers" },
            remedy: "Look at the unit of the bins, and at the azimuthal sectors if there are any")
    }
}

/// What a thread needs to reduce decoded frames.
struct DecodedPixels: Sendable {
    let matrix: SplitMatrix
    let corrections: PixelCorrections
    let errors: ErrorModel
    let clipping: SigmaClipping?
    let saturation: UInt32?

    init(_ request: PixelReductionRequest, _ matrix: SplitMatrix) throws(GeometryError) {
        self.matrix = matrix
        corrections = request.corrections
        errors = request.errors
        clipping = try request.clipping.map { settings throws(GeometryError) in
            try SigmaClipping(cycles: settings.cycles, cutoff: settings.cutoff)
        }
        saturation = request.saturation
    }

    func makeReduction() throws(GeometryError) -> PixelwiseReduction {
        try PixelwiseReduction(
            matrix: matrix, normalisation: corrections.normalisation?.values, dark: corrections.dark,
            darkVariance: corrections.darkVariance, errors: errors, clipping: clipping)
    }
}
