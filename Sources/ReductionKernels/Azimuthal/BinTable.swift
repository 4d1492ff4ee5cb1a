import Diagnostics
import Frames

/// Which bin each pixel of a detector belongs to, without pixel splitting: what is the same for all frames of a geometry and a static mask.
public struct BinTable: Sendable {
    /// Bins of the result; a pixel that is masked or out of range has this number, one more than the last.
    public let binCount: Int
    /// `[slow, fast]`.
    public let bins: [UInt16]
    /// Pixels that belong to a bin.
    public let valid: ValidityBits
    /// Pixels of each bin.
    public let pixelCounts: [UInt32]

    /// The most bins that there can be.
    public static let most = Int(UInt16.max)

    /// - Parameter bins: of each pixel, `[slow, fast]`; `binCount` for one that belongs to none.
    /// - Throws: `formatMismatch` for a bin beyond `binCount`, or more bins than ``most``.
    public init(_ bins: [UInt16], binCount: Int) throws(FrameError) {
        guard (1...Self.most).contains(binCount) else {
            throw FrameError(.formatMismatch, "so many bins cannot be made", got: "\(binCount)", expected: "1 to \(Self.most)")
        }
        var counts = [UInt32](repeating: 0, count: binCount + 1)
        for (pixel, bin) in bins.enumerated() {
            guard Int(bin) <= binCount else {
                throw FrameError(
                    .formatMismatch, "a pixel has a bin that does not exist", at: "pixel \(pixel)", got: "\(bin)",
                    expected: "at most \(binCount)")
            }
            counts[Int(bin)] += 1
        }
        self.binCount = binCount
        self.bins = bins
        valid = ValidityBits(bins.map { Int($0) < binCount })
        pixelCounts = Array(counts.prefix(binCount))
    }
}
