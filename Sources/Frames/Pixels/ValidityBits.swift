import Diagnostics

/// A static mask as one bit a pixel, in the order of a bit plane: pixel i in bit (i mod 8) of byte (i div 8), 1 where it is a measurement.
public struct ValidityBits: Sendable, Equatable {
    /// Number of pixels.
    public let count: Int
    private let bytes: [UInt8]

    /// - Parameter isValid: of each pixel, `[slow, fast]`.
    public init(_ isValid: [Bool]) {
        count = isValid.count
        var bytes = [UInt8](repeating: 0, count: (isValid.count + 7) / 8)
        for (pixel, isValid) in isValid.enumerated() where isValid { bytes[pixel >> 3] |= 1 << UInt8(pixel & 7) }
        self.bytes = bytes
    }

    /// Every pixel is a measurement.
    public init(allOf count: Int) {
        self.count = count
        bytes = [UInt8](repeating: 0xff, count: (count + 7) / 8)
    }

    /// All but those that a NeXus pixel mask excludes.
    public init(_ mask: PixelMask) { self.init(mask.bits.map { $0 & PixelMask.invalidBits == 0 }) }

    public subscript(pixel: Int) -> Bool { bytes[pixel >> 3] >> UInt8(pixel & 7) & 1 == 1 }

    public var validCount: Int { validCount(before: count) }

    private func validCount(before pixel: Int) -> Int {
        var sum = 0
        for byte in 0..<pixel / 8 { sum += bytes[byte].nonzeroBitCount }
        return pixel % 8 == 0 ? sum : sum + (bytes[pixel / 8] & (1 << UInt8(pixel % 8) - 1)).nonzeroBitCount
    }

    /// How many pixels are excluded before each `step`th one; `step` is a multiple of 8.
    package func invalidCounts(every step: Int) -> [Int] {
        var (counts, sum) = ([0], 0)
        for first in stride(from: 0, to: count, by: step) {
            for byte in first / 8..<min(first + step, count) / 8 { sum += 8 - bytes[byte].nonzeroBitCount }
            counts.append(sum)
        }
        return counts
    }

    /// A pixel that is valid here and not there; nil when there is none.
    package func first(notIn other: ValidityBits) -> Int? {
        for byte in 0..<min(bytes.count, other.bytes.count) where bytes[byte] & ~other.bytes[byte] != 0 {
            let pixel = 8 * byte + (bytes[byte] & ~other.bytes[byte]).trailingZeroBitCount
            return pixel < count ? pixel : nil
        }
        return nil
    }

    /// The bytes from the one on that begins with `pixel`, a multiple of 8 below `count`.
    @inline(__always)
    package func withPlane(from pixel: Int, _ body: (UnsafePointer<UInt8>) -> Void) {
        bytes.withUnsafeBufferPointer { plane in
            guard let base = plane.baseAddress, pixel < count else { return }
            body(base + pixel / 8)
        }
    }
}
