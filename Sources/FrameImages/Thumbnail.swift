import Diagnostics
import Frames

/// A small picture of one frame: logarithmic scale, masked pixels in a colour of their own.
public enum Thumbnail {
    /// The longest side of a picture if the caller names none.
    public static let standardSide = 1024

    /// Renders a frame.
    ///
    /// - Parameters:
    ///   - pixels: `format.byteCount` bytes, `[slow, fast]`, little-endian.
    ///   - mask: pixels with a bit (but `virtualPixel`) are shown as masked, as are those whose value says "no data": the largest value of an
    ///     unsigned type, a negative one of a signed type, a float that is not finite.
    ///   - maximumSide: the picture is reduced by the smallest whole factor that makes its longer side fit.
    ///   - notes: what the file shall say of itself: Title, Source, Description.
    /// - Returns: a palette picture; the first row of memory is on top.
    /// - Throws: `ImageError` `.size` when pixels or mask do not fit the format, `.shape` for a side of zero.
    /// - Complexity: O(pixels); one float for each pixel of the picture.
    public static func render(
        _ pixels: UnsafeRawBufferPointer, format: FrameFormat, mask: PixelMask? = nil, maximumSide: Int = standardSide,
        pooling: PixelPooling = .spots, notes: [PNGImage.Note] = []
    ) throws(ImageError) -> PNGImage {
        guard pixels.count == format.byteCount else {
            throw ImageError(
                .size, "the pixels are not those of a whole frame", got: "\(pixels.count) bytes",
                expected: "\(format.byteCount) for \(format)")
        }
        if let mask, mask.shape != format.shape {
            throw ImageError(
                .size, "a pixel mask has another shape than its frame", got: "\(mask.shape)", expected: "\(format.shape)")
        }
        let factor = try reduction(of: format.shape, to: maximumSide)
        let pooled = PixelValues.pooled(pixels, format: format, mask: mask, factor: factor, pooling: pooling)
        return try picture(pooled, notes: notes)
    }

    /// The smallest whole factor that brings the longer side to at most `maximumSide`.
    static func reduction(of shape: FrameShape, to maximumSide: Int) throws(ImageError) -> Int {
        guard maximumSide > 0 else {
            throw ImageError(.shape, "a picture must have at least one pixel a side", got: "\(maximumSide)")
        }
        return (max(shape.slow, shape.fast) + maximumSide - 1) / maximumSide
    }

    static func picture(_ pooled: PooledPixels, notes: [PNGImage.Note]) throws(ImageError) -> PNGImage {
        let scale = IntensityScale(of: pooled.values)
        return try PNGImage(
            slow: pooled.slow, fast: pooled.fast, samples: .palette(ColourMap.palette), bytes: scale.places(of: pooled.values),
            notes: notes)
    }
}
