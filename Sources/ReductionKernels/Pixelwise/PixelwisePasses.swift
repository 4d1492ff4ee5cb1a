import CKernels
import Frames
import ScatteringGeometry

extension PixelwiseReduction {
    /// Signal, norm and variance of some pixels.
    func correct(
        _ bytes: UnsafeRawPointer, _ count: Int, _ first: Int, _ type: PixelType, _ limit: Double, _ frameFactor: Double
    ) {
        var given: [Double]?
        if case .given(let values) = errors { given = values }
        let isSpread = errors == .azimuthal
        Self.withPointers(still.normalisation, still.dark, isSpread ? nil : still.darkVariance, given) {
            norm, dark, darkVariance, given in
            var corrections = faisceau_corrections(
                norm: norm.map { $0 + first }, dark: dark.map { $0 + first }, dark_variance: darkVariance.map { $0 + first },
                variance: given.map { $0 + first }, factor: frameFactor, model: model)
            kernels.pointee.correct_pixels(
                bytes.assumingMemoryBound(to: UInt8.self), count, type.kernelType, limit, &corrections, corrected)
        }
    }

    private var model: faisceau_variance {
        switch errors {
        case .none, .given, .azimuthal: faisceau_variance_none
        case .poisson, .hybrid: faisceau_variance_poisson
        case .poissonExact: faisceau_variance_exact
        }
    }

    /// Adds the corrected pixels to the sums.
    ///
    /// - Parameter limited: around the means of the bins, without pixels that are too far from them.
    /// - Returns: how many were too far.
    mutating func add(_ count: Int, _ first: Int, limited: Bool) -> Int {
        var dropped = 0
        let (kernels, corrected) = (kernels, corrected)
        matrix.withShares { shares in
            limits.withUnsafeBufferPointer { limits in
                sums.withUnsafeMutableBufferPointer { sums in
                    guard let sums = sums.baseAddress else { return }
                    dropped = kernels.pointee.sum_corrected(
                        corrected, count, &shares, first, limited ? limits.baseAddress : nil, sums)
                }
            }
        }
        return dropped
    }

    /// Takes spreads around the means of the bins, and clips as often as was asked for.
    ///
    /// - Returns: how many pixels were dropped.
    mutating func clipOutliers() -> Int {
        let usesSpread = errors == .azimuthal || errors == .hybrid
        if usesSpread {
            setLimits { _ in .infinity }
            _ = sumAgain()
            shiftSpreads()
        }
        guard let clipping else { return 0 }
        var clipped = 0
        for _ in 0..<clipping.cycles {
            setLimits { sums in
                let variance = (usesSpread ? sums.spread : sums.variance) / sums.norm2
                return clipping.farthest(count: sums.count, standardDeviation: max(0, variance).squareRoot())
            }
            let dropped = sumAgain()
            shiftSpreads()
            if dropped == 0 { break }
            clipped += dropped
        }
        return clipped
    }

    private mutating func setLimits(_ farthest: (faisceau_pixel_sums) -> Double) {
        for bin in limits.indices {
            guard sums[bin].norm > 0 else {
                limits[bin] = faisceau_bin_limits(mean: 0, farthest: .infinity)
                continue
            }
            let mean = sums[bin].signal / sums[bin].norm
            // Pixels that are all the same differ from their mean by rounding.
            limits[bin] = faisceau_bin_limits(mean: mean, farthest: max(farthest(sums[bin]), 1e-12 * mean.magnitude))
        }
    }

    private mutating func sumAgain() -> Int {
        sums.withUnsafeMutableBufferPointer { $0.update(repeating: faisceau_pixel_sums()) }
        return add(still.count, 0, limited: true)
    }

    /// Spreads were taken around the means of the pixels before some of them were dropped: around the new means they are what
    /// ``BinSums/merge(_:)`` has for a change of the mean.
    private mutating func shiftSpreads() {
        for bin in sums.indices where sums[bin].norm > 0 {
            let shift = sums[bin].signal / sums[bin].norm - limits[bin].mean
            sums[bin].spread = max(0, sums[bin].spread + shift * (shift * sums[bin].norm2 - 2 * sums[bin].cross))
            sums[bin].cross -= shift * sums[bin].norm2
        }
    }

    private static func withPointers(
        _ one: [Double]?, _ two: [Double]?, _ three: [Double]?, _ four: [Double]?,
        _ body: (UnsafePointer<Double>?, UnsafePointer<Double>?, UnsafePointer<Double>?, UnsafePointer<Double>?) -> Void
    ) {
        func with(_ values: [Double]?, _ body: (UnsafePointer<Double>?) -> Void) {
            guard let values else { return body(nil) }
            values.withUnsafeBufferPointer { body($0.baseAddress) }
        }
        with(one) { one in with(two) { two in with(three) { three in with(four) { four in body(one, two, three, four) } } } }
    }
}

extension PixelType {
    var kernelType: faisceau_pixel_type {
        switch self {
        case .uint8: faisceau_pixel_uint8
        case .int8: faisceau_pixel_int8
        case .uint16: faisceau_pixel_uint16
        case .int16: faisceau_pixel_int16
        case .uint32: faisceau_pixel_uint32
        case .int32: faisceau_pixel_int32
        case .uint64: faisceau_pixel_uint64
        case .int64: faisceau_pixel_int64
        case .float32: faisceau_pixel_float32
        case .float64: faisceau_pixel_float64
        }
    }
}
