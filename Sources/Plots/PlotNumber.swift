/// Numbers as a person reads them at an axis.
enum PlotNumber {
    /// A tick of a logarithmic axis: powers of ten beyond 0.001 and 10,000.
    static func logarithmic(_ value: Double) -> String {
        guard value.isFinite, value > 0 else { return "" }
        let exponent = Self.exponent(of: value)
        if (-3...4).contains(exponent) { return fixed(value, decimals: max(0, -exponent)) }
        return scientific(value, exponent, digits: 0)
    }

    /// The power of ten of the first digit.
    static func exponent(of value: Double) -> Int {
        var exponent = 0
        var rest = value.magnitude
        guard rest > 0, rest.isFinite else { return 0 }
        // By steps, since the logarithm of 1000 need not be 3.
        while rest >= 10 * (1 - 1e-9) {
            rest /= 10
            exponent += 1
        }
        while rest < 1 - 1e-9 {
            rest *= 10
            exponent -= 1
        }
        return exponent
    }

    static func power(_ exponent: Int) -> Double {
        var power = 1.0
        for _ in 0..<exponent.magnitude { power *= 10 }
        return exponent < 0 ? 1 / power : power
    }

    static func scientific(_ value: Double, _ exponent: Int, digits: Int) -> String {
        // Two steps, so that the smallest numbers do not become infinite.
        let half = exponent / 2
        let mantissa = fixed(value / power(half) / power(exponent - half), decimals: min(digits, 6))
        let ten = "10" + superscript(exponent)
        return mantissa == "1" ? ten : mantissa == "-1" || mantissa == "−1" ? "−" + ten : mantissa + "·" + ten
    }

    static func superscript(_ exponent: Int) -> String {
        let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        return (exponent < 0 ? "⁻" : "") + String("\(exponent.magnitude)".compactMap { $0.wholeNumberValue.map { digits[$0] } })
    }

    static func fixed(_ value: Double, decimals: Int) -> String {
        let scale = power(min(decimals, 12))
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let digits = String(Int(scaled))
        let sign = value < 0 && scaled > 0 ? "−" : ""
        guard decimals > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }
}
