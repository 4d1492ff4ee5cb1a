import ScatteringGeometry

extension AzimuthalConfiguration {
    /// Which part of the plane counts, and which pixels are dropped as outliers: in words with their values, as the result has them.
    var selectionWords: [String] {
        var words: [String] = []
        switch selection {
        case .all: break
        case .sectors(let sectors):
            words = sectors.map { sector in
                "azimuth: sector from \(sector.from_rad) to \(sector.to_rad) rad"
                    + (sector.hasOpposite ? ", and the one opposite to it" : "")
            }
        case .slab(let slab):
            words = ["azimuth: slab along \(slab.direction_rad) rad, half width \(slab.halfWidth) \(bins.unit.symbol)"]
        }
        if let clipping {
            words.append(
                "sigma clipping: cutoff \(clipping.cutoff) standard deviations or Chauvenet's, the larger, "
                    + "\(clipping.cycles) cycles at most")
        }
        return words
    }
}
