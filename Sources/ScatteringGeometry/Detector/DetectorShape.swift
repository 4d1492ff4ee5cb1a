import Diagnostics

/// The number of pixels of a detector, `[slow, fast]`: rows, and pixels a row.
public struct DetectorShape: Hashable, Sendable, CustomStringConvertible {
    public let slow: Int
    public let fast: Int

    /// As the longest side that a frame may have.
    public static let maximumSide = 65_536
    /// 134 million: eight times the largest detectors of 2026. An array of one Double a pixel then has 1 GiB.
    public static let maximumPixelCount = 1 << 27

    /// - Throws: `tooLarge` when a side is not in 1…65,536 or there are more than 134,217,728 pixels.
    public init(slow: Int, fast: Int) throws(GeometryError) {
        let sides = 1...Self.maximumSide
        guard sides.contains(slow), sides.contains(fast), slow * fast <= Self.maximumPixelCount else {
            throw GeometryError(
                .tooLarge, "No detector has this shape", got: "\(slow) x \(fast) (slow x fast)",
                expected: "1 to \(Self.maximumSide) pixels a side, \(Self.maximumPixelCount) at most")
        }
        self.slow = slow
        self.fast = fast
    }

    public var pixelCount: Int { slow * fast }

    /// `slow x fast`, as in "4362 x 4148".
    public var description: String { "\(slow) x \(fast)" }

    /// Refuses an array that does not have `perPixel` elements a pixel.
    func require(_ count: Int, of name: String, perPixel: Int = 1) throws(GeometryError) {
        guard count == pixelCount * perPixel else {
            throw GeometryError(
                .shapeMismatch, "The \(name) has another size than the detector", got: "\(count) values",
                expected: "\(pixelCount * perPixel) for \(self)")
        }
    }
}
