import Diagnostics
import Frames

/// A small picture of one frame: logarithmic scale, masked pixels in a colour of their own.
public enum Thumbnail {
    /// The longest side of a picture if the caller names none.
    public static let standardSide = 1024

    /// Renders a frame; see ``ReducedFrame`` for the parameters.
    ///
    /// - Parameter notes: what the file shall say of itself: Title, Source, Description.
    /// - Returns: a palette picture; the first row of memory is on top.
    /// - Throws: `ImageError` `.size` when pixels or mask do not fit the format, `.shape` for a side of zero.
    /// - Complexity: O(pixels).
    public static func render(
        _ pixels: UnsafeRawBufferPointer, format: FrameFormat, mask: PixelMask? = nil, maximumSide: Int = standardSide,
        pooling: PixelPooling = .spots, notes: [PNGImage.Note] = []
    ) throws(ImageError) -> PNGImage {
        try ReducedFrame(pixels, format: format, mask: mask, maximumSide: maximumSide).picture(pooling: pooling, notes: notes)
    }

    static func picture(_ values: [Float], slow: Int, fast: Int, notes: [PNGImage.Note]) throws(ImageError) -> PNGImage {
        let scale = IntensityScale(of: values)
        return try PNGImage(
            slow: slow, fast: fast, samples: .palette(ColourMap.palette), bytes: scale.places(of: values), notes: notes)
    }
}
