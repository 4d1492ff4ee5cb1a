import Diagnostics
import Frames

/// Mean and maximum of every pixel over the frames of a run, masked pixels left out.
///
/// Sums of integers are exact: 32 bits a pixel as long as no pixel can pass them, 64 bits from then on. Memory: 8 bytes and one
/// pixel for each pixel of a frame (180 MB for 18 million pixels of 16 bits). Not thread-safe: one owner adds, then reads.
public final class MeanMaxImage {
    public let format: FrameFormat
    public private(set) var frameCount = 0

    private let mask: PixelMask?
    private var store: PixelAccumulator

    /// - Parameter mask: pixels with a bit (but `virtualPixel`) are left out, besides those whose value says "no data".
    /// - Throws: `ImageError` `.size` when the mask is of another shape.
    public init(format: FrameFormat, mask: PixelMask? = nil) throws(ImageError) {
        if let mask, mask.shape != format.shape {
            throw ImageError(
                .size, "a pixel mask has another shape than its frame", got: "\(mask.shape)", expected: "\(format.shape)")
        }
        self.format = format
        self.mask = mask
        store = PixelAccumulator(format.pixelType, count: format.pixelCount)
    }

    /// Adds one frame.
    ///
    /// - Parameter pixels: `format.byteCount` bytes, `[slow, fast]`, little-endian.
    /// - Throws: `ImageError` `.size` for another number of bytes.
    /// - Complexity: O(pixels), no allocation but for the one change to 64-bit sums.
    public func add(_ pixels: UnsafeRawBufferPointer) throws(ImageError) {
        guard pixels.count == format.byteCount else {
            throw ImageError(
                .size, "the pixels are not those of a whole frame", got: "\(pixels.count) bytes",
                expected: "\(format.byteCount) for \(format)")
        }
        if let mask {
            mask.bits.withUnsafeBufferPointer { store.add(pixels, $0) }
        } else {
            store.add(pixels, nil)
        }
        frameCount += 1
    }

    /// The mean of the frames in which the pixel was valid, counts; NaN where it never was. `[slow, fast]`.
    public func means() -> [Float] { store.means() }

    /// The largest valid value, counts; NaN where there was none. `[slow, fast]`. Exact up to 2²⁴ counts.
    public func maxima() -> [Float] { store.maxima() }

    /// The sum over all frames of one pixel's valid values; nil for floats, and for a sum that 64 bits do not hold.
    public func exactSum(slow: Int, fast: Int) -> UInt64? { store.exactSum(slow * format.shape.fast + fast) }

    /// The number of frames in which the pixel was valid.
    public func validCount(slow: Int, fast: Int) -> Int { store.validCount(slow * format.shape.fast + fast) }

    /// Which pixels had no valid value in any frame, `[slow, fast]`: gaps and dead ones, as far as the frames can tell.
    public func neverValid() -> [Bool] { store.neverValid() }

    public enum Kind: String, Sendable, CaseIterable { case mean, maximum }

    /// A small picture of the mean (blocks averaged) or the maximum (the largest of each block: reflections of a whole rotation).
    public func image(
        _ kind: Kind, maximumSide: Int = Thumbnail.standardSide, notes: [PNGImage.Note] = []
    ) throws(ImageError) -> PNGImage {
        let factor = try Thumbnail.reduction(of: format.shape, to: maximumSide)
        let pooled = store.pooled(kind, slow: format.shape.slow, fast: format.shape.fast, factor: factor)
        return try Thumbnail.picture(pooled, notes: notes)
    }
}
