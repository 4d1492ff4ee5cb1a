import Diagnostics
import Frames
import ScatteringGeometry

/// Which bin each pixel of a detector belongs to, without pixel splitting: what is the same for all frames of a geometry and a static mask.
///
/// Curves have bin numbers of 16 bits; maps (azimuthal × radial, the radial index fastest) may have more bins, and then numbers of 32.
public struct BinTable: Sendable {
    /// Bins of the result; a pixel that is masked or out of range has this number, one more than the last.
    public let binCount: Int
    /// Pixels that belong to a bin.
    public let valid: ValidityBits
    /// Pixels of each bin.
    public let pixelCounts: [UInt32]
    package let numbers: Numbers

    /// In as few bytes as they need.
    package enum Numbers: Sendable {
        case narrow([UInt16])
        case wide([UInt32])
    }

    /// The most bins that there can be: a map of 4096 × 4096.
    public static let most = 1 << 24
    /// The most bins whose pixels have numbers of 16 bits.
    public static let mostNarrow = Int(UInt16.max)

    /// - Parameter bins: of each pixel, `[slow, fast]`; `binCount` for one that belongs to none.
    /// - Throws: `formatMismatch` for a bin beyond `binCount`, or more bins than ``most`` or than the type of the numbers can count.
    @inlinable
    public init<Number: FixedWidthInteger & UnsignedInteger>(_ bins: [Number], binCount: Int) throws(FrameError) {
        // Specialised where it is called; everything else is compiled once, for 32 bits.
        try self.init(bins.map { UInt32(clamping: $0) }, binCount: binCount, most: Int(clamping: Number.max))
    }

    /// The bins of a geometry.
    /// - Throws: `formatMismatch` for more bins than ``most``.
    @inlinable
    public init<Index>(_ pixels: PixelBins<Index>) throws(FrameError) {
        try self.init(pixels.indices, binCount: pixels.binCount)
    }

    @usableFromInline
    init(_ bins: [UInt32], binCount: Int, most: Int) throws(FrameError) {
        let most = min(Self.most, most)
        guard (1...most).contains(binCount) else {
            throw FrameError(.formatMismatch, "so many bins cannot be made", got: "\(binCount)", expected: "1 to \(most)")
        }
        for pixel in bins.indices {
            guard bins[pixel] <= binCount else {
                throw FrameError(
                    .formatMismatch, "a pixel has a bin that does not exist", at: "pixel \(pixel)", got: "\(bins[pixel])",
                    expected: "at most \(binCount)")
            }
        }
        self.init(kept: bins, binCount)
    }

    /// The table of numbers that were made before, and may have been spoilt since.
    ///
    /// - Throws: `formatMismatch` for a bin beyond `binCount`, numbers of another size than a table of so many bins has, or more bins than
    ///   ``most``.
    package init(stored numbers: Numbers, binCount: Int) throws(FrameError) {
        switch (numbers, (1...Self.mostNarrow).contains(binCount)) {
        case (.narrow(let bins), true): self = try Self(stored: bins, numbers, binCount)
        case (.wide(let bins), false): self = try Self(stored: bins, numbers, binCount)
        default:
            throw FrameError(
                .formatMismatch, "a table of bins has numbers of another size", got: "\(binCount) bins",
                expected: "16 bits for 1 to \(Self.mostNarrow) bins, 32 for more")
        }
    }

    private init<Number: FixedWidthInteger & UnsignedInteger>(
        stored bins: [Number], _ numbers: Numbers, _ binCount: Int
    ) throws(FrameError) {
        guard (1...Self.most).contains(binCount), bins.allSatisfy({ Int($0) <= binCount }) else {
            throw FrameError(
                .formatMismatch, "a pixel has a bin that does not exist", expected: "at most \(min(binCount, Self.most))")
        }
        var counts = [UInt32](repeating: 0, count: binCount + 1)
        counts.withUnsafeMutableBufferPointer { counts in
            for bin in bins { counts[Int(bin)] &+= 1 }
        }
        self.binCount = binCount
        self.numbers = numbers
        valid = ValidityBits(bins.map { $0 < binCount })
        pixelCounts = Array(counts.prefix(binCount))
    }

    /// - Parameter bins: none of them beyond `binCount`.
    init(kept bins: [UInt32], _ binCount: Int) {
        var counts = [UInt32](repeating: 0, count: binCount + 1)
        for bin in bins { counts[Int(bin)] += 1 }
        self.binCount = binCount
        numbers = binCount <= Self.mostNarrow ? .narrow(bins.map { UInt16(truncatingIfNeeded: $0) }) : .wide(bins)
        valid = ValidityBits(bins.map { $0 < binCount })
        pixelCounts = Array(counts.prefix(binCount))
    }

    public var pixelCount: Int { valid.count }

    /// The bin of a pixel; `binCount` when it belongs to none.
    public subscript(pixel: Int) -> Int {
        switch numbers {
        case .narrow(let numbers): Int(numbers[pixel])
        case .wide(let numbers): Int(numbers[pixel])
        }
    }

    /// Bytes of a bin number.
    var numberSize: Int {
        switch numbers {
        case .narrow: 2
        case .wide: 4
        }
    }

    /// The numbers from the one of `pixel` on.
    @inline(__always)
    func withNumbers(from pixel: Int, _ body: (UnsafeRawPointer) -> Void) {
        switch numbers {
        case .narrow(let numbers):
            numbers.withUnsafeBufferPointer { if let base = $0.baseAddress { body(base + pixel) } }
        case .wide(let numbers):
            numbers.withUnsafeBufferPointer { if let base = $0.baseAddress { body(base + pixel) } }
        }
    }
}
