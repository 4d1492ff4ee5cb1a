import Diagnostics
import Quantities

/// The range of numbers behind a key: `8..12keV`, `8000eV..12keV`, `8keV..`, `..12keV`, `10keV`.
///
/// An end without a unit has the unit of the other one. A single number means all that is written as it when rounded to the digits that
/// were typed: `10keV` is 9.5 to 10.5 keV, `10.0keV` 9.95 to 10.05 keV, `1e4eV` 5 000 to 15 000 eV.
struct QuestionRange {
    /// In the unit that was typed.
    private struct End {
        let number: Double
        let unit: PhysicalUnit
        /// Half of the last digit that was typed.
        let half: Double
    }

    private let term: QuestionTerm
    private let name: String
    private let known: RunValueKeys?
    private let low: End?
    private let high: End?

    /// Whether a text can only have been meant as a range or a number.
    static func isLikely(_ text: String) -> Bool {
        text.contains("..") || text.first.map { $0.isASCII && ($0.isNumber || "+-.".contains($0)) } == true
    }

    static func read(_ term: QuestionTerm, _ name: String, _ known: RunValueKeys?) throws(CatalogueError) -> NumericRange {
        try QuestionRange(term, name, known).range()
    }

    private init(_ term: QuestionTerm, _ name: String, _ known: RunValueKeys?) throws(CatalogueError) {
        self.term = term
        self.name = name
        self.known = known
        let text = term.value.text
        guard !text.isEmpty else {
            throw term.refused(
                "The key '\(name.printable)' has no value", expected: Self.form(known),
                remedy: "Write it without a blank behind the colon")
        }
        let parts = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            let end = try Self.end(text, term, name, known)
            low = End(number: end.number - end.half, unit: end.unit, half: 0)
            high = End(number: end.number + end.half, unit: end.unit, half: 0)
            return
        }
        guard !parts[1].hasPrefix("."), !parts[1].contains("..") else {
            throw term.refused("More than one '..' in a range, or three dots", expected: Self.form(known))
        }
        let ends = try (
            Self.isBlank(parts[0]) ? nil : Self.end(parts[0], term, name, known),
            Self.isBlank(parts[1]) ? nil : Self.end(parts[1], term, name, known)
        )
        guard ends.0 != nil || ends.1 != nil else { throw term.refused("A range without ends", expected: Self.form(known)) }
        low = ends.0.map { Self.unitTaken($0, from: ends.1) }
        high = ends.1.map { Self.unitTaken($0, from: ends.0) }
    }

    private static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

    private static func unitTaken(_ end: End, from other: End?) -> End {
        guard end.unit.symbol.isEmpty, let other else { return end }
        return End(number: end.number, unit: other.unit, half: end.half)
    }

    private static func form(_ known: RunValueKeys?) -> String {
        let unit = known.map { $0 == .energy ? "keV" : $0.unit.symbol } ?? "keV"
        return "LOW..HIGH with a unit, such as 8..12\(unit), 8\(unit).., ..12\(unit), or one number such as 10\(unit)"
    }

    private static func end(
        _ text: String, _ term: QuestionTerm, _ name: String, _ known: RunValueKeys?
    ) throws(CatalogueError) -> End {
        do throws(QuantityError) {
            let parsed = try QuantityText.parse(text, of: name.printable, such: known?.unit.symbol ?? "keV")
            guard parsed.number.isFinite, let half = halfDigit(parsed.digits) else {
                throw QuantityError(.outOfRange, "The number is too large", got: quoted(text), expected: "a number below 1e308")
            }
            return End(number: parsed.number, unit: parsed.unit, half: half)
        } catch {
            throw term.refused(
                "The number of '\(name.printable)' cannot be read", got: quoted(text), expected: form(known),
                remedy: error.remedy, cause: error)
        }
    }

    /// Half of the last digit of a decimal number: 0.5 of `10`, 0.005 of `10.00`, 500 of `1e3`.
    private static func halfDigit(_ digits: String) -> Double? {
        let parts = digits.lowercased().split(separator: "e", maxSplits: 1)
        guard let mantissa = parts.first, let exponent = parts.count == 2 ? Int(parts[1]) : 0, exponent.magnitude < 1000 else {
            return nil
        }
        let decimals = mantissa.firstIndex(of: ".").map { mantissa.distance(from: $0, to: mantissa.endIndex) - 1 } ?? 0
        return Double("5e\(exponent - decimals - 1)")
    }

    private func range() throws(CatalogueError) -> NumericRange {
        guard let unit = (high ?? low)?.unit else { throw term.refused("A range without ends", expected: Self.form(known)) }
        try checkDimension(unit)
        if let low, low.unit.dimension != unit.dimension {
            throw term.refused(
                "The ends of a range are of different kinds", got: "'\(low.unit.symbol)' and '\(unit.symbol)'",
                expected: "two units of \(known?.unit.dimension ?? unit.dimension)")
        }
        let from = low.map { $0.unit.siValue(of: $0.number) }
        let to = high.map { $0.unit.siValue(of: $0.number) }
        guard from?.isFinite ?? true, to?.isFinite ?? true else { throw term.refused("The number is too large") }
        if let from, let to, from > to {
            throw term.refused("A range upside down", expected: "the lower end first", remedy: "Exchange its ends")
        }
        guard known != .wavelength else { return try energies() }
        return try NumericRange(known?.key ?? name, dimension: unit.dimension, siFrom: from, to: to)
    }

    /// - Throws: `badRequest` for a unit that measures something else than the value of this name, or for none where one is needed.
    private func checkDimension(_ unit: PhysicalUnit) throws(CatalogueError) {
        guard let known, known.unit.dimension != unit.dimension else { return }
        let kind = "a unit of \(known.unit.dimension)"
        guard !unit.symbol.isEmpty else {
            throw term.refused(
                "The \(known.shortName) has no unit", expected: kind,
                remedy:
                    "Write the unit right behind the number, such as \(known.shortName):\(term.value.text)\(known.unit.symbol)")
        }
        throw term.refused(
            "The \(known.shortName) cannot be given in '\(unit.symbol)'", got: "a unit of \(unit.dimension)", expected: kind,
            remedy: remedy(known, unit))
    }

    /// Energy and wavelength are asked for in each other's units, and 'A' is meant to be ångström.
    private func remedy(_ known: RunValueKeys, _ unit: PhysicalUnit) -> String? {
        switch (known, unit.dimension) {
        case (.energy, .length): "Ask for wavelength:\(term.value.text)"
        case (.wavelength, .energy): "Ask for energy:\(term.value.text)"
        case (_, .current) where known.unit.dimension == .length: "'A' is the ampere; write Å or angstrom"
        default: nil
        }
    }

    /// The photon energies of a range of wavelengths: the longest wave has the least energy. An end at or below zero is open.
    private func energies() throws(CatalogueError) -> NumericRange {
        let least = try high.map { (end) throws(CatalogueError) in try energy(of: end) }
        let most = try low.map { (end) throws(CatalogueError) in end.number > 0 ? try energy(of: end) : nil } ?? nil
        return try NumericRange(RunValueKeys.energy.key, dimension: .energy, siFrom: least, to: most)
    }

    /// Of a photon, in joules.
    private func energy(of end: End) throws(CatalogueError) -> Double {
        do throws(QuantityError) {
            return PhysicalUnit.electronvolt.siValue(of: try Wavelength(end.number, end.unit).photonEnergy.electronvolts)
        } catch {
            throw term.refused("This cannot be a wavelength", remedy: error.remedy, cause: error)
        }
    }
}
