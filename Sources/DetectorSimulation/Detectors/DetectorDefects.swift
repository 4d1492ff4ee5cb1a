import Diagnostics
import Frames

/// The detector's own pixel mask and flat field, and the hot pixels that its mask does not know of. The same for one (detector, seed).
struct DetectorDefects: Sendable {
    /// Gaps (bit 0), dead (bit 1) and noisy (bit 4) pixels, about 30 in a million of the latter two.
    let mask: PixelMask
    /// Pixels that count without light and are in no mask, about one in a million: storage index and counts a frame.
    let hot: [(pixel: Int, counts: Double)]

    init(_ detector: DetectorModel, seed: UInt64) throws(SimulationError) {
        let shape = try detector.shape()
        var bits = [UInt32](repeating: 0, count: shape.pixelCount)
        let columns = (0..<shape.fast).map {
            DetectorModel.isGap($0, module: detector.moduleFast, gap: detector.gapFast) ? PixelMask.Reason.gap.rawValue : 0
        }
        for row in 0..<shape.slow {
            let isGap = DetectorModel.isGap(row, module: detector.moduleSlow, gap: detector.gapSlow)
            for column in 0..<shape.fast {
                bits[row * shape.fast + column] = isGap ? PixelMask.Reason.gap.rawValue : columns[column]
            }
        }
        var random = CounterGenerator(seed: seed, stream: .defects)
        func somePixels(perMillion: Int) -> [Int] {
            (0..<shape.pixelCount * perMillion / 1_000_000).map { _ in Int(random.next() % UInt64(shape.pixelCount)) }
        }
        for pixel in somePixels(perMillion: 20) where bits[pixel] == 0 { bits[pixel] = PixelMask.Reason.dead.rawValue }
        for pixel in somePixels(perMillion: 10) where bits[pixel] == 0 { bits[pixel] = PixelMask.Reason.noisy.rawValue }
        hot = somePixels(perMillion: 1).filter { bits[$0] == 0 }.map { ($0, 20 + 480 * random.uniform()) }
        do {
            mask = try PixelMask(shape: shape, bits: bits)
        } catch {
            throw SimulationError(.nameUnknown, "a mask of this shape cannot be made", at: detector.name, cause: error)
        }
    }

    /// Correction factors around 1 with a spread of 1 %, float32, `[slow, fast]`.
    static func flatField(pixelCount: Int, seed: UInt64) -> [Float] {
        var random = CounterGenerator(seed: seed, stream: .flatField)
        // The sum of four uniform numbers is near enough to a normal one, and cheap for 18 million pixels.
        return (0..<pixelCount).map { _ in
            let word = random.next()
            let sum = (word & 0xFFFF) + (word >> 16 & 0xFFFF) + (word >> 32 & 0xFFFF) + (word >> 48)
            return 1 + 0.01 * (Float(sum) / 65_535 - 2) * 1.732
        }
    }
}
