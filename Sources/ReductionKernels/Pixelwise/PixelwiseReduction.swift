import CKernels
import Diagnostics
import Frames
import ScatteringGeometry

/// Reduces decoded frames of any type, one at a time, with every correction and error model, in Double: what ``AzimuthalKernel`` and
/// ``SplitKernel`` leave out. One per thread.
///
/// signal = raw - dark; norm = frame factor × pixel normalisation. The sums are those of ``ReferenceReduction`` but for rounding, and the same
/// to the bit at all instruction levels.
public struct PixelwiseReduction: ~Copyable {
    /// What came of a frame.
    public struct Result: Sendable, Equatable {
        public let sums: BinSums
        /// Pixels in a bin that sigma clipping dropped; 0 without it.
        public let clippedPixels: Int
    }

    public let matrix: SplitMatrix
    public let errors: ErrorModel
    public let clipping: SigmaClipping?
    let still: StaticPixels.Values
    let kernels: UnsafePointer<faisceau_kernel_table>
    var sums: [faisceau_pixel_sums]
    var limits: [faisceau_bin_limits]
    /// Signal, norm and variance: of a block of pixels where one look at them is enough, else of a frame.
    let corrected: faisceau_corrected
    let room: Int

    /// Pixels whose corrected values stay in the first two levels of the cache.
    private static let block = 2048

    /// - Parameters:
    ///   - matrix: the shares of each pixel; `SplitMatrix(bins)` where none is split.
    ///   - normalisation, dark, darkVariance: of each pixel, `[slow, fast]`; nil is 1 and 0. Pixels whose factor is not positive and finite, or
    ///     whose dark is not finite, are no measurements. The variance of the dark is added, but with the `azimuthal` model.
    ///   - errors: where variances come from. With `given` those of this frame or of all.
    ///   - clipping: drops outliers; it needs an error model.
    ///   - instructions: the level of the kernels; the process's own when nil.
    /// - Throws: `shapeMismatch` for an array of another size, `notSupported` for clipping without variances, or for an instruction level that
    ///   this processor lacks.
    public init(
        matrix: SplitMatrix, normalisation: [Double]? = nil, dark: [Double]? = nil, darkVariance: [Double]? = nil,
        errors: ErrorModel = .poisson, clipping: SigmaClipping? = nil, instructions: InstructionLevel? = nil
    ) throws(GeometryError) {
        let still = try StaticPixels(
            matrix.shape.pixelCount, normalisation.map(PixelFactors.init), dark, darkVariance
        ).values
        if case .given(let values) = errors, values.count != still.count {
            throw GeometryError(
                .shapeMismatch, "The variance has another size than the detector", got: "\(values.count) values",
                expected: "\(still.count)")
        }
        guard clipping == nil || errors != .none else {
            throw GeometryError(
                .notSupported, "Outliers cannot be told without variances", at: "error model", got: errors.name,
                remedy: "Clip with azimuthal or hybrid errors")
        }
        let kernels: UnsafePointer<faisceau_kernel_table>
        do {
            kernels = try InstructionLevel.kernels(of: instructions)
        } catch {
            throw GeometryError(.notSupported, "The kernels of this reduction cannot be chosen", cause: error)
        }
        self.still = still
        self.kernels = kernels
        self.matrix = matrix
        self.errors = errors
        self.clipping = clipping
        sums = [faisceau_pixel_sums](repeating: faisceau_pixel_sums(), count: matrix.binCount)
        limits = [faisceau_bin_limits](repeating: faisceau_bin_limits(), count: matrix.binCount)
        room = clipping == nil && errors != .azimuthal ? Self.block : still.count
        corrected = faisceau_corrected(
            signal: .allocate(capacity: room), norm: .allocate(capacity: room), variance: .allocate(capacity: room))
    }

    deinit {
        corrected.signal.deallocate()
        corrected.norm.deallocate()
        corrected.variance.deallocate()
    }

    /// Reduces one frame.
    ///
    /// The largest value of an unsigned type, negative values of a signed integer and floats that are not finite are no measurements.
    /// - Parameters:
    ///   - pixels: `[slow, fast]`, little-endian.
    ///   - saturation: values above it are no measurements; nil: only what the type excludes.
    ///   - frameFactor: transmission × monitor × exposure of the frame.
    /// - Throws: `shapeMismatch` for a frame of another size, `outOfRange` when the frame factor is not positive and finite, or the saturation
    ///   is NaN.
    /// - Complexity: O(pixels + entries), a few milliseconds a megapixel; with clipping, that for each cycle.
    public mutating func reduce(
        _ pixels: UnsafeRawBufferPointer, type: PixelType, saturation: Double? = nil, frameFactor: Double = 1
    ) throws(GeometryError) -> Result {
        let limit = saturation ?? .infinity
        guard pixels.count == still.count * type.byteCount, let bytes = pixels.baseAddress else {
            throw GeometryError(
                .shapeMismatch, "The frame has another size than the detector", got: "\(pixels.count) bytes",
                expected: "\(still.count * type.byteCount) for \(matrix.shape) of \(type.rawValue)")
        }
        guard frameFactor > 0, frameFactor.isFinite, !limit.isNaN else {
            throw GeometryError(
                .outOfRange, "A frame cannot be reduced with these numbers", at: "transmission, monitor, exposure; saturation",
                got: "\(frameFactor); \(limit)", expected: "a positive number; a number")
        }
        sums.withUnsafeMutableBufferPointer { $0.update(repeating: faisceau_pixel_sums()) }
        for first in stride(from: 0, to: still.count, by: room) {
            let count = min(room, still.count - first)
            correct(bytes + first * type.byteCount, count, first, type, limit, frameFactor)
            _ = add(count, first, limited: false)
        }
        var clipped = 0
        if clipping != nil || errors == .azimuthal { clipped = clipOutliers() }
        let isSpread = errors == .azimuthal
        let sums = try BinSums(
            signal: sums.map(\.signal), norm: sums.map(\.norm), norm2: sums.map(\.norm2),
            variance: sums.map { isSpread ? $0.spread : $0.variance }, count: sums.map(\.count),
            crossDeviation: isSpread ? sums.map(\.cross) : nil)
        return Result(sums: sums, clippedPixels: clipped)
    }
}
