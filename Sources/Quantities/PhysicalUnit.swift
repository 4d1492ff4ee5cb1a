import Diagnostics

/// A unit of measure: its text as it was written, what it measures, and its size in SI units.
public struct PhysicalUnit: Sendable {
    /// As written by whoever gave it; `symbol` of a unit made here is the one NeXus files use.
    public let symbol: String
    public let dimension: PhysicalDimension
    let scale: UnitScale
    /// What is added, in SI units, after scaling: 273.15 for degrees Celsius, else 0.
    let offset: Double

    init(symbol: String, dimension: PhysicalDimension, scale: UnitScale, offset: Double = 0) {
        self.symbol = symbol
        self.dimension = dimension
        self.scale = scale
        self.offset = offset
    }

    /// Reads a unit text: `mm`, `1/angstrom`, `Å⁻¹`, `photons/s`, `m s^-2` (grammar: `UnitText`).
    /// - Throws: `unknownUnit` with the nearest known name, or `malformed`.
    public init(_ text: String) throws(QuantityError) {
        self = try UnitText.parse(text)
    }

    /// Converts a number of this unit to another unit of the same dimension.
    /// - Throws: `wrongDimension`, naming both.
    public func convert(_ value: Double, to target: PhysicalUnit) throws(QuantityError) -> Double {
        guard dimension == target.dimension else {
            throw QuantityError(
                .wrongDimension, "'\(symbol)' cannot be converted to '\(target.symbol)'", got: "a unit of \(dimension)",
                expected: "a unit of \(target.dimension)")
        }
        return convertUnchecked(value, to: target)
    }

    /// A number of this unit in the coherent SI unit of its dimension: 10 keV and 10 000 eV are the same number of joules, but for the
    /// last bit of rounding.
    public func siValue(of number: Double) -> Double { scale.apply(to: number) + offset }

    /// As `convert`, for units whose dimensions were compared before.
    func convertUnchecked(_ value: Double, to target: PhysicalUnit) -> Double {
        if offset == 0, target.offset == 0 { return (scale / target.scale).apply(to: value) }
        let inSI = scale.apply(to: value) + offset
        return (UnitScale.one / target.scale).apply(to: inSI - target.offset)
    }
}

extension PhysicalUnit: Hashable {
    /// Units are equal when they measure the same in the same size, however they are spelled: `um` is `µm`.
    public static func == (left: PhysicalUnit, right: PhysicalUnit) -> Bool {
        left.dimension == right.dimension && left.scale == right.scale && left.offset == right.offset
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(dimension)
        hasher.combine(scale)
    }
}

extension PhysicalUnit {
    private static func ten(_ symbol: String, _ dimension: PhysicalDimension, _ exponent: Int) -> PhysicalUnit {
        PhysicalUnit(symbol: symbol, dimension: dimension, scale: UnitScale(mantissa: 1, exponent: exponent))
    }

    // The units the program itself computes in; every other one comes from text.
    public static let metre = ten("m", .length, 0)
    public static let millimetre = ten("mm", .length, -3)
    public static let micrometre = ten("um", .length, -6)
    public static let nanometre = ten("nm", .length, -9)
    public static let angstrom = ten("angstrom", .length, -10)
    public static let perAngstrom = ten("1/angstrom", .reciprocalLength, 10)
    public static let second = ten("s", .time, 0)
    public static let perSecond = ten("1/s", .rate, 0)
    public static let kelvin = ten("K", .temperature, 0)
    public static let celsius = PhysicalUnit(symbol: "degC", dimension: .temperature, scale: .one, offset: 273.15)
    public static let pixel = ten("pixel", .pixel, 0)
    public static let pascal = ten("Pa", .pressure, 0)
    public static let ampere = ten("A", .current, 0)
    public static let radian = ten("rad", .angle, 0)
    public static let degree = PhysicalUnit(
        symbol: "deg", dimension: .angle, scale: UnitScale(mantissa: .pi / 180, exponent: 0))
    public static let electronvolt = PhysicalUnit(
        symbol: "eV", dimension: .energy, scale: UnitScale(mantissa: 1.602176634, exponent: -19))
    public static let kiloelectronvolt = PhysicalUnit(
        symbol: "keV", dimension: .energy, scale: UnitScale(mantissa: 1.602176634, exponent: -16))
    public static let dimensionless = ten("", .none, 0)
}
