import Diagnostics

/// Which share of each pixel goes to which bin: a sparse matrix by pixels (CSC), to be walked along with a frame.
///
/// The entries of pixel p are `offsets[p]..<offsets[p + 1]` of `bins` and `weights`. Masked pixels and pixels outside the range have none. The
/// weights of a pixel inside sum to 1, of one that reaches over the end of the range to less.
public struct SplitMatrix: Sendable, Equatable {
    public let shape: DetectorShape
    /// Of a map azimuthal × radial, the radial index fastest.
    public let binCount: Int
    public private(set) var offsets: [UInt32]
    public private(set) var bins: [UInt32]
    public private(set) var weights: [Float]

    /// 4 GiB of entries: 120 a pixel of a 4-megapixel detector, where 2 or 3 are usual.
    public static let maximumEntryCount = 1 << 29

    init(shape: DetectorShape, binCount: Int) {
        self.shape = shape
        self.binCount = binCount
        offsets = [0]
        offsets.reserveCapacity(shape.pixelCount + 1)
        bins = []
        weights = []
        bins.reserveCapacity(2 * shape.pixelCount)
        weights.reserveCapacity(2 * shape.pixelCount)
    }

    /// Each pixel wholly in one bin.
    @inlinable
    public init<Index>(_ pixels: PixelBins<Index>) {
        self.init(shape: pixels.shape, binCount: pixels.binCount, numbers: pixels.indices.map { UInt32(truncatingIfNeeded: $0) })
    }

    /// - Parameter numbers: the bin of each pixel; `binCount` and more for none.
    @usableFromInline
    init(shape: DetectorShape, binCount: Int, numbers: [UInt32]) {
        self.init(shape: shape, binCount: binCount)
        for number in numbers {
            if number < binCount { add(Int(number), 1) }
            endPixel()
        }
    }

    /// A matrix that was made elsewhere.
    ///
    /// - Parameters:
    ///   - offsets: one more than there are pixels, from 0 to the number of entries, never falling.
    ///   - bins: of each entry, below `binCount`; a pixel has each at most once.
    ///   - weights: of each entry, not negative.
    /// - Throws: `shapeMismatch` for arrays of other lengths, `outOfRange` for entries that cannot be, `tooLarge`.
    public init(shape: DetectorShape, binCount: Int, offsets: [UInt32], bins: [UInt32], weights: [Float]) throws(GeometryError) {
        guard (1...BinCells.maximumCount).contains(binCount), bins.count <= Self.maximumEntryCount else {
            throw GeometryError(
                .tooLarge, "A splitting matrix cannot be so large", got: "\(binCount) bins, \(bins.count) entries",
                expected: "1 to \(BinCells.maximumCount) bins, \(Self.maximumEntryCount) entries at most")
        }
        guard offsets.count == shape.pixelCount + 1, weights.count == bins.count, offsets.first == 0,
            offsets.last.map({ Int($0) }) == bins.count
        else {
            throw GeometryError(
                .shapeMismatch, "The arrays of a splitting matrix do not fit together",
                got: "\(offsets.count) offsets, \(bins.count) bins, \(weights.count) weights",
                expected: "\(shape.pixelCount + 1) offsets for \(shape), from 0 to the number of bins and weights")
        }
        guard zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }), bins.allSatisfy({ $0 < binCount }),
            weights.allSatisfy({ $0 >= 0 && $0.isFinite })
        else {
            throw GeometryError(
                .outOfRange, "A splitting matrix has an entry that cannot be",
                expected: "offsets that never fall, bins below \(binCount), weights that are not negative")
        }
        self.shape = shape
        self.binCount = binCount
        self.offsets = offsets
        self.bins = bins
        self.weights = weights
    }

    /// The same without the entries of some pixels.
    /// - Parameter isKept: of each pixel, `[slow, fast]`.
    /// - Throws: `shapeMismatch`.
    public func keeping(_ isKept: [Bool]) throws(GeometryError) -> SplitMatrix {
        try shape.require(isKept.count, of: "mask")
        var kept = SplitMatrix(shape: shape, binCount: binCount)
        for pixel in 0..<shape.pixelCount {
            if isKept[pixel] {
                for entry in Int(offsets[pixel])..<Int(offsets[pixel + 1]) {
                    kept.bins.append(bins[entry])
                    kept.weights.append(weights[entry])
                }
            }
            kept.endPixel()
        }
        return kept
    }

    public var entryCount: Int { bins.count }

    /// The sum of the weights of one pixel; 0 for a pixel that is not there.
    public func weight(ofPixel pixel: Int) -> Double {
        guard pixel >= 0, pixel + 1 < offsets.count else { return 0 }
        return (Int(offsets[pixel])..<Int(offsets[pixel + 1])).reduce(0) { $0 + Double(weights[$1]) }
    }

    /// Shares of less than a thousand-millionth are what rounding leaves of an edge that a pixel touches.
    @inline(__always)
    mutating func add(_ bin: Int, _ weight: Double) {
        guard weight > 1e-9 else { return }
        bins.append(UInt32(truncatingIfNeeded: bin))
        weights.append(Float(weight))
    }

    /// As `add`, for a pixel that may reach the same bin from both sides of the circle: the two parts become one entry, as sums of squared
    /// weights must see them. Walks over the pixel's entries.
    mutating func merge(_ bin: Int, _ weight: Double) {
        let number = UInt32(truncatingIfNeeded: bin)
        for entry in Int(offsets.last ?? 0)..<bins.count where bins[entry] == number {
            weights[entry] += Float(max(weight, 0))
            return
        }
        add(bin, weight)
    }

    @inline(__always)
    mutating func endPixel() { offsets.append(UInt32(truncatingIfNeeded: bins.count)) }

    /// Called once a row of pixels.
    /// - Throws: `tooLarge`.
    func requireSpace() throws(GeometryError) {
        guard bins.count <= Self.maximumEntryCount else {
            throw GeometryError(
                .tooLarge, "The splitting matrix becomes too large", got: "\(bins.count) entries for \(offsets.count - 1) pixels",
                expected: "\(Self.maximumEntryCount) at most", remedy: "Use fewer bins")
        }
    }
}
