import Diagnostics

/// A reference in the style of the American Psychological Association, 7th edition, as plain text:
///
///     Author, A. B., & Author, C. (2028). Title (Version 1) [Data set]. Publisher. https://doi.org/10.5072/x
///
/// Titles keep their capitals: what is a name in them is not known here.
enum APA {
    static func reference(_ facts: CitationFacts) -> String {
        let details = [facts.number, facts.version.map { "Version \($0)" }, facts.frames(dash: "–")].compactMap(\.self).joined(
            separator: "; ")
        var parts = [
            ended(list(facts.authors.map(name))), "(\(facts.year)).",
            ended("\(facts.title)\(details.isEmpty ? "" : " (\(details))") [\(facts.medium)]"),
        ]
        // Not named twice (section 9.29).
        let isItsOwnPublisher = facts.authors.count == 1 && name(facts.authors[0]) == facts.publisher
        if !isItsOwnPublisher { parts.append(ended(facts.publisher)) }
        return (parts + [facts.address]).joined(separator: " ")
    }

    /// Up to 20 authors are all named; of more the first 19 and the last (section 9.8).
    private static func list(_ names: [String]) -> String {
        guard names.count > 1, let last = names.last else { return names.first ?? "" }
        guard names.count <= 20 else { return names.prefix(19).joined(separator: ", ") + ", … " + last }
        return names.dropLast().joined(separator: ", ") + ", & " + last
    }

    private static func name(_ author: CitationFacts.Author) -> String {
        switch author {
        case .organisation(let name): return name
        case .person(let family, let given):
            let initials = given.map(initials) ?? ""
            return initials.isEmpty ? family : "\(family), \(initials)"
        }
    }

    /// `J.-P. M.` of `Jean-Paul Marie`, `A. B.` of `A.B.`. Names in a script without capitals stay whole.
    private static func initials(_ given: String) -> String {
        given.split { $0 == " " || $0 == "." }.map { word in
            word.split(separator: "-").map { part in
                guard let first = part.first, first.isCased else { return String(part) }
                return "\(first)."
            }.joined(separator: "-")
        }.joined(separator: " ")
    }

    private static func ended(_ text: String) -> String { text.hasSuffix(".") ? text : text + "." }
}
