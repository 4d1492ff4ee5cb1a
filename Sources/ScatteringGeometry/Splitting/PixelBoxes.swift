/// The pixels of one row as boxes in (radius, azimuth).
struct PixelBoxes {
    private var corners: CornerRows
    private let geometry: DetectorGeometry
    private let scale: RadialScale
    private let needsAzimuth: Bool
    private var points: LabRow
    private(set) var centre: [Double]
    private(set) var low: [Double]
    private(set) var high: [Double]
    private(set) var chi: [Double]
    private(set) var chiHalf: [Double]

    /// - Parameter needsAzimuth: whether boxes need a width in azimuth; centres have one when `needsCentreAzimuth`.
    init(_ geometry: DetectorGeometry, _ scale: RadialScale, needsAzimuth: Bool, needsCentreAzimuth: Bool) {
        self.geometry = geometry
        self.scale = scale
        self.needsAzimuth = needsAzimuth
        corners = CornerRows(geometry, scale, needsAzimuth: needsAzimuth)
        let fast = geometry.shape.fast
        points = LabRow(count: fast)
        centre = [Double](repeating: 0, count: fast)
        (low, high) = (centre, centre)
        chi = needsAzimuth || needsCentreAzimuth ? centre : []
        chiHalf = needsAzimuth ? centre : []
    }

    mutating func load(_ slow: Int) {
        corners.load(slow)
        geometry.fillCentres(of: slow, &points)
        scale.fill(&centre, points)
        for fast in 0..<centre.count {
            let middle = centre[fast]
            let half = max(
                max((corners.radial.a[fast] - middle).magnitude, (corners.radial.b[fast] - middle).magnitude),
                max((corners.radial.c[fast] - middle).magnitude, (corners.radial.d[fast] - middle).magnitude))
            // No radial value is negative: the box of a pixel next to the beam ends there.
            low[fast] = max(0, middle - half)
            high[fast] = middle + half
        }
        if !chi.isEmpty { DetectorGeometry.fillAzimuths(points, &chi) }
        if needsAzimuth { fillHalfAzimuths() }
    }

    private mutating func fillHalfAzimuths() {
        for fast in 0..<centre.count {
            let (a, b, c, d) = (corners.chi.a[fast], corners.chi.b[fast], corners.chi.c[fast], corners.chi.d[fast])
            let middle = chi[fast]
            let half = max(
                max((unwrapped(a, near: middle) - middle).magnitude, (unwrapped(b, near: middle) - middle).magnitude),
                max((unwrapped(c, near: middle) - middle).magnitude, (unwrapped(d, near: middle) - middle).magnitude))
            // The pixel in which the beam ends is seen under every azimuth.
            chiHalf[fast] = PixelOutline.surroundsBeam(a, b, c, d) ? .pi : half
        }
    }
}

extension DetectorGeometry {
    /// Boxes for a curve (no azimuthal bins) or a map.
    func boxMatrix(_ plan: SplitPlan) throws(GeometryError) -> SplitMatrix {
        var matrix = SplitMatrix(shape: shape, binCount: plan.binCount)
        var boxes = PixelBoxes(
            self, plan.scale, needsAzimuth: plan.azimuthal != nil, needsCentreAzimuth: plan.selection != .all)
        let radial = RadialShares(plan.radial)
        let azimuthal = plan.azimuthal.map { AzimuthalShares($0, plan.radial.ends) }
        for slow in 0..<shape.slow {
            boxes.load(slow)
            for fast in 0..<shape.fast {
                defer { matrix.endPixel() }
                let pixel = slow * shape.fast + fast
                if plan.isMasked(pixel) { continue }
                if plan.selection != .all, !plan.selection.contains(radial: boxes.centre[fast], chi_rad: boxes.chi[fast]) {
                    continue
                }
                guard let azimuthal else {
                    radial.forEach(from: boxes.low[fast], to: boxes.high[fast]) { matrix.add($0, $1) }
                    continue
                }
                let (chi, half) = (boxes.chi[fast], boxes.chiHalf[fast])
                let isWide = azimuthal.meetsItself(azimuthal.position(chi - half), azimuthal.position(chi + half))
                azimuthal.forEach(centre: chi, half: half) { sector, part in
                    radial.forEach(from: boxes.low[fast], to: boxes.high[fast]) {
                        let cell = sector * radial.count + $0
                        if isWide { matrix.merge(cell, part * $1) } else { matrix.add(cell, part * $1) }
                    }
                }
            }
            try matrix.requireSpace()
        }
        return matrix
    }
}
