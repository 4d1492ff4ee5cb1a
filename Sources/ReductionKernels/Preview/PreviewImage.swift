import Frames

/// One frame, made small.
public struct PreviewImage: Sendable, Equatable {
    public let shape: FrameShape
    /// Pixels of the frame along each side of one of the preview.
    public let factor: Int
    /// `[slow, fast]`, counts: the exact sum of the pixels that count, rounded once.
    public internal(set) var sums: [Float]
    /// How many these are: those that neither the static mask, nor the type ("no data"), nor the saturation excludes.
    public internal(set) var pixelCounts: [UInt32]

    /// Mean counts a pixel, so that gaps do not darken what is beside them; NaN where no pixel counts.
    public var means: [Float] { zip(sums, pixelCounts).map { $1 == 0 ? .nan : $0 / Float($1) } }
}
