/// What the pixels of one region come to in one frame: exact, the same by whatever path, thread or instruction level it came.
public struct RegionSum: Sendable, Equatable {
    /// Counts.
    public let sum: UInt64
    /// Pixels that were counted: those that neither the static mask, nor the frame's type ("no data"), nor the saturation excludes.
    public let pixels: Int
    /// The largest value, counts; nil without a pixel.
    public let maximum: UInt32?

    public init(sum: UInt64, pixels: Int, maximum: UInt32?) {
        self.sum = sum
        self.pixels = pixels
        self.maximum = maximum
    }
}
