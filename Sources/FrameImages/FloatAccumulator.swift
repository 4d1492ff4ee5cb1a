import Frames

/// Sums of floating pixels in double precision; what is not finite is left out.
struct FloatAccumulator<Bits: FixedWidthInteger & BitwiseCopyable & Sendable> {
    private var sums: [Double]
    private var largest: [Double]
    private var counts: [UInt32]
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
    func means() -> [Float] { counts.indices.map { counts[$0] > 0 ? Float(sums[$0] / Double(counts[$0])) : .nan } }

    /// NaN without a valid value.
    func maxima() -> [Float] { counts.indices.map { counts[$0] > 0 ? Float(largest[$0]) : .nan } }

    func validCount(_ pixel: Int) -> Int { Int(counts[pixel]) }
}
