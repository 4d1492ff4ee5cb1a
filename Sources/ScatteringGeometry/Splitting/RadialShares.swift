#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Shares a range of the radial axis among the bins it covers.
///
/// Shares are lengths (or areas) over the radial value itself, also with logarithmic bins: only the edges are then unequal. Positions are bin
/// numbers with linear bins, whose edges are 0, 1, 2…, and values of the unit with logarithmic ones.
struct RadialShares {
    let bins: RadialBins
    let count: Int
    private let isLinear: Bool
    private let table: [Double]

    init(_ bins: RadialBins) {
        self.bins = bins
        count = bins.count
        isLinear = bins.spacing == .linear
        table = isLinear ? [] : (0...bins.count).map { exp(bins.origin + Double($0) * bins.step) }
    }

    @inline(__always)
    func position(_ value: Double) -> Double { isLinear ? bins.coordinate(value) : value }

    /// The lower edge of a bin, 0…count.
    @inline(__always)
    func edge(_ bin: Int) -> Double { isLinear ? Double(bin) : table[bin] }

    /// The bin of a position; -1 below the range (and for NaN), `count` above.
    @inline(__always)
    func slot(_ position: Double) -> Int {
        let number = isLinear ? position : bins.coordinate(position)
        guard number >= 0 else { return -1 }
        return number >= Double(count) ? count : Int(number)
    }

    /// Calls `body` with each bin that `low...high` (values of the unit) covers, and the share of the range in it.
    @inline(__always)
    func forEach(from low: Double, to high: Double, _ body: (Int, Double) -> Void) {
        let (from, to) = (position(low), position(high))
        let (first, last) = (slot(from), slot(to))
        switch bins.ends {
        case .exact:
            guard last >= 0, first < count, from <= to else { return }
            if first == last { return body(first, 1) }
            let width = to - from
            for bin in max(first, 0)...min(last, count - 1) {
                body(bin, (min(to, edge(bin + 1)) - max(from, edge(bin))) / width)
            }
        case .pyFAI:
            guard bins.ends.reaches(bins.coordinate(high)), first < count, from <= to else { return }
            let (inner, outer) = (max(first, 0), max(0, min(last, count - 1)))
            if inner == outer { return body(inner, 1) }
            let width = to - from
            for bin in inner...outer {
                let start = bin == inner ? from : edge(bin)
                let end = bin == outer ? to : edge(bin + 1)
                body(bin, (end - start) / width)
            }
        }
    }
}

/// Shares a range of azimuths among the bins it covers, around the circle.
struct AzimuthalShares {
    let bins: AzimuthalBins
    private let ends: RangeEnds
    let count: Int
    /// A full turn, in bins.
    let turn: Double
    /// Where the last bin ends, in bins: without the moved last edge, which would count a sliver of a full circle twice.
    let end: Double

    init(_ bins: AzimuthalBins, _ ends: RangeEnds) {
        self.bins = bins
        self.ends = ends
        count = bins.count
        turn = 2 * .pi / bins.step
        end = min(Double(bins.count), turn)
    }

    /// The position of an azimuth, in bins; it may be a turn or two off the range.
    @inline(__always)
    func position(_ chi_rad: Double) -> Double { (chi_rad - bins.origin) / bins.step }

    /// Whether a range (in bins) is so wide that both its ends may lie in one bin.
    @inline(__always)
    func meetsItself(_ low: Double, _ high: Double) -> Bool { high - low + 1 > turn }

    /// Calls `body` with each bin that `centre ± half` covers, and the share of the range in it; twice where both ends lie in one bin.
    @inline(__always)
    func forEach(centre: Double, half: Double, _ body: (Int, Double) -> Void) {
        let (low, high) = (position(centre - half), position(centre + half))
        guard low <= high else { return }
        let width = high - low
        if ends == .pyFAI {
            guard high > -1, low < Double(count) else { return }
            let (first, last) = (max(0, Int(low)), max(0, min(Int(high), count - 1)))
            if first == last { return body(first, 1) }
            for bin in first...last {
                body(bin, ((bin == last ? high : Double(bin + 1)) - (bin == first ? low : Double(bin))) / width)
            }
            return
        }
        if width == 0 {
            if let bin = bins.bin(of: centre) { body(bin, 1) }
            return
        }
        // The pixel around the beam reaches half a turn to both sides of its centre, which may be a turn off the range itself.
        for turns in -2...2 {
            let (from, to) = (low + Double(turns) * turn, high + Double(turns) * turn)
            guard to > 0, from < end else { continue }
            for bin in Int(max(from, 0))...min(Int(min(to, end)), count - 1) {
                let overlap = min(to, Double(bin + 1), end) - max(from, Double(bin))
                if overlap > 0 { body(bin, overlap / width) }
            }
        }
    }
}
