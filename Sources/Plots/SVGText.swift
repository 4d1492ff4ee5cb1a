import Diagnostics

// Plots: curves and maps as SVG, for a glance and for a report. Numbers in, text out: no file is opened here, and no other program is needed.
// A plot never fails for what its numbers are: what cannot be drawn is said in words.

/// The pieces of an SVG document (W3C Scalable Vector Graphics 2).
enum SVGText {
    /// A text from outside, safe between tags and in attributes.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.printable {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default:
                // U+FFFE and U+FFFF are no characters of XML.
                result += character.unicodeScalars.contains { $0.value & 0xFFFE == 0xFFFE } ? " " : String(character)
            }
        }
        return result
    }

    /// A coordinate, to a hundredth of a pixel.
    static func number(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e7 else { return "0" }
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = (hundredths.magnitude / 100, hundredths.magnitude % 100)
        let sign = hundredths < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest % 10 == 0 ? rest / 10 : rest)"
    }

    /// Cut to so many characters, with a sign that it was.
    static func cut(_ text: String, _ length: Int) -> String { text.count > length ? text.prefix(length - 1) + "…" : text }
}
