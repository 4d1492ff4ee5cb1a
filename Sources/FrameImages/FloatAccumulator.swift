import Frames

/// Sums of floating pixels in double precision; what is not finite is left out.
struct FloatAccumulator<Bits: FixedWidthInteger & BitwiseCopyable & Sendable> {
    private var sums: [Double]
    private var largest: [Double]
    /// Frames in which each pixel was valid.
    private(set) var counts: [UInt32]
    private let number: @Sendable (Bits) -> Double

    init(_ count: Int, number: @escaping @Sendable (Bits) -> Double) {
        sums = [Double](repeating: 0, count: count)
        largest = [Double](repeating: -.infinity, count: count)
        counts = [UInt32](repeating: 0, count: count)
        self.number = number
    }

    mutating func add(_ pixels: UnsafeRawBufferPointer, _ mask: UnsafeBufferPointer<UInt32>?) {
        for pixel in 0..<counts.count {
            let value = number(PixelValues.load(pixels, pixel, Bits.self))
            let isMasked = mask.map { $0[pixel] & PixelMask.invalidBits != 0 } ?? false
            guard value.isFinite, !isMasked else { continue }
            sums[pixel] += value
            counts[pixel] &+= 1
            largest[pixel] = max(largest[pixel], value)
        }
    }

    /// NaN without a valid value.
    private func mean(_ pixel: Int) -> Float { counts[pixel] > 0 ? Float(sums[pixel] / Double(counts[pixel])) : .nan }

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

    func validCount(_ pixel: Int) -> Int { Int(counts[pixel]) }
}
