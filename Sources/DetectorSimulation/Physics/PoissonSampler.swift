#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Numbers of photons for an expected number.
///
/// Below 10 by inversion (Devroye, Non-Uniform Random Variate Generation, 1986, X.3.3), from 10 by transformed rejection
/// (PTRS: Hörmann, Insurance: Mathematics and Economics 12 (1993) 39, doi:10.1016/0167-6687(93)90997-4).
enum PoissonSampler {
    private static let inversionLimit = 10.0

    /// exp(-expectation): what ``draw(_:none:_:)`` wants.
    static func none(_ expectation: Float) -> Float { Float(exp(-Double(expectation))) }

    /// - Parameter expectation: 0 or more; what is not a number, or negative, counts as 0.
    static func draw(_ expectation: Double, _ random: inout CounterGenerator) -> Int64 {
        guard expectation > 0 else { return 0 }
        return expectation < inversionLimit
            ? inverted(expectation, none: exp(-expectation), &random) : rejected(expectation, &random)
    }

    /// The same with `exp(-expectation)` known beforehand: the inner loop over the pixels of a weak background has no exponential.
    @inline(__always)
    static func draw(_ expectation: Float, none: Float, _ random: inout CounterGenerator) -> Int64 {
        guard expectation < Float(inversionLimit) else { return rejected(Double(expectation), &random) }
        return inverted(Double(expectation), none: Double(none), &random)
    }

    @inline(__always)
    private static func inverted(_ expectation: Double, none: Double, _ random: inout CounterGenerator) -> Int64 {
        var left = random.uniform() - none
        guard left >= 0 else { return 0 }
        var probability = none
        var count = 0.0
        // With an expectation below 10 the probability of 200 is below 1e-170: a uniform number that rounding keeps above the sum ends there.
        while left >= 0, count < 200 {
            count += 1
            probability *= expectation / count
            left -= probability
        }
        return Int64(count)
    }

    private static func rejected(_ expectation: Double, _ random: inout CounterGenerator) -> Int64 {
        let logarithm = log(expectation)
        let b = 0.931 + 2.53 * expectation.squareRoot()
        let a = -0.059 + 0.02483 * b
        let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
        let vr = 0.9277 - 3.6224 / (b - 2)
        while true {
            let u = random.uniform() - 0.5
            let v = 1 - random.uniform()
            let us = 0.5 - abs(u)
            let k = ((2 * a / us + b) * u + expectation + 0.43).rounded(.down)
            if us >= 0.07, v <= vr { return Int64(k) }
            if k < 0 || (us < 0.013 && v > us) { continue }
            if log(v) + log(inverseAlpha) - log(a / (us * us) + b) <= k * logarithm - expectation - logFactorial(k) {
                return Int64(k)
            }
        }
    }

    /// ln k!: a table's worth of products for small k, Stirling's series (error below 1e-10) above.
    private static func logFactorial(_ k: Double) -> Double {
        if k < 10 {
            var product = 1.0
            var factor = 2.0
            while factor <= k {
                product *= factor
                factor += 1
            }
            return log(product)
        }
        let n = k + 1
        let square = 1 / (n * n)
        return (n - 0.5) * log(n) - n + 0.5 * log(2 * Double.pi) + (1 / 12.0 - (1 / 360.0 - square / 1260) * square) / n
    }
}
