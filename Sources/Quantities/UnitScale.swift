/// How many SI units one unit is: `mantissa × 10^exponent`.
///
/// The power of ten is kept apart so that 172 µm becomes the double nearest to 0.000172 m, and 12.4 keV is 12400 eV exactly:
/// powers of ten up to 10^22 are exact doubles, their reciprocals are not, so a negative power divides.
struct UnitScale: Hashable, Sendable {
    var mantissa: Double
    var exponent: Int

    static let one = UnitScale(mantissa: 1, exponent: 0)

    static func * (left: UnitScale, right: UnitScale) -> UnitScale {
        UnitScale(mantissa: left.mantissa * right.mantissa, exponent: left.exponent + right.exponent)
    }

    static func / (left: UnitScale, right: UnitScale) -> UnitScale {
        UnitScale(mantissa: left.mantissa / right.mantissa, exponent: left.exponent - right.exponent)
    }

    func raised(to power: Int) -> UnitScale {
        var result = UnitScale.one
        for _ in 0..<power.magnitude { result = power > 0 ? result * self : result / self }
        return result
    }

    /// `value` of this scale, in units of scale one.
    func apply(to value: Double) -> Double {
        var result = value * mantissa
        var left = exponent
        while left != 0 {
            let step = min(left.magnitude, 22)
            let power = Self.exactPowers[Int(step)]
            result = left > 0 ? result * power : result / power
            left -= left > 0 ? Int(step) : -Int(step)
        }
        return result
    }

    private static let exactPowers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
        1e21, 1e22,
    ]
}
