import Diagnostics
import Identifiers

/// An entry of a BibTeX file.
enum BibTeX {
    static func entry(_ facts: CitationFacts) -> String {
        var fields: [(String, String)] = [
            ("author", facts.authors.map(author).joined(separator: " and ")),
            // Braces of its own: styles leave the capitals of the title alone.
            ("title", "{\(escaped(facts.title))}"),
            ("publisher", escaped(facts.publisher)), ("year", "\(facts.year)"), ("howpublished", escaped(facts.medium)),
        ]
        if let version = facts.version { fields.append(("version", escaped(version))) }
        if let frames = facts.frames(dash: "--") { fields.append(("note", frames)) }
        // Read as they are by hyperref, url and biblatex: not escaped.
        fields.append((facts.isResolved ? "doi" : "number", facts.doi.description))
        fields.append(("url", facts.address))
        let width = fields.map(\.0.count).max() ?? 0
        let lines = fields.map { name, value in
            "  \(name)\(String(repeating: " ", count: width - name.count)) = {\(value)},\n"
        }
        return "@misc{\(key(facts)),\n\(lines.joined())}\n"
    }

    /// The DOI, and the frames; of the signs that a DOI may have, those that BibTeX takes in a key.
    private static func key(_ facts: CitationFacts) -> String {
        let signs = Set("-./:_")
        let name = facts.doi.description.map { $0.isASCII && ($0.isLetter || $0.isNumber) || signs.contains($0) ? $0 : "_" }
        return String(name) + (facts.slice.map { ":\($0.frames.lowerBound)-\($0.frames.upperBound)" } ?? "")
    }

    private static func author(_ author: CitationFacts.Author) -> String {
        switch author {
        case .organisation(let name): return "{\(escaped(name))}"
        case .person(let family, nil):
            // Without a comma BibTeX takes the last word for the family name.
            return isPlain(family) && !family.contains(" ") ? escaped(family) : "{\(escaped(family))}"
        case .person(let family, let given?):
            return [family, given].map { isPlain($0) ? escaped($0) : "{\(escaped($0))}" }.joined(separator: ", ")
        }
    }

    /// Whether BibTeX would find neither a comma, nor the word that separates names, nor `and others` in it.
    private static func isPlain(_ name: String) -> Bool {
        !name.contains(",") && !name.lowercased().split(separator: " ").contains { $0 == "and" || $0 == "others" }
    }

    /// LaTeX's own signs as commands. A brace is never written as a brace, also not with a backslash: BibTeX counts those too.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\": result += "\\textbackslash{}"
            case "{": result += "\\textbraceleft{}"
            case "}": result += "\\textbraceright{}"
            case "^": result += "\\textasciicircum{}"
            case "~": result += "\\textasciitilde{}"
            case "<": result += "\\textless{}"
            case ">": result += "\\textgreater{}"
            case "|": result += "\\textbar{}"
            case "#", "$", "%", "&", "_": result += "\\\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
