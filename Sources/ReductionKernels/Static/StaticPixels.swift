import Diagnostics
import ScatteringGeometry

/// What is the same in all frames of each pixel.
struct StaticPixels: Sendable {
    let count: Int
    private let factors: PixelFactors?
    private let dark: [Double]?
    private let darkVariance: [Double]?

    /// - Throws: `shapeMismatch` for an array of another size.
    init(_ count: Int, _ factors: PixelFactors?, _ dark: [Double]?, _ darkVariance: [Double]?) throws(GeometryError) {
        for (name, values) in [
            ("normalisation", factors?.count), ("dark frame", dark?.count), ("variance of the dark frame", darkVariance?.count),
        ] {
            guard let values, values != count else { continue }
            throw GeometryError(
                .shapeMismatch, "The \(name) has another size than the detector", got: "\(values) values", expected: "\(count)")
        }
        self.count = count
        self.factors = factors
        self.dark = dark
        self.darkVariance = darkVariance
    }

    /// The values: computed here, if they were not before.
    var values: Values {
        Values(count: count, normalisation: factors?.values, dark: dark, darkVariance: darkVariance)
    }

    struct Values {
        let count: Int
        let normalisation: [Double]?
        let dark: [Double]?
        let darkVariance: [Double]?
    }
}

extension StaticPixels.Values {
    /// Which pixels have numbers that a count can be corrected with, `[slow, fast]`.
    var isMeasurement: [Bool] {
        (0..<count).map { pixel in
            let norm = normalisation?[pixel] ?? 1
            return norm > 0 && norm.isFinite && (dark?[pixel] ?? 0).isFinite && (darkVariance?[pixel] ?? 0).isFinite
        }
    }

    /// A pixel's share of the static sums: of the dark in `signal`, of its variance in `variance`.
    @inline(__always)
    func add(_ pixel: Int, share: Double, sign: Double, to sums: inout BinSums, _ bin: Int) {
        let norm = normalisation?[pixel] ?? 1
        let square = sign * share * share
        sums.add(
            signal: sign * share * (dark?[pixel] ?? 0), norm: sign * share * norm, norm2: square * norm * norm,
            variance: square * (darkVariance?[pixel] ?? 0), count: sign * share, to: bin)
    }
}
