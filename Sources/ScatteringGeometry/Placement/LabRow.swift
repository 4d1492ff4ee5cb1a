/// Points of one row of the detector in the laboratory, in metres: three arrays, and loops over their bare memory (`map`, `fill`), which vectorise:
/// one that checks each index does not, and takes three times as long.
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

    /// What `body` says of each of the first points, into `values`.
    @inline(__always)
    borrowing func map(into values: inout [Double], _ body: (LabPosition) -> Double) {
        precondition(values.count <= count)
        up.withUnsafeBufferPointer { up in
            across.withUnsafeBufferPointer { across in
                alongBeam.withUnsafeBufferPointer { alongBeam in
                    values.withUnsafeMutableBufferPointer { values in
                        for index in values.indices {
                            values[index] = body(
                                LabPosition(up_m: up[index], across_m: across[index], alongBeam_m: alongBeam[index]))
                        }
                    }
                }
            }
        }
    }

    /// Each point anew.
    @inline(__always)
    mutating func fill(_ position: (Int) -> LabPosition) {
        up.withUnsafeMutableBufferPointer { up in
            across.withUnsafeMutableBufferPointer { across in
                alongBeam.withUnsafeMutableBufferPointer { alongBeam in
                    for index in up.indices {
                        let point = position(index)
                        (up[index], across[index], alongBeam[index]) = (point.up_m, point.across_m, point.alongBeam_m)
                    }
                }
            }
        }
    }

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
            // As `position`, with what is one for the row before the loop; a detector has no 2^31 pixels in a row, and 32 bits become a double in
            // vectors.
            let (rotation, depth, poni2, size) = (rotation, placement.distance_m, placement.poni2_m, flat.pixelSize.fast_m)
            let position1 = flat.position1_m(Double(slow) + 0.5) - placement.poni1_m
            let (start, direction) = flat.orientation.turnsFast ? (Double(flat.shape.fast), -1.0) : (0, 1)
            row.fill { fast in
                let index = start + direction * (Double(Int32(truncatingIfNeeded: fast)) + 0.5)
                return rotation.turned(position1, index * size - poni2, depth)
            }
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
