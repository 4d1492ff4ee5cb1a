/// Points of one row of the detector in the laboratory, in metres: three arrays, so that the loops over them vectorise.
struct LabRow {
    var up: [Double]
    var across: [Double]
    var alongBeam: [Double]

    init(count: Int) {
        up = [Double](repeating: 0, count: count)
        across = up
        alongBeam = up
    }

    var count: Int { up.count }

    @inline(__always)
    mutating func set(_ index: Int, _ position: LabPosition) {
        up[index] = position.up_m
        across[index] = position.across_m
        alongBeam[index] = position.alongBeam_m
    }

    @inline(__always)
    subscript(index: Int) -> LabPosition {
        LabPosition(up_m: up[index], across_m: across[index], alongBeam_m: alongBeam[index])
    }
}

extension DetectorGeometry {
    /// The centres of one row of pixels; `row` has `shape.fast` points.
    func fillCentres(of slow: Int, _ row: inout LabRow) {
        switch detector {
        case .flat(let flat):
            for fast in 0..<flat.shape.fast { row.set(fast, position(flat, Double(slow) + 0.5, Double(fast) + 0.5)) }
        case .corners(let corners):
            let first = slow * corners.shape.fast
            for fast in 0..<corners.shape.fast { row.set(fast, centre(corners, pixel: first + fast)) }
        }
    }

    /// The crossings of the pixel grid along the upper edge of row `line`, 0…`shape.slow`; `row` has `shape.fast + 1` points.
    func fillCrossings(_ flat: FlatDetector, line: Int, _ row: inout LabRow) {
        for fast in 0...flat.shape.fast { row.set(fast, position(flat, Double(line), Double(fast))) }
    }

    /// One of the four corners of each pixel of a row; `row` has `shape.fast` points.
    func fillCorner(_ corners: PixelCorners, corner: Int, of slow: Int, _ row: inout LabRow) {
        let first = slow * corners.shape.fast
        for fast in 0..<corners.shape.fast { row.set(fast, position(corners, corner: corner, pixel: first + fast)) }
    }
}
