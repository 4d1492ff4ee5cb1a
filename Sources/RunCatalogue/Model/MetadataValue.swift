import Diagnostics
import Quantities

/// One metadata value of a run: a text, or a number in the unit it was measured in, beside its value in SI units.
public struct MetadataValue: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        case text(String)
        case number(Double, unit: String)
    }

    /// A path of names, such as `beam/incident_energy`.
    public let key: String
    public let content: Content
    /// In the coherent SI unit of its dimension; nil for a text.
    public let siValue: Double?
    /// What the unit measures, in the words of `PhysicalDimension`; nil for a text.
    public let dimension: String?

    static let longestKey = 200
    static let longestText = 4096

    /// A number with its unit; a plain number has the unit "".
    /// - Throws: `badRequest` for a number that is not finite, a unit that nobody knows, or a key that is empty or too long.
    public init(_ key: String, _ number: Double, unit: String) throws(CatalogueError) {
        let parsed: PhysicalUnit
        do {
            parsed = try PhysicalUnit(unit)
        } catch {
            throw CatalogueError(.badRequest, "The unit of a metadata value is not known", at: quoted(key), cause: error)
        }
        try self.init(key, number, parsed, written: unit)
    }

    /// - Parameter written: the unit, as it was written.
    init(_ key: String, _ number: Double, _ unit: PhysicalUnit, written: String) throws(CatalogueError) {
        try Self.check(key)
        let siValue = unit.siValue(of: number)
        guard number.isFinite, siValue.isFinite else {
            throw CatalogueError(
                .badRequest, "A metadata value is no finite number", at: quoted(key), got: "\(number) \(written)")
        }
        self.key = key
        // Adding zero makes -0 a plain 0: the database keeps no sign of zero.
        content = .number(number + 0, unit: written)
        self.siValue = siValue + 0
        dimension = "\(unit.dimension)"
    }

    /// A text.
    /// - Throws: `badRequest` for a text that is too long, or a key that is empty or too long.
    public init(_ key: String, text: String) throws(CatalogueError) {
        try Self.check(key)
        guard !text.utf8.contains(0) else {
            throw CatalogueError(.badRequest, "A metadata text has a NUL in it, which databases cut it at", at: quoted(key))
        }
        guard text.utf8.count <= Self.longestText else {
            throw CatalogueError(
                .badRequest, "A metadata text is too long", at: quoted(key), got: "\(text.utf8.count) bytes",
                expected: "at most \(Self.longestText)")
        }
        self.key = key
        content = .text(text)
        siValue = nil
        dimension = nil
    }

    fileprivate static func check(_ key: String) throws(CatalogueError) {
        guard !key.isEmpty, key.utf8.count <= longestKey, !key.unicodeScalars.contains(where: \.isControl) else {
            throw CatalogueError(
                .badRequest, "This cannot be the name of a metadata value", got: quoted(key),
                expected: "1 to \(longestKey) bytes without control characters")
        }
    }
}

/// Values of one key between two numbers, both ends included, in any unit: 10 keV finds 10 000 eV.
public struct NumericRange: Sendable, Hashable {
    public let key: String
    public let dimension: String
    /// In SI units, widened by what rounding between units can do.
    public let siRange: ClosedRange<Double>

    /// The conversion of a unit rounds at most a few times, each by 1.1e-16 of the value; this is a thousand times more, and a thousand
    /// times less than what instruments tell apart.
    static let slack = 1e-12

    /// - Throws: `badRequest` for a range upside down, a number that is none, or an unknown unit.
    public init(_ key: String, from low: Double, to high: Double, unit: String) throws(CatalogueError) {
        let lower = try MetadataValue(key, low, unit: unit)
        let upper = try MetadataValue(key, high, unit: unit)
        guard let from = lower.siValue, let to = upper.siValue, from <= to, let dimension = lower.dimension else {
            throw CatalogueError(
                .badRequest, "The range of a metadata value is upside down", at: quoted(key), got: "\(low) to \(high) \(unit)")
        }
        self.key = key
        self.dimension = dimension
        siRange = (from - from.magnitude * Self.slack)...(to + to.magnitude * Self.slack)
    }

    /// A range in any unit; nil is an open end.
    /// - Throws: `badRequest` for a range upside down, an end that is no number, or a key that is empty or too long.
    public init(_ key: String, _ unit: PhysicalUnit, from low: Double?, to high: Double?) throws(CatalogueError) {
        try self.init(key, dimension: unit.dimension, siFrom: low.map(unit.siValue), to: high.map(unit.siValue))
    }

    /// A range in SI units; nil is an open end.
    /// - Throws: `badRequest` for a range upside down, an end that is no number, or a key that is empty or too long.
    init(_ key: String, dimension: PhysicalDimension, siFrom low: Double?, to high: Double?) throws(CatalogueError) {
        try MetadataValue.check(key)
        let from = low.map { $0 - $0.magnitude * Self.slack } ?? -.greatestFiniteMagnitude
        let to = high.map { $0 + $0.magnitude * Self.slack } ?? .greatestFiniteMagnitude
        guard from <= to, from.isFinite, to.isFinite else {
            throw CatalogueError(
                .badRequest, "The range of a metadata value is upside down, or an end of it is no number", at: quoted(key),
                got: "\(from) to \(to)")
        }
        self.key = key
        self.dimension = "\(dimension)"
        siRange = from...to
    }
}
