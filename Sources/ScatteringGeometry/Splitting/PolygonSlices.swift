/// Areas of polygons in the slices of the radial axis: the bins, and what lies below and above them.
///
/// The area between two edges is the sum over the polygon's sides of ∫ y dx there: trapezoids, positive along +x and negative along -x.
struct PolygonSlices {
    private let shares: RadialShares
    /// Slot 0 is below the range, 1 the first bin, `count + 1` above the range.
    private var areas: [Double]
    private var first = 0
    private var last = -1

    init(_ shares: RadialShares) {
        self.shares = shares
        areas = [Double](repeating: 0, count: shares.count + 2)
    }

    /// Adds the shares of one polygon to the matrix; x of its points are positions of `shares`.
    @inline(__always)
    mutating func add(_ points: [SIMD2<Double>], to matrix: inout SplitMatrix) {
        var (least, most) = (points[0].x, points[0].x)
        for point in points {
            least = min(least, point.x)
            most = max(most, point.x)
        }
        guard least <= most, least.isFinite, most.isFinite else { return }
        (first, last) = (shares.slot(least) + 1, shares.slot(most) + 1)
        guard last >= 1, first <= shares.count else { return }
        if first == last { return matrix.add(first - 1, 1) }
        let base = points[0].y
        for index in 0..<points.count {
            let (from, to) = (points[index], points[index + 1 < points.count ? index + 1 : 0])
            if from.x < to.x {
                integrate(from.x, from.y - base, to.x, to.y - base, 1)
            } else if from.x > to.x {
                integrate(to.x, to.y - base, from.x, from.y - base, -1)
            }
        }
        distribute(to: &matrix, least, most)
        for slot in first...last { areas[slot] = 0 }
    }

    @inline(__always)
    private mutating func integrate(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ sign: Double) {
        let (start, end) = (shares.slot(x0), shares.slot(x1))
        if start == end {
            areas[start + 1] += sign * (x1 - x0) * (y0 + y1) * 0.5
            return
        }
        let slope = (y1 - y0) / (x1 - x0)
        var (x, y) = (x0, y0)
        for slot in start...end {
            let nextX = slot == end ? x1 : shares.edge(slot + 1)
            let nextY = y0 + slope * (nextX - x0)
            areas[slot + 1] += sign * (nextX - x) * (y + nextY) * 0.5
            (x, y) = (nextX, nextY)
        }
    }

    @inline(__always)
    private func distribute(to matrix: inout SplitMatrix, _ least: Double, _ most: Double) {
        var (total, inside) = (0.0, 0.0)
        for slot in first...last {
            total += areas[slot]
            if slot >= 1, slot <= shares.count { inside += areas[slot] }
        }
        let whole = shares.bins.ends == .exact ? total : inside
        guard whole != 0, whole.isFinite else {
            // A pixel seen edge-on has no area: its length then decides.
            for slot in max(first, 1)...min(last, shares.count) {
                matrix.add(slot - 1, (min(most, shares.edge(slot)) - max(least, shares.edge(slot - 1))) / (most - least))
            }
            return
        }
        for slot in max(first, 1)...min(last, shares.count) { matrix.add(slot - 1, areas[slot] / whole) }
    }
}
