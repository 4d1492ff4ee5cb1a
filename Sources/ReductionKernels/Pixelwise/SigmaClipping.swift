import Diagnostics
import ScatteringGeometry

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Drops pixels that are far from the mean of their bin (Bragg spots on a powder ring, hot pixels), then takes the mean again.
///
/// A pixel is dropped when |signal/norm - mean| > cut × std, with std = √(Σ c² var / Σ c² norm²) of the error model. cut is the larger of
/// `cutoff` and Chauvenet's √(2 ln(n / √(2π))), n the pixels of the bin (at least 3): below that a bin without outliers would lose pixels.
/// A split pixel that is an outlier in one of its bins is dropped from all of them.
public struct SigmaClipping: Sendable, Equatable {
    /// The most times that pixels are dropped; it ends earlier when none is.
    public let cycles: Int
    /// In standard deviations.
    public let cutoff: Double

    /// What silx-kit/pyFAI takes when nothing is said.
    public static let defaultCycles = 5
    public static let mostCycles = 100

    /// - Throws: `outOfRange` for 0 or more than 100 cycles, or a cutoff that is negative or not finite. A cutoff of 0 leaves it to Chauvenet.
    public init(cycles: Int = defaultCycles, cutoff: Double) throws(GeometryError) {
        guard (1...Self.mostCycles).contains(cycles), cutoff >= 0, cutoff.isFinite else {
            throw GeometryError(
                .outOfRange, "Pixels cannot be clipped so", got: "\(cycles) cycles, cutoff \(cutoff)",
                expected: "1 to \(Self.mostCycles) cycles, a cutoff of 0 or more standard deviations")
        }
        self.cycles = cycles
        self.cutoff = cutoff
    }

    /// cut × std; of a bin without spread nothing differs from its mean but by rounding.
    func farthest(count: Double, standardDeviation: Double) -> Double {
        let chauvenet = (2 * log(max(3, count) / (2 * Double.pi).squareRoot())).squareRoot()
        return max(cutoff, chauvenet) * standardDeviation
    }
}
