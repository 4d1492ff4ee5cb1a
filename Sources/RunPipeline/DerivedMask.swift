import FrameImages
import Frames

/// A pixel mask read off the frames, for streams that send none (header detail `basic` or `none`).
enum DerivedMask {
    /// Bit 0 (gap) for every pixel that had no valid value in any frame examined; the other bits cannot be told apart from outside.
    static func of(_ images: MeanMaxImage) -> PixelMask? {
        let shape = images.format.shape
        let values = images.neverValid().map { $0 ? UInt32(1) : 0 }
        return try? PixelMask(shape: shape, bits: values)
    }

    static func note(frames: Int) -> String {
        "the stream sent no pixel mask: it was derived from \(frames) frame(s), pixels without a valid value in any of them are masked as gaps"
    }
}
