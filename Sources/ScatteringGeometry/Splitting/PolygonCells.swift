/// Areas of polygons in the cells of a map: cut by the radial edges, then by the azimuthal ones (Sutherland and Hodgman,
/// doi:10.1145/360767.360802). Cutting by half planes one after the other gives right areas for polygons that are not convex, too.
struct PolygonCells {
    private let radial: RadialShares
    private let azimuthal: AzimuthalShares
    private var shifted: [SIMD2<Double>] = []
    private var half: [SIMD2<Double>] = []
    private var slice: [SIMD2<Double>] = []
    private var cell: [SIMD2<Double>] = []

    init(_ radial: RadialShares, _ azimuthal: AzimuthalShares) {
        self.radial = radial
        self.azimuthal = azimuthal
    }

    /// Adds the shares of one polygon; x and y of its points are positions of the radial and of the azimuthal shares.
    mutating func add(_ points: [SIMD2<Double>], to matrix: inout SplitMatrix) {
        var (low, high) = (points[0], points[0])
        for point in points {
            low.replace(with: point, where: point .< low)
            high.replace(with: point, where: point .> high)
        }
        guard low.x.isFinite, high.x.isFinite, low.y.isFinite, high.y.isFinite else { return }
        let (first, last) = (radial.slot(low.x), radial.slot(high.x))
        guard last >= 0, first < radial.count else { return }
        let total = Self.area(points)
        let isWide = azimuthal.meetsItself(low.y, high.y)
        for turns in -2...2 {
            let shift = Double(turns) * azimuthal.turn
            guard high.y + shift > 0, low.y + shift < azimuthal.end else { continue }
            let (lowest, highest) = (low.y + shift, high.y + shift)
            if first == last, lowest >= 0, highest <= azimuthal.end, Int(lowest) == Int(highest), Int(highest) < azimuthal.count {
                return matrix.add(Int(lowest) * radial.count + first, 1)
            }
            guard total != 0 else { continue }
            shifted.removeAll(keepingCapacity: true)
            for point in points { shifted.append(SIMD2(point.x, point.y + shift)) }
            for bin in max(first, 0)...min(last, radial.count - 1) {
                Self.cut(shifted, 0, above: radial.edge(bin), &half)
                Self.cut(half, 0, below: radial.edge(bin + 1), &slice)
                if slice.count > 2 { addSlice(bin, total, isWide, &matrix) }
            }
        }
    }

    private mutating func addSlice(_ bin: Int, _ total: Double, _ isWide: Bool, _ matrix: inout SplitMatrix) {
        var (low, high) = (slice[0].y, slice[0].y)
        for point in slice {
            low = min(low, point.y)
            high = max(high, point.y)
        }
        guard high > 0, low < azimuthal.end else { return }
        for sector in Int(max(low, 0))...min(Int(min(high, azimuthal.end)), azimuthal.count - 1) {
            Self.cut(slice, 1, above: Double(sector), &half)
            Self.cut(half, 1, below: min(Double(sector + 1), azimuthal.end), &cell)
            let (index, share) = (sector * radial.count + bin, Self.area(cell) / total)
            if isWide { matrix.merge(index, share) } else { matrix.add(index, share) }
        }
    }

    /// Twice the area, with the sign of the direction in which the outline goes.
    private static func area(_ points: [SIMD2<Double>]) -> Double {
        guard points.count > 2 else { return 0 }
        let base = points[0]
        var sum = 0.0
        for index in 1..<(points.count - 1) {
            let (u, v) = (points[index] - base, points[index + 1] - base)
            sum += u.x * v.y - u.y * v.x
        }
        return sum
    }

    private static func cut(_ points: [SIMD2<Double>], _ axis: Int, above limit: Double, _ result: inout [SIMD2<Double>]) {
        cut(points, &result) { $0[axis] - limit }
    }

    private static func cut(_ points: [SIMD2<Double>], _ axis: Int, below limit: Double, _ result: inout [SIMD2<Double>]) {
        cut(points, &result) { limit - $0[axis] }
    }

    /// Keeps what has a distance of 0 or more.
    @inline(__always)
    private static func cut(
        _ points: [SIMD2<Double>], _ result: inout [SIMD2<Double>], _ distance: (SIMD2<Double>) -> Double
    ) {
        result.removeAll(keepingCapacity: true)
        guard var previous = points.last else { return }
        var before = distance(previous)
        for point in points {
            let now = distance(point)
            if (before < 0) != (now < 0) { result.append(previous + (point - previous) * (before / (before - now))) }
            if now >= 0 { result.append(point) }
            (previous, before) = (point, now)
        }
    }
}
