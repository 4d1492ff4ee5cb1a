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
