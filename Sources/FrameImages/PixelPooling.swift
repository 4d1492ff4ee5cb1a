/// How the pixels of a block become one pixel of a smaller picture.
public enum PixelPooling: String, Sendable, CaseIterable {
    /// The mean of the valid pixels: quiet background and smooth rings, but a spot of one pixel fades with the block's area.
    case mean
    /// The largest valid pixel: no spot is lost, but the noise of a weak background looks like signal.
    case maximum
    /// The mean, unless the largest pixel stands out of what counting noise explains; then that pixel. The default: Bragg spots stay as bright
    /// as they are and the background stays as dark as it is.
    case spots
}

/// One value for each block of pixels; NaN where no pixel is valid.
struct PooledPixels: Sendable {
    let slow: Int
    let fast: Int
    var values: [Float]

    /// A block at the edge is smaller than `factor`; it is pooled over the pixels it has.
    init(slow: Int, fast: Int, factor: Int, pooling: PixelPooling, value: (Int) -> Float) {
        self.slow = (slow + factor - 1) / factor
        self.fast = (fast + factor - 1) / factor
        values = []
        values.reserveCapacity(self.slow * self.fast)
        var sums = [Float](repeating: 0, count: self.fast)
        var largest = [Float](repeating: 0, count: self.fast)
        var counts = [Int32](repeating: 0, count: self.fast)
        for row in 0..<self.slow {
            for column in 0..<self.fast { (sums[column], largest[column], counts[column]) = (0, -.infinity, 0) }
            for line in row * factor..<min(slow, (row + 1) * factor) {
                for column in 0..<self.fast {
                    for pixel in column * factor..<min(fast, (column + 1) * factor) {
                        let pixelValue = value(line &* fast &+ pixel)
                        guard pixelValue.isFinite else { continue }
                        sums[column] += pixelValue
                        largest[column] = max(largest[column], pixelValue)
                        counts[column] &+= 1
                    }
                }
            }
            for column in 0..<self.fast {
                values.append(Self.pooled(sums[column], largest[column], counts[column], pooling))
            }
        }
    }

    /// Six standard deviations of the other pixels' mean, and three counts on top where that mean is near zero: in a dark frame of
    /// 16 million pixels one stray count must not look like a reflection.
    private static func pooled(_ sum: Float, _ largest: Float, _ count: Int32, _ pooling: PixelPooling) -> Float {
        guard count > 0 else { return .nan }
        let mean = sum / Float(count)
        switch pooling {
        case .mean: return mean
        case .maximum: return largest
        case .spots:
            let others = count > 1 ? max(0, (sum - largest) / Float(count - 1)) : mean
            return largest > others + 3 + 6 * others.squareRoot() ? largest : mean
        }
    }
}
