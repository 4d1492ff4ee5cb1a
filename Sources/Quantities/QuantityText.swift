import Diagnostics

/// Reads `number unit` texts; the unit may follow without a space.
package enum QuantityText {
    static let maximumLength = 160

    /// The number, its unit (`dimensionless` where none is written), and the digits as they were typed.
    package static func parse(
        _ text: String, of name: String, such symbol: String
    ) throws(QuantityError) -> (number: Double, unit: PhysicalUnit, digits: String) {
        guard text.utf8.count <= maximumLength else {
            throw QuantityError(
                .malformed, "The text of a \(name) is too long", got: "\(text.utf8.count) bytes",
                expected: "at most \(maximumLength)")
        }
        let trimmed = text.drop(while: \.isWhitespace)
        let digits = numberPrefix(of: trimmed)
        guard let number = Double(digits) else {
            throw QuantityError(
                .malformed, "The \(name) is not a number with a unit", got: "'\(text)'", expected: "for one '1.5 \(symbol)'")
        }
        let rest = trimmed.dropFirst(digits.count).drop(while: \.isWhitespace)
        var unit = String(rest)
        while unit.last?.isWhitespace == true { unit.removeLast() }
        return (number, try PhysicalUnit(unit), String(digits))
    }

    /// `digits × 10^shift`, rounded once: 0.172 mm is the double nearest to 0.000172 m, which 0.172 / 1000 is not.
    static func shifted(_ digits: String, by shift: Int) -> Double? {
        let parts = digits.lowercased().split(separator: "e", maxSplits: 1)
        guard let mantissa = parts.first, let exponent = parts.count == 2 ? Int(parts[1]) : 0, exponent.magnitude < 1000 else {
            return nil
        }
        return Double("\(mantissa)e\(exponent + shift)")
    }

    /// The longest prefix that is a decimal number. `e` belongs to it only with digits behind it: `5 eV` and `5eV` both work.
    private static func numberPrefix(of text: Substring) -> Substring {
        var end = text.startIndex
        var scan = text.startIndex
        func skipDigits() {
            while scan < text.endIndex, text[scan].isASCII, text[scan].isNumber { scan = text.index(after: scan) }
        }
        if scan < text.endIndex, text[scan] == "-" || text[scan] == "+" { scan = text.index(after: scan) }
        skipDigits()
        if scan < text.endIndex, text[scan] == "." {
            scan = text.index(after: scan)
            skipDigits()
        }
        end = scan
        if scan < text.endIndex, text[scan] == "e" || text[scan] == "E" {
            scan = text.index(after: scan)
            if scan < text.endIndex, text[scan] == "-" || text[scan] == "+" { scan = text.index(after: scan) }
            let digitsBegin = scan
            skipDigits()
            if scan > digitsBegin { end = scan }
        }
        return text[..<end]
    }
}
