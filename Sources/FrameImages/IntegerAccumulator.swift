import Frames

/// Exact sums of integer pixels. Valid values are never negative (see ``PixelValues/isValid(_:)``), so sums are unsigned.
struct IntegerAccumulator<Pixel: FixedWidthInteger & BitwiseCopyable & Sendable> {
    /// Frames in which each pixel was valid.
    private(set) var counts: [UInt32]
    private var largest: [Pixel]
    /// Empty once ``wide`` has taken over.
    private var narrow: [UInt32]
    private var wide: [UInt64] = []
    /// No sum is larger than this; it decides when 32 bits no longer do.
    private var bound: UInt64 = 0
    /// Set when even 64 bits might not hold a sum: then there is a mean no more.
    private var isBeyond = false

    init(_ count: Int) {
        counts = [UInt32](repeating: 0, count: count)
        largest = [Pixel](repeating: 0, count: count)
        narrow = [UInt32](repeating: 0, count: count)
    }

    mutating func add(_ pixels: UnsafeRawBufferPointer, _ mask: UnsafeBufferPointer<UInt32>?) {
        let (sum, isPast) = bound.addingReportingOverflow(largestCount(pixels))
        bound = isPast ? .max : sum
        isBeyond = isBeyond || isPast
        if bound > UInt64(UInt32.max), wide.isEmpty {
            wide = narrow.map(UInt64.init)
            narrow = []
        }
        if wide.isEmpty {
            accumulate(pixels, mask, \.narrow)
        } else {
            accumulate(pixels, mask, \.wide)
        }
    }

    /// The largest valid value of a frame, mask or not; for types of up to 16 bits the type's own limit is near enough, and costs no pass.
    private func largestCount(_ pixels: UnsafeRawBufferPointer) -> UInt64 {
        guard MemoryLayout<Pixel>.size > 2 else { return UInt64(Pixel.max) }
        var highest: Pixel = 0
        for pixel in 0..<counts.count {
            let value = PixelValues.load(pixels, pixel, Pixel.self)
            highest = max(highest, PixelValues.isValid(value) ? value : 0)
        }
        return UInt64(highest)
    }

    /// Wrapping sums: the caller's bound says that none wraps. Without branches, so that the loops vectorise; the pointers hold `counts.count`
    /// elements each, and the caller has compared `pixels` and `mask` with that.
    private mutating func accumulate<Sum: FixedWidthInteger>(
        _ pixels: UnsafeRawBufferPointer, _ mask: UnsafeBufferPointer<UInt32>?, _ sums: WritableKeyPath<Self, [Sum]>
    ) {
        let count = counts.count
        var own = self[keyPath: sums]
        // The array has one owner again: no copy is made below.
        self[keyPath: sums] = []
        own.withUnsafeMutableBufferPointer { sums in
            counts.withUnsafeMutableBufferPointer { counts in
                largest.withUnsafeMutableBufferPointer { largest in
                    if let mask {
                        for pixel in 0..<count {
                            let value = PixelValues.load(pixels, pixel, Pixel.self)
                            let isValid = PixelValues.isValid(value) && mask[pixel] & PixelMask.invalidBits == 0
                            let counted = isValid ? value : 0
                            sums[pixel] &+= Sum(truncatingIfNeeded: counted)
                            counts[pixel] &+= isValid ? 1 : 0
                            largest[pixel] = max(largest[pixel], counted)
                        }
                    } else {
                        for pixel in 0..<count {
                            let value = PixelValues.load(pixels, pixel, Pixel.self)
                            let isValid = PixelValues.isValid(value)
                            let counted = isValid ? value : 0
                            sums[pixel] &+= Sum(truncatingIfNeeded: counted)
                            counts[pixel] &+= isValid ? 1 : 0
                            largest[pixel] = max(largest[pixel], counted)
                        }
                    }
                }
            }
        }
        self[keyPath: sums] = own
    }

    /// NaN without a valid value.
    private func mean(_ pixel: Int) -> Float {
        counts[pixel] > 0 && !isBeyond ? Float(Double(sum(pixel)) / Double(counts[pixel])) : .nan
    }

    /// NaN without a valid value.
    private func maximum(_ pixel: Int) -> Float { counts[pixel] > 0 ? Float(largest[pixel]) : .nan }

    func means() -> [Float] { counts.indices.map(mean) }

    func maxima() -> [Float] { counts.indices.map(maximum) }

    func pooled(_ kind: MeanMaxImage.Kind, _ slow: Int, _ fast: Int, _ factor: Int) -> PooledPixels {
        switch kind {
        case .mean: PooledPixels(slow: slow, fast: fast, factor: factor, pooling: .mean, value: mean)
        case .maximum: PooledPixels(slow: slow, fast: fast, factor: factor, pooling: .maximum, value: maximum)
        }
    }

    func exactSum(_ pixel: Int) -> UInt64? { isBeyond ? nil : sum(pixel) }

    func validCount(_ pixel: Int) -> Int { Int(counts[pixel]) }

    private func sum(_ pixel: Int) -> UInt64 { wide.isEmpty ? UInt64(narrow[pixel]) : wide[pixel] }
}
