import Diagnostics

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// The bins of the radial axis.
///
/// The last edge belongs to the last bin: `upper` is multiplied by 1 + 2⁻²³ for the edges of the bins, as pyFAI does, so that curves of both
/// programs agree pixel by pixel. (Counting `upper` itself in and leaving the edges where they are moves a few pixels in ten thousand.)
public struct RadialBins: Hashable, Sendable {
    public enum Spacing: String, Sendable, Codable {
        /// Equal steps of the value.
        case linear
        /// Equal ratios.
        case logarithmic
    }

    public let unit: RadialUnit
    public let count: Int
    /// In `unit`.
    public let lower: Double
    public let upper: Double
    public let spacing: Spacing
    public let ends: RangeEnds

    /// Far more than the pixels of a detector's diagonal.
    public static let maximumCount = 1 << 20

    /// Where counting begins: `lower`, or its logarithm.
    let origin: Double
    /// Of one bin, on the same scale.
    let step: Double

    /// - Throws: `binsInvalid` when the count is not in 1…1,048,576, or the range is not finite, empty or reversed, or (logarithmic)
    ///   does not begin above zero.
    public init(
        unit: RadialUnit, count: Int, from lower: Double, to upper: Double, spacing: Spacing = .linear, ends: RangeEnds = .exact
    ) throws(GeometryError) {
        guard (1...Self.maximumCount).contains(count) else {
            throw GeometryError(
                .binsInvalid, "No curve has this many bins", got: "\(count)", expected: "1 to \(Self.maximumCount)")
        }
        let least = spacing == .linear ? 0 : Double.leastNormalMagnitude
        let last = upper * (1 + Double(Float.ulpOfOne))
        guard lower.isFinite, last.isFinite, lower >= least, upper > lower else {
            throw GeometryError(
                .binsInvalid, "This is no range of \(unit.rawValue)", got: "\(lower) to \(upper)",
                expected:
                    "from \(spacing == .linear ? "0 or more" : "more than 0 (logarithmic)") to something larger, in \(unit.symbol)"
            )
        }
        self.unit = unit
        self.count = count
        self.lower = lower
        self.upper = upper
        self.spacing = spacing
        self.ends = ends
        origin = spacing == .linear ? lower : log(lower)
        step = ((spacing == .linear ? last : log(last)) - origin) / Double(count)
        guard step > 0, 1 / step < .infinity else {
            throw GeometryError(
                .binsInvalid, "The bins are narrower than numbers can tell", got: "\(count) from \(lower) to \(upper)")
        }
    }

    /// The middle of each bin, in `unit`; of logarithmic ones the geometric middle.
    public var centres: [Double] { (0..<count).map { place(Double($0) + 0.5) } }

    /// The `count + 1` edges, in `unit`.
    public var edges: [Double] { (0...count).map { place(Double($0)) } }

    private func place(_ number: Double) -> Double {
        let fraction = number / Double(count)
        return spacing == .linear ? lower + (upper - lower) * fraction : exp(log(lower) + (log(upper) - log(lower)) * fraction)
    }

    /// Which bin a value is in, as a number with a fraction: 2.5 is the middle of the third.
    @inline(__always)
    func coordinate(_ value: Double) -> Double { ((spacing == .linear ? value : log(value)) - origin) / step }

    /// The bin of a value, nil outside (and for NaN).
    @inline(__always)
    public func bin(of value: Double) -> Int? {
        let number = coordinate(value)
        guard ends.reaches(number), number < Double(count) else { return nil }
        return Int(number)
    }
}
