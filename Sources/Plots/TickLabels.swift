/// How the ticks of a linear axis are written: with a common power of ten or a common offset where they would be too long for their place.
struct TickLabels: Equatable {
    /// Subtracted from each value.
    private let offset: Double
    /// Power of ten that each label stands for.
    private let exponent: Int
    private let decimals: Int
    private let offsetDecimals: Int

    /// Digits from which on an offset is taken out.
    private static let longest = 5

    init(lower: Double, upper: Double, step: Double) {
        let largest = max(lower.magnitude, upper.magnitude)
        guard step > 0, step.isFinite, largest.isFinite else {
            (offset, exponent, decimals, offsetDecimals) = (0, 0, 0, 0)
            return
        }
        let stepExponent = PlotNumber.exponent(of: step)
        var rest = largest
        offsetDecimals = max(0, -stepExponent - 2)
        if PlotNumber.exponent(of: largest) - stepExponent >= Self.longest, lower > 0 || upper < 0 {
            // A round number next to the axis, a hundred steps wide.
            let round = PlotNumber.power(stepExponent + 2)
            offset = ((lower > 0 ? lower : upper) / round).rounded(.towardZero) * round
            rest = max((lower - offset).magnitude, (upper - offset).magnitude)
        } else {
            offset = 0
        }
        let size = PlotNumber.exponent(of: rest)
        exponent = (-3...4).contains(size) ? 0 : size
        decimals = max(0, exponent - stepExponent)
    }

    func text(_ value: Double) -> String {
        guard value.isFinite else { return "" }
        let half = exponent / 2
        return PlotNumber.fixed((value - offset) / PlotNumber.power(half) / PlotNumber.power(exponent - half), decimals: decimals)
    }

    var note: String {
        let factor = exponent == 0 ? "" : "×10" + PlotNumber.superscript(exponent)
        guard offset != 0 else { return factor }
        let size = PlotNumber.exponent(of: offset)
        let text =
            (-3...9).contains(size)
            ? PlotNumber.fixed(offset.magnitude, decimals: offsetDecimals)
            : PlotNumber.scientific(offset.magnitude, size, digits: 6)
        return (factor.isEmpty ? "" : factor + " ") + (offset < 0 ? "−" : "+") + text
    }
}
