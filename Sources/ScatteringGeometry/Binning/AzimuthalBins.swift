import Diagnostics
import Quantities

/// The bins of the azimuthal axis of a map (cake). The range may lie across ±180°.
public struct AzimuthalBins: Hashable, Sendable {
    public let count: Int
    public let from_rad: Double
    /// More than `from_rad`, a full turn beyond it at most.
    public let to_rad: Double

    public static let maximumCount = 1 << 16

    /// In (-π, π]-based azimuths: where counting begins.
    let origin: Double
    let step: Double
    let width: Double

    /// - Throws: `binsInvalid` when the count is not in 1…65,536, or the range not finite, reversed or more than 360°.
    public init(count: Int, from: Angle = .degrees(-180), to: Angle = .degrees(180)) throws(GeometryError) {
        try self.init(count: count, from_rad: from.radians, to_rad: to.radians)
    }

    /// - Throws: as the other `init`.
    public init(count: Int, from_rad: Double, to_rad: Double) throws(GeometryError) {
        guard (1...Self.maximumCount).contains(count) else {
            throw GeometryError(
                .binsInvalid, "No map has this many azimuthal bins", got: "\(count)", expected: "1 to \(Self.maximumCount)")
        }
        try AzimuthalRange.require(from_rad, to_rad)
        self.count = count
        self.from_rad = from_rad
        self.to_rad = to_rad
        origin = AzimuthalRange.principal(from_rad)
        // The last edge is moved by a float32 ulp of itself, as for the radial bins: what lies on it belongs to the last bin.
        let last = origin + (to_rad - from_rad)
        width = last + last.magnitude * Double(Float.ulpOfOne) - origin
        step = width / Double(count)
    }

    /// The middle of each bin, in radians, counted on from `from_rad`.
    public var centres_rad: [Double] {
        (0..<count).map { from_rad + (to_rad - from_rad) * (Double($0) + 0.5) / Double(count) }
    }

    /// Which bin an azimuth of (-π, π] is in, with a fraction; negative or `count` and more outside.
    @inline(__always)
    func coordinate(_ chi_rad: Double) -> Double {
        var offset = chi_rad - origin
        if offset < 0 { offset += 2 * .pi } else if offset > width { offset -= 2 * .pi }
        return offset / step
    }

    /// The bin of an azimuth, nil outside (and for NaN).
    @inline(__always)
    public func bin(of chi_rad: Double) -> Int? {
        let number = coordinate(chi_rad)
        guard number >= 0, number < Double(count) else { return nil }
        return Int(number)
    }
}

/// Ranges of azimuths.
enum AzimuthalRange {
    /// - Throws: `binsInvalid`.
    static func require(_ from_rad: Double, _ to_rad: Double) throws(GeometryError) {
        // The slack lets -180° to 180° through however it was rounded.
        // A range of less than a nanoradian is a mistake, and its bin numbers would not fit an integer.
        guard from_rad.magnitude < 100, to_rad.magnitude < 100, to_rad - from_rad > 1e-9,
            to_rad - from_rad <= 2 * .pi * (1 + 1e-6)
        else {
            throw GeometryError(
                .binsInvalid, "This is no range of azimuths", got: "\(from_rad) to \(to_rad) rad",
                expected: "from an angle to a larger one, at most a full turn on",
                remedy: "Across the discontinuity write, for one, 170 deg to 190 deg")
        }
    }

    /// The same direction in [-π, π).
    static func principal(_ angle_rad: Double) -> Double {
        if (-Double.pi..<Double.pi).contains(angle_rad) { return angle_rad }
        return angle_rad - 2 * .pi * ((angle_rad + .pi) / (2 * .pi)).rounded(.down)
    }
}
