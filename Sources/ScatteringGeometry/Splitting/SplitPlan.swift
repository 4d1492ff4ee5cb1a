import Diagnostics

/// What a splitting matrix depends on, checked.
struct SplitPlan {
    let scale: RadialScale
    let radial: RadialBins
    let azimuthal: AzimuthalBins?
    let selection: AzimuthalSelection
    let mask: [Bool]?
    let binCount: Int

    init(
        _ geometry: DetectorGeometry, _ radial: RadialBins, _ azimuthal: AzimuthalBins?, _ selection: AzimuthalSelection,
        _ mask: [Bool]?
    ) throws(GeometryError) {
        binCount = try BinCells.count(radial, azimuthal)
        if let mask { try geometry.shape.require(mask.count, of: "mask") }
        scale = try RadialScale(radial.unit, wavelength: geometry.wavelength)
        self.radial = radial
        self.azimuthal = azimuthal
        self.selection = selection
        self.mask = mask
    }

    @inline(__always)
    func isMasked(_ pixel: Int) -> Bool { mask.map { $0[pixel] } ?? false }
}

extension DetectorGeometry {
    /// How each pixel is shared by the bins.
    ///
    /// - Parameters:
    ///   - azimuthal: nil for a curve; with bins, those of a map: index = azimuthal × radial count + radial.
    ///   - selection: which pixels count; the centre of a pixel decides, also for pixels that are split.
    ///   - mask: `[slow, fast]`, true for pixels that are no measurement.
    /// - Throws: `wavelengthMissing`, `shapeMismatch` (mask), `tooLarge`.
    /// - Complexity: O(pixels + entries); boxes of 4.5 million pixels in 1000 bins take half a second, polygons a second.
    public func splitMatrix(
        _ splitting: PixelSplitting, radial: RadialBins, azimuthal: AzimuthalBins? = nil, selection: AzimuthalSelection = .all,
        mask: [Bool]? = nil
    ) throws(GeometryError) -> SplitMatrix {
        let plan = try SplitPlan(self, radial, azimuthal, selection, mask)
        switch splitting {
        case .none:
            return SplitMatrix(
                try pixelBins(UInt32.self, radial: radial, azimuthal: azimuthal, selection: selection, mask: mask))
        case .boundingBox: return try boxMatrix(plan)
        case .fullPixel: return try polygonMatrix(plan)
        }
    }
}
