import Frames

/// A pixel mask read off the frames, for streams that send none (header detail `basic` or `none`).
enum DerivedMask {
    /// Bit 0 (gap) for every pixel that had no valid value in any frame examined, `[slow, fast]`; the other bits cannot be told apart
    /// from outside.
    static func of(_ neverValid: [Bool], shape: FrameShape) -> PixelMask? {
        try? PixelMask(shape: shape, bits: neverValid.map { $0 ? 1 : 0 })
    }

    static func noteOfNone(seconds: Double) -> String {
        "the stream sent no pixel mask and none was derived: the frames could not be looked at within \(seconds) s"
    }

    static func note(frames: Int) -> String {
        "the stream sent no pixel mask: it was derived from \(frames) frame(s), pixels without a valid value in any of them are masked as gaps"
    }
}
