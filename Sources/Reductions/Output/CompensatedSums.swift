import Diagnostics
import ScatteringGeometry

/// Sums over frames whose rounding errors are summed too (``TwofoldDouble``), so that the average of ten thousand frames is as exact as one
/// division, and does not depend on where a reduction was interrupted.
///
/// A spread is one around the intensity of its own frame, and cannot be added to others. With V the variance, X the cross deviation, N the
/// norm² and I the intensity of a frame's bin, what can is, exactly,
///
///     Σ c² signal²     = V + 2 I X + I² N
///     Σ c² signal norm = X + I N
///
/// and the spread around the intensity of all frames follows from the sums of these. Both are far larger than V (by about the counts of a
/// pixel): twice the digits of a Double leave room for 10¹⁶ and more.
struct CompensatedSums: Equatable {
    /// As ``BinSums`` has them, one after the other, `binCount` each: signal, norm, norm², variance, count. With spreads the fourth is
    /// Σ c² signal², and a sixth is Σ c² signal norm.
    private(set) var sums: [Double]
    private(set) var rests: [Double]
    let binCount: Int
    /// Whether variances are spreads, and rows have cross deviations.
    let hasSpread: Bool

    static func kinds(hasSpread: Bool) -> Int { hasSpread ? 6 : 5 }
    private var kinds: Int { Self.kinds(hasSpread: hasSpread) }

    init(binCount: Int, hasSpread: Bool) {
        self.binCount = binCount
        self.hasSpread = hasSpread
        sums = [Double](repeating: 0, count: Self.kinds(hasSpread: hasSpread) * binCount)
        rests = sums
    }

    /// What a checkpoint holds; nil when it is of another number of bins.
    init?(sums: [Double], rests: [Double], binCount: Int, hasSpread: Bool) {
        guard sums.count == Self.kinds(hasSpread: hasSpread) * binCount, rests.count == sums.count else { return nil }
        self.sums = sums
        self.rests = rests
        self.binCount = binCount
        self.hasSpread = hasSpread
    }

    /// - Parameter row: with cross deviations exactly when there are spreads; the caller has looked.
    mutating func add(_ row: BinSums) {
        guard let cross = row.crossDeviation, hasSpread else {
            for (kind, values) in row.inOrder.prefix(5).enumerated() { add(values, kind * binCount) }
            return
        }
        for (kind, values) in [(0, row.signal), (1, row.norm), (2, row.norm2), (4, row.count)] { add(values, kind * binCount) }
        let intensities = row.intensity(empty: 0)
        for bin in 0..<binCount {
            let intensity = intensities[bin]
            let weight = TwofoldDouble(product: intensity, row.norm2[bin])
            let crossSum = weight + TwofoldDouble(cross[bin])
            // V + I (X + (X + I N))
            let squares = (crossSum + TwofoldDouble(cross[bin])) * intensity + TwofoldDouble(row.variance[bin])
            add(squares, 3 * binCount + bin)
            add(crossSum, 5 * binCount + bin)
        }
    }

    private mutating func add(_ values: [Double], _ start: Int) {
        for bin in values.indices { add(TwofoldDouble(values[bin]), start + bin) }
    }

    private mutating func add(_ value: TwofoldDouble, _ place: Int) {
        let sum = TwofoldDouble(sum: sums[place], value.high)
        sums[place] = sum.high
        rests[place] += sum.low + value.low
    }

    /// The sums, rounded once.
    var total: BinSums {
        func sum(_ kind: Int, _ bin: Int) -> TwofoldDouble {
            TwofoldDouble(sum: sums[kind * binCount + bin], rests[kind * binCount + bin])
        }
        var total = BinSums(binCount: binCount)
        for bin in 0..<binCount {
            let variance = hasSpread ? 0 : sum(3, bin).high
            total.add(
                signal: sum(0, bin).high, norm: sum(1, bin).high, norm2: sum(2, bin).high, variance: variance,
                count: sum(4, bin).high, to: bin)
        }
        guard hasSpread else { return total }
        let intensities = total.intensity(empty: 0)
        var (variance, cross) = (total.variance, total.variance)
        for bin in 0..<binCount {
            let intensity = intensities[bin]
            let deviation = sum(5, bin) + sum(2, bin) * -intensity
            // Σ c² signal² - I Σ c² signal norm - I X
            let spread = sum(3, bin) + (sum(5, bin) + deviation) * -intensity
            // Where all pixels are equal, what is left of the rounding may be below 0.
            variance[bin] = max(0, spread.high)
            cross[bin] = deviation.high
        }
        return total.withSpread(variance, crossDeviation: cross)
    }
}

extension BinSums {
    /// As ``ReductionLayout/sumNames(_:)``.
    var inOrder: [[Double]] { [signal, norm, norm2, variance, count] + (crossDeviation.map { [$0] } ?? []) }

    /// - Throws: `shapeMismatch`, also for another number of arrays.
    init(inOrder values: [[Double]]) throws(GeometryError) {
        guard (5...6).contains(values.count) else {
            throw GeometryError(
                .shapeMismatch, "These are not the sums of bins", got: "\(values.count) arrays", expected: "5 or 6")
        }
        try self.init(
            signal: values[0], norm: values[1], norm2: values[2], variance: values[3], count: values[4],
            crossDeviation: values.count > 5 ? values[5] : nil)
    }
}
