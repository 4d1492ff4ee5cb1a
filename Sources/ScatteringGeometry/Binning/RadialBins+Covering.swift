import Diagnostics

extension RadialBins {
    /// Bins over everything that the unmasked pixels of a detector see.
    ///
    /// Without splitting from the least to the largest value of a pixel's centre, else of its box or its corners.
    /// - Throws: `wavelengthMissing`, `shapeMismatch` (mask), `binsInvalid` (also when every pixel is masked, or all have one value).
    /// - Complexity: O(pixels).
    public init(
        unit: RadialUnit, count: Int, covering geometry: DetectorGeometry, mask: [Bool]? = nil, splitting: PixelSplitting = .none,
        spacing: Spacing = .linear, ends: RangeEnds = .exact
    ) throws(GeometryError) {
        if let mask { try geometry.shape.require(mask.count, of: "mask") }
        let scale = try RadialScale(unit, wavelength: geometry.wavelength)
        var range = ValueRange(isPositive: spacing == .logarithmic)
        let fast = geometry.shape.fast
        switch splitting {
        case .none:
            var row = LabRow(count: fast)
            var values = [Double](repeating: 0, count: fast)
            for slow in 0..<geometry.shape.slow {
                geometry.fillCentres(of: slow, &row)
                scale.fill(&values, row)
                for index in 0..<fast where !(mask?[slow * fast + index] ?? false) { range.add(values[index]) }
            }
        case .boundingBox:
            var boxes = PixelBoxes(geometry, scale, needsAzimuth: false, needsCentreAzimuth: false)
            for slow in 0..<geometry.shape.slow {
                boxes.load(slow)
                for index in 0..<fast where !(mask?[slow * fast + index] ?? false) {
                    range.add(boxes.low[index])
                    range.add(boxes.high[index])
                }
            }
        case .fullPixel:
            var corners = CornerRows(geometry, scale, needsAzimuth: false)
            for slow in 0..<geometry.shape.slow {
                corners.load(slow)
                for index in 0..<fast where !(mask?[slow * fast + index] ?? false) {
                    for value in [
                        corners.radial.a[index], corners.radial.b[index], corners.radial.c[index], corners.radial.d[index],
                    ] { range.add(value) }
                }
            }
        }
        guard range.least < range.most else {
            throw GeometryError(
                .binsInvalid, "The pixels cover no range of \(unit.rawValue)",
                got: range.least == range.most ? "one value, \(range.least)" : "no unmasked pixel",
                expected: "unmasked pixels of different values", remedy: "Look at the mask, or give the range")
        }
        try self.init(unit: unit, count: count, from: range.least, to: range.most, spacing: spacing, ends: ends)
    }
}

/// The least and the largest of finite values; of positive ones only where zero has no place.
private struct ValueRange {
    let isPositive: Bool
    var least = Double.infinity
    var most = -Double.infinity

    init(isPositive: Bool) { self.isPositive = isPositive }

    mutating func add(_ value: Double) {
        guard value.isFinite, value > 0 || !isPositive else { return }
        least = min(least, value)
        most = max(most, value)
    }
}
