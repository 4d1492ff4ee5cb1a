import Diagnostics

/// The grammar of unit texts, as found in NeXus files, control systems and beamline files:
///
///     unit    = product { "/" product }
///     product = factor { ("*" | "·" | "." | space) factor }
///     factor  = ( name | "1" ) [ [ "^" | "**" ] integer | superscripts ]
///
/// `1/angstrom`, `Å⁻¹`, `angstrom^-1`, `photons/s`, `m s-2`. Everything after a `/` up to the next one is divided by.
enum UnitText {
    /// Longest unit text that is looked at; the longest sensible one has some 30 letters.
    static let maximumLength = 80

    static func parse(_ text: String) throws(QuantityError) -> PhysicalUnit {
        let trimmed = text.drop(while: \.isWhitespace)
        guard trimmed.utf8.count <= maximumLength else {
            throw QuantityError(
                .malformed, "The unit text is too long", got: "\(trimmed.utf8.count) bytes",
                expected: "at most \(maximumLength)")
        }
        guard !trimmed.isEmpty else { return .dimensionless }
        var dimension = PhysicalDimension.none
        var scale = UnitScale.one
        var offset = 0.0
        var factors = 0
        for (place, part) in trimmed.split(separator: "/", omittingEmptySubsequences: false).enumerated() {
            let sign = place == 0 ? 1 : -1
            let spaced = part.replacingStars()
            let names = spaced.split(whereSeparator: { $0.isWhitespace || $0 == "*" || $0 == "·" || $0 == "." || $0 == "⋅" })
            guard !names.isEmpty else {
                throw QuantityError(
                    .malformed, "The unit '\(text)' cannot be read", got: "nothing beside '/'",
                    expected: "a unit such as mm, keV, 1/angstrom")
            }
            for name in names {
                let factor = try factor(String(name), in: text)
                dimension = dimension * factor.entry.dimension.raised(to: sign * factor.power)
                scale = scale * factor.entry.scale.raised(to: sign * factor.power)
                offset = factor.entry.offset
                factors += 1
            }
        }
        // A temperature difference per something has no zero point.
        return PhysicalUnit(
            symbol: String(trimmed), dimension: dimension, scale: scale, offset: factors == 1 ? offset : 0)
    }

    private static func factor(
        _ text: String, in whole: String
    ) throws(QuantityError) -> (entry: UnitTable.Entry, power: Int) {
        // A whole name may end in a digit only as "1".
        if let entry = UnitTable.entry(text) { return (entry, 1) }
        let (name, power) = try split(text, in: whole)
        guard let entry = UnitTable.entry(name) else {
            throw QuantityError(
                .unknownUnit, "The unit '\(name)' is not known", at: name == whole ? nil : "in '\(whole)'",
                remedy: NearestName.suggestion(for: name, among: UnitTable.proposals)
                    ?? "Write an SI unit with or without prefix, eV, Å or angstrom, deg, px, bar")
        }
        return (entry, power)
    }

    private static let superscripts: [Character: Character] = [
        "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁻": "-", "⁺": "+",
    ]

    /// `angstrom^-1`, `m2`, `Å⁻¹` into name and power.
    private static func split(_ text: String, in whole: String) throws(QuantityError) -> (name: String, power: Int) {
        let plain = String(text.map { superscripts[$0] ?? $0 })
        let tail = plain.reversed().prefix { $0.isASCII && $0.isNumber || $0 == "-" || $0 == "+" }
        var name = plain.dropLast(tail.count)
        let digits = String(tail.reversed())
        if name.last == "^" {
            name.removeLast()
        } else if digits.isEmpty {
            return (String(name), 1)
        }
        guard let power = Int(digits), (-9...9).contains(power), power != 0 else {
            throw QuantityError(
                .malformed, "The unit '\(whole)' cannot be read", got: "'\(digits)' as a power",
                expected: "an integer from -9 to 9, not 0")
        }
        return (String(name), power)
    }
}

extension Substring {
    /// `**` of Fortran and Python becomes `^`; a lone `*` stays a product.
    fileprivate func replacingStars() -> String {
        var result = ""
        var rest = self
        while let character = rest.popFirst() {
            if character == "*", rest.first == "*" {
                rest.removeFirst()
                result.append("^")
            } else {
                result.append(character)
            }
        }
        return result
    }
}
