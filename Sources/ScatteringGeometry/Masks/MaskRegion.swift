import Diagnostics

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// A part of the detector's plane, in pixels [slow, fast] from the outer corner of the first pixel: its centre is at 0.5, 0.5.
///
/// A pixel belongs to it when its centre does. Of a centre that lies exactly on a polygon's or rectangle's edge, the lower side belongs to it
/// and the upper does not, so that of regions side by side each pixel belongs to one.
public struct MaskRegion: Hashable, Sendable {
    /// A place on the detector.
    public struct Point: Hashable, Sendable {
        public let slow: Double
        public let fast: Double

        public init(slow: Double, fast: Double) {
            self.slow = slow
            self.fast = fast
        }
    }

    private enum Form: Hashable, Sendable {
        case polygon(MaskPolygon)
        case ellipse(MaskEllipse)
    }

    private let form: Form

    /// Far beyond any detector: what lies further out is in another unit, or was never meant.
    static let farthest = 1e6

    /// The inside of one or more closed lines by the even-odd rule: a line inside another one cuts a hole.
    ///
    /// - Parameter rings: corners, in either sense; the last is joined to the first.
    /// - Throws: `outOfRange` for fewer than three corners, or a coordinate that is not finite or beyond a million pixels; `tooLarge`
    ///   for more than 10,000 corners.
    public static func polygon(rings: [[Point]]) throws(GeometryError) -> MaskRegion {
        MaskRegion(form: .polygon(try MaskPolygon(rings)))
    }

    /// As `polygon(rings:)`, of one line.
    public static func polygon(_ corners: [Point]) throws(GeometryError) -> MaskRegion { try polygon(rings: [corners]) }

    /// - Throws: `outOfRange` as `polygon(rings:)`, and when the second corner is not beyond the first along both axes.
    public static func rectangle(from low: Point, to high: Point) throws(GeometryError) -> MaskRegion {
        guard high.slow > low.slow, high.fast > low.fast else {
            throw GeometryError(
                .outOfRange, "A rectangle has no inside",
                got: "from \(low.slow), \(low.fast) to \(high.slow), \(high.fast) (slow, fast)",
                expected: "a second corner beyond the first along both axes")
        }
        return try polygon([low, Point(slow: low.slow, fast: high.fast), high, Point(slow: high.slow, fast: low.fast)])
    }

    /// - Parameter radius: in pixels, along both axes.
    /// - Throws: as `ellipse`.
    public static func circle(centre: Point, radius: Double) throws(GeometryError) -> MaskRegion {
        try ellipse(centre: centre, slowRadius: radius, fastRadius: radius)
    }

    /// The rim belongs to it.
    /// - Throws: `outOfRange` for a radius that is not positive, or a number that is not finite or beyond a million pixels.
    public static func ellipse(centre: Point, slowRadius: Double, fastRadius: Double) throws(GeometryError) -> MaskRegion {
        try require(centre)
        for radius in [slowRadius, fastRadius] {
            guard radius > 0, radius <= farthest else {
                throw GeometryError(
                    .outOfRange, "A circle or ellipse has no inside", at: "radius", got: "\(radius) pixels",
                    expected: "more than 0, \(farthest) at most")
            }
        }
        return MaskRegion(form: .ellipse(MaskEllipse(centre: centre, slowRadius: slowRadius, fastRadius: fastRadius)))
    }

    static func require(_ point: Point) throws(GeometryError) {
        guard point.slow.magnitude <= farthest, point.fast.magnitude <= farthest else {
            throw GeometryError(
                .outOfRange, "A region of the mask has a place that is on no detector",
                got: "\(point.slow), \(point.fast) (slow, fast)",
                expected: "pixels, finite, within \(farthest)")
        }
    }

    /// Columns of a row whose pixels are inside, in runs that do not overlap.
    func forEachRun(inRow slow: Int, width: Int, _ body: (Range<Int>) -> Void) {
        switch form {
        case .polygon(let polygon): polygon.forEachRun(inRow: slow, width: width, body)
        case .ellipse(let ellipse): ellipse.forEachRun(inRow: slow, width: width, body)
        }
    }
}

/// An ellipse with its axes along the detector's.
struct MaskEllipse: Hashable, Sendable {
    let centre: MaskRegion.Point
    let slowRadius: Double
    let fastRadius: Double

    func forEachRun(inRow slow: Int, width: Int, _ body: (Range<Int>) -> Void) {
        let height = (Double(slow) + 0.5 - centre.slow) / slowRadius
        guard height.magnitude <= 1 else { return }
        let half = fastRadius * (1 - height * height).squareRoot()
        let first = max(0, Int((centre.fast - half - 0.5).rounded(.up)))
        let last = min(width - 1, Int((centre.fast + half - 0.5).rounded(.down)))
        if first <= last { body(first..<last + 1) }
    }
}
