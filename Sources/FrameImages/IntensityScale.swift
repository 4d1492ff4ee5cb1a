#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// Values to steps of the colour map, on a logarithmic scale that also has a place for zero: `log(1 + (v - low) / bend)`.
struct IntensityScale: Sendable, Equatable {
    let low: Float
    let high: Float
    /// Below `low + bend` the scale is nearly linear, above it logarithmic.
    let bend: Float

    /// From the values of a picture; NaN is left out.
    ///
    /// The low end is the 1st percentile, the high end the 99.9th (a few hot pixels must not darken everything) but never less than a
    /// tenth of the way from there to the maximum on the logarithmic scale. The bend is one and a half times the distance of a typical
    /// pixel from the low end, so that the noise of a weak background stays dark.
    init(of values: [Float]) {
        let sorted = Self.sample(of: values).sorted()
        guard let first = sorted.first, let last = values.lazy.filter(\.isFinite).max() else {
            self.init(low: 0, high: 1, bend: 1)
            return
        }
        func quantile(_ part: Double) -> Float { sorted[Int((Double(sorted.count - 1) * part).rounded())] }
        let low = last > 0 && first >= 0 ? min(quantile(0.01), quantile(0.5) / 2) : quantile(0.01)
        let range = last - low
        guard range > 0 else {
            self.init(low: low, high: low + 1, bend: 1)
            return
        }
        // A weak picture is zero at its median: its mean (without the brightest hundredth) is not. One that is zero almost
        // everywhere has neither; then the upper end of what is not quite rare, then the range.
        let median = quantile(0.5) - low
        let common = sorted.prefix(max(1, sorted.count * 99 / 100))
        let mean = common.reduce(0) { $0 + ($1 - low) / Float(common.count) }
        let upper = quantile(0.999) - low
        let typical = max(median, mean)
        let bend = typical > 0 ? 1.5 * typical : upper > 0 ? upper / 10 : range / 2000
        let high = low + max(upper, bend * 2)
        let stretched = low + bend * (pow(1 + (high - low) / bend, 0.9) * pow(1 + range / bend, 0.1) - 1)
        self.init(low: low, high: min(last, stretched), bend: bend)
    }

    /// Every so-manieth value, at most 65,536: sorting all would take longer than drawing, and the ends of the scale need no more.
    /// The step is odd, so that it does not stay in the same columns of a picture whose rows are even.
    private static func sample(of values: [Float]) -> [Float] {
        let step = values.count <= 65_536 ? 1 : (values.count / 65_536 + 1) | 1
        return stride(from: 0, to: values.count, by: step).lazy.map { values[$0] }.filter(\.isFinite)
    }

    init(low: Float, high: Float, bend: Float) {
        self.low = low
        self.high = high
        self.bend = bend
    }

    /// A place of ``ColourMap/palette`` for each value: 0 to 254, and 255 for NaN.
    func places(of values: [Float]) -> [UInt8] {
        let top = Float(ColourMap.stepCount - 1)
        let factor = top / log1p((high - low) / bend)
        return values.map { value in
            guard value.isFinite else { return value == .infinity ? UInt8(top) : ColourMap.maskedPlace }
            let place = log1p(max(0, value - low) / bend) * factor
            return UInt8(min(top, place.rounded()))
        }
    }
}
