import Diagnostics
import ScatteringGeometry

/// What ``StaticSums`` adds up over all entries of a matrix: of each bin one number. Kept, it need not be added up again.
package struct StaticTotals: Sendable, Equatable {
    package let norm: [Double]
    package let norm2: [Double]
    package let count: [Double]
    package let dark: [Double]
    package let darkVariance: [Double]
    package let entryCounts: [UInt32]

    package init(
        norm: [Double], norm2: [Double], count: [Double], dark: [Double], darkVariance: [Double], entryCounts: [UInt32]
    ) {
        self.norm = norm
        self.norm2 = norm2
        self.count = count
        self.dark = dark
        self.darkVariance = darkVariance
        self.entryCounts = entryCounts
    }

    func require(binCount: Int) throws(GeometryError) {
        let counts = [norm.count, norm2.count, count.count, dark.count, darkVariance.count, entryCounts.count]
        guard counts.allSatisfy({ $0 == binCount }) else {
            throw GeometryError(
                .shapeMismatch, "The static sums are those of other bins", got: "\(counts) values", expected: "\(binCount)")
        }
    }
}

extension StaticSums {
    package var totals: StaticTotals {
        StaticTotals(
            norm: norm, norm2: norm2, count: count, dark: dark, darkVariance: darkVariance, entryCounts: entryCounts)
    }
}
