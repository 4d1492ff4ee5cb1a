/// How the pixels of a block become one pixel of a smaller picture.
public enum PixelPooling: String, Sendable, CaseIterable {
    /// The mean of the valid pixels: quiet background and smooth rings, but a spot of one pixel fades with the block's area.
    case mean
    /// The largest valid pixel: no spot is lost, but the noise of a weak background looks like signal.
    case maximum
    /// The mean, unless the largest pixel stands out of what counting noise explains; then that pixel. The default: Bragg spots stay as bright
    /// as they are and the background stays as dark as it is.
    case spots

    /// NaN for a block without a valid pixel.
    ///
    /// `spots`: six standard deviations of the other pixels' mean, and three counts on top where that mean is near zero: in a dark frame of
    /// 16 million pixels one stray count must not look like a reflection.
    func value(sum: Float, largest: Float, count: UInt32) -> Float {
        guard count > 0 else { return .nan }
        let mean = sum / Float(count)
        switch self {
        case .mean: return mean
        case .maximum: return largest
        case .spots:
            let others = count > 1 ? max(0, (sum - largest) / Float(count - 1)) : mean
            return largest > others + 3 + 6 * others.squareRoot() ? largest : mean
        }
    }
}
