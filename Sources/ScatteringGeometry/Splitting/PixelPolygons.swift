extension DetectorGeometry {
    /// Polygons for a curve (no azimuthal bins) or a map.
    func polygonMatrix(_ plan: SplitPlan) throws(GeometryError) -> SplitMatrix {
        var matrix = SplitMatrix(shape: shape, binCount: plan.binCount)
        var corners = CornerRows(self, plan.scale, needsAzimuth: true)
        let radial = RadialShares(plan.radial)
        var slices = PolygonSlices(radial)
        var cells = plan.azimuthal.map { PolygonCells(radial, AzimuthalShares($0, plan.radial.ends)) }
        let azimuthal = plan.azimuthal.map { AzimuthalShares($0, plan.radial.ends) }
        var outline = PixelOutline()
        var points = LabRow(count: shape.fast)
        var (centres, azimuths) = ([Double](repeating: 0, count: shape.fast), [Double](repeating: 0, count: shape.fast))
        for slow in 0..<shape.slow {
            corners.load(slow)
            fillCentres(of: slow, &points)
            if plan.selection != .all {
                plan.scale.fill(&centres, points)
                Self.fillAzimuths(points, &azimuths)
            }
            for fast in 0..<shape.fast {
                defer { matrix.endPixel() }
                if plan.isMasked(slow * shape.fast + fast) { continue }
                if plan.selection != .all, !plan.selection.contains(radial: centres[fast], chi_rad: azimuths[fast]) { continue }
                let isForward = points.alongBeam[fast] >= 0
                guard Self.setOutline(&outline, corners, fast, plan.scale.valueOnAxis(forward: isForward)) else { continue }
                if let azimuthal {
                    outline.map({ radial.position($0) }, { azimuthal.position($0) })
                    cells?.add(outline.points, to: &matrix)
                } else {
                    outline.map({ radial.position($0) }, { $0 })
                    slices.add(outline.points, to: &matrix)
                }
            }
            try matrix.requireSpace()
        }
        return matrix
    }

    /// False for a pixel that goes to infinity: the one in which the beam ends, in units of d.
    @inline(__always)
    private static func setOutline(_ outline: inout PixelOutline, _ corners: borrowing CornerRows, _ fast: Int, _ onAxis: Double?)
        -> Bool
    {
        let radial = SIMD4(corners.radial.a[fast], corners.radial.b[fast], corners.radial.c[fast], corners.radial.d[fast])
        let chi = SIMD4(corners.chi.a[fast], corners.chi.b[fast], corners.chi.c[fast], corners.chi.d[fast])
        guard PixelOutline.surroundsBeam(chi[0], chi[1], chi[2], chi[3]) else {
            outline.set(radial, chi)
            return true
        }
        guard let onAxis else { return false }
        outline.setAroundBeam(radial, chi, onAxis: onAxis)
        return true
    }
}
