import Diagnostics

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

extension DetectorGeometry {
    /// The value of each pixel's centre, `[slow, fast]`, in `unit`.
    /// - Throws: `wavelengthMissing`.
    public func radialValues(_ unit: RadialUnit) throws(GeometryError) -> [Double] {
        let scale = try RadialScale(unit, wavelength: wavelength)
        return perRow { row, values in scale.fill(&values, row) }
    }

    /// The azimuth of each pixel's centre, `[slow, fast]`, in radians, in (-π, π].
    public func azimuths_rad() -> [Double] { perRow(Self.fillAzimuths) }

    /// The laboratory coordinates of each pixel's centre, `[slow, fast, 3]`, in metres: up, across, along the beam.
    public func positions_m() -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(shape.pixelCount * 3)
        var row = LabRow(count: shape.fast)
        for slow in 0..<shape.slow {
            fillCentres(of: slow, &row)
            for fast in 0..<shape.fast { result += [row.up[fast], row.across[fast], row.alongBeam[fast]] }
        }
        return result
    }

    static func fillAzimuths(_ row: borrowing LabRow, _ values: inout [Double]) {
        for index in 0..<values.count { values[index] = atan2(row.up[index], row.across[index]) }
    }

    /// Goes through the rows with one scratch row; `body` writes one value a pixel.
    func perRow(_ body: (borrowing LabRow, inout [Double]) -> Void) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(shape.pixelCount)
        var row = LabRow(count: shape.fast)
        var values = [Double](repeating: 0, count: shape.fast)
        for slow in 0..<shape.slow {
            fillCentres(of: slow, &row)
            body(row, &values)
            result += values
        }
        return result
    }
}
