/// The polygon of a pixel in (radius, azimuth).
struct PixelOutline {
    /// x is the radial value, y the azimuth in radians, unwrapped: neighbours along the outline are less than half a turn apart.
    private(set) var points: [SIMD2<Double>] = []

    init() { points.reserveCapacity(8) }

    /// Whether the beam axis goes through the pixel: its corners then go once around the circle.
    @inline(__always)
    static func surroundsBeam(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Bool {
        let turn =
            (unwrapped(b, near: a) - a) + (unwrapped(c, near: b) - b) + (unwrapped(d, near: c) - c) + (unwrapped(a, near: d) - d)
        return turn.magnitude > .pi
    }

    /// A pixel that the beam does not go through.
    @inline(__always)
    mutating func set(_ radial: SIMD4<Double>, _ chi: SIMD4<Double>) {
        points.removeAll(keepingCapacity: true)
        for corner in 0..<4 { points.append(SIMD2(radial[corner], unwrapped(chi[corner], near: chi[0]))) }
    }

    /// The pixel in which the beam ends: everything from the axis out to the line of its corners, once around.
    ///
    /// Its corners in the order in which they lie around the beam, the first one again a turn later, and back along the axis.
    mutating func setAroundBeam(_ radial: SIMD4<Double>, _ chi: SIMD4<Double>, onAxis: Double) {
        points.removeAll(keepingCapacity: true)
        for corner in 0..<4 {
            let previous = points.last?.y ?? chi[0]
            var angle = chi[corner]
            if angle - previous > .pi { angle -= 2 * .pi } else if angle - previous < -.pi { angle += 2 * .pi }
            points.append(SIMD2(radial[corner], angle))
        }
        let (first, last) = (points[0], points[3])
        let end = first.y + (last.y > first.y ? 2 : -2) * .pi
        points.append(SIMD2(first.x, end))
        points.append(SIMD2(onAxis, end))
        points.append(SIMD2(onAxis, first.y))
    }

    /// Moves x to bin positions; the azimuth is counted from the first corner, so that areas do not cancel.
    @inline(__always)
    mutating func map(_ x: (Double) -> Double, _ y: (Double) -> Double) {
        for index in points.indices { points[index] = SIMD2(x(points[index].x), y(points[index].y)) }
    }
}
