import Diagnostics
import Quantities

/// The size of one pixel along the slow and the fast axis.
public struct PixelSize: Hashable, Sendable {
    public let slow_m: Double
    public let fast_m: Double

    /// What pixels have: from 10 nm to 2 cm (strip detectors have strips of 8 mm). A size in mm or µm lies outside.
    public static let range_m = 1e-8...0.02

    /// - Throws: `outOfRange` when a size is not finite or not positive; `wrongUnit` when it is a size in another unit than metres.
    public init(slow_m: Double, fast_m: Double) throws(GeometryError) {
        for (name, value) in [("slow", slow_m), ("fast", fast_m)] where !Self.range_m.contains(value) {
            let isTooLarge = value.isFinite && value > Self.range_m.upperBound
            throw GeometryError(
                isTooLarge ? .wrongUnit : .outOfRange, "No pixel has this size", at: "pixel size along the \(name) axis",
                got: "\(value)", expected: "metres, \(Self.range_m.lowerBound) to \(Self.range_m.upperBound)",
                remedy: isTooLarge ? "\(value) µm is \(value / 1e6) m; \(value) mm is \(value / 1e3) m" : nil)
        }
        self.slow_m = slow_m
        self.fast_m = fast_m
    }

    /// - Throws: as `init(slow_m:fast_m:)`.
    public init(slow: Length, fast: Length) throws(GeometryError) {
        try self.init(slow_m: slow.metres, fast_m: fast.metres)
    }
}
