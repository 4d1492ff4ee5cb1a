import Diagnostics

/// What kind of quantity a number is, and the unit it is kept in.
public protocol QuantityKind: Sendable {
    /// The word of messages: "wavelength".
    static var name: String { get }
    /// The unit values are kept in: the field's own, so that what is written in it stays exact.
    static var unit: PhysicalUnit { get }
    /// What the quantity can be, in `unit`.
    static var range: ClosedRange<Double> { get }
    /// A hint when a unit of another dimension was given.
    static func remedy(value: Double, unit: PhysicalUnit) -> String?
}

extension QuantityKind {
    public static var range: ClosedRange<Double> { -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude }
    public static func remedy(value: Double, unit: PhysicalUnit) -> String? { nil }
}

/// A number that cannot lose its unit: it is made from a number and a unit, and read back by naming a unit.
///
/// `Length`, `Wavelength`, `PhotonEnergy`, `Angle` and the others are this type with their kind (Kinds.swift).
public struct Measured<Kind: QuantityKind>: Hashable, Sendable {
    /// In `Kind.unit`; named reads (`metres`, `angstrom`) are built on it.
    let value: Double

    /// For values whose unit is known to the compiler and whose number is known to be finite and in range.
    init(unchecked value: Double) { self.value = value }

    /// - Throws: `wrongDimension` when the unit measures something else, `outOfRange` when the number is not finite or impossible.
    public init(_ number: Double, _ unit: PhysicalUnit) throws(QuantityError) {
        guard unit.dimension == Kind.unit.dimension else {
            throw QuantityError(
                .wrongDimension, "A \(Kind.name) cannot be given in '\(unit.symbol)'",
                got: "\(Self.text(number, unit.symbol)), which is \(Self.article(unit.dimension))",
                expected: "a unit of \(Kind.unit.dimension), such as \(Kind.unit.symbol)",
                remedy: Kind.remedy(value: number, unit: unit))
        }
        let value = unit.convertUnchecked(number, to: Kind.unit)
        guard number.isFinite, value.isFinite, Kind.range.contains(value) else {
            let range = Kind.range
            let bounds =
                range.upperBound == .greatestFiniteMagnitude
                ? "at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw QuantityError(
                .outOfRange, "This cannot be a \(Kind.name)", got: Self.text(number, unit.symbol),
                expected: "a finite number, \(bounds) \(Kind.unit.symbol)")
        }
        self.value = value
    }

    /// Reads `number unit`: `12.4 keV`, `0.172mm`, `1.5e13 photons/s`.
    ///
    /// A number without a unit is refused unless the quantity is a plain number.
    public init(_ text: String) throws(QuantityError) {
        let parsed = try QuantityText.parse(text, of: Kind.name, such: Kind.unit.symbol)
        if parsed.unit.dimension == .none, parsed.unit.symbol.isEmpty, Kind.unit.dimension != .none {
            throw QuantityError(
                .malformed, "The \(Kind.name) has no unit", got: "'\(text)'",
                expected: "a number and a unit of \(Kind.unit.dimension)", remedy: "Write, for one, '\(text) \(Kind.unit.symbol)'"
            )
        }
        let ratio = parsed.unit.scale / Kind.unit.scale
        if parsed.unit.dimension == Kind.unit.dimension, ratio.mantissa == 1, parsed.unit.offset == 0,
            let exact = QuantityText.shifted(parsed.digits, by: ratio.exponent), exact.isFinite
        {
            try self.init(exact, Kind.unit)
        } else {
            try self.init(parsed.number, parsed.unit)
        }
    }

    /// The number in another unit.
    /// - Throws: `wrongDimension`.
    public func value(in unit: PhysicalUnit) throws(QuantityError) -> Double {
        try Kind.unit.convert(value, to: unit)
    }

    private static func text(_ number: Double, _ symbol: String) -> String { "\(number) \(symbol)" }

    private static func article(_ dimension: PhysicalDimension) -> String {
        dimension == .none ? "a plain number" : "a unit of \(dimension)"
    }
}

extension Measured: Comparable {
    public static func < (left: Measured, right: Measured) -> Bool { left.value < right.value }
}

extension Measured: CustomStringConvertible {
    public var description: String { "\(value) \(Kind.unit.symbol)" }
}

extension Measured: Codable {
    private enum Keys: String, CodingKey { case value, unit }

    /// `{"value": 0.9184, "unit": "angstrom"}`
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(value, forKey: .value)
        try container.encode(Kind.unit.symbol, forKey: .unit)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let unit = try PhysicalUnit(container.decode(String.self, forKey: .unit))
        try self.init(container.decode(Double.self, forKey: .value), unit)
    }
}
