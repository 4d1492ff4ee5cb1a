import Diagnostics

/// What a user typed, as a question to the search index (https://www.sqlite.org/fts5.html#full_text_query_syntax).
enum SearchText {
    static let longest = 400
    static let mostWords = 20

    /// Each word in quotation marks, where nothing is syntax but the mark itself, which is doubled; and as the beginning of a word. Nil when
    /// there is no letter and no digit to look for: that finds nothing, never everything.
    /// - Throws: `badRequest` for a text that is too long.
    static func words(_ text: String) throws(CatalogueError) -> String? {
        try parts(text).map { $0.map { quotedTerm($0) + "*" }.joined(separator: " AND ") }
    }

    /// The same question, put so that it is answered soonest.
    static func words(_ text: String, _ terms: SearchTerms) throws -> String? {
        try parts(text).map { parts in
            try parts.map { part in
                guard let words = try terms.words(beginningWith: part), !words.isEmpty else { return quotedTerm(part) + "*" }
                return "(\(words.map(quotedTerm).joined(separator: " OR ")))"
            }.joined(separator: " AND ")
        }
    }

    private static func parts(_ text: String) throws(CatalogueError) -> [Substring]? {
        let printable = try checked(text)
        let words = printable.split(whereSeparator: \.isWhitespace).filter { $0.contains { $0.isLetter || $0.isNumber } }
        guard words.count <= mostWords else {
            throw CatalogueError(
                .badRequest, "Too many words to look for", got: "\(words.count)", expected: "at most \(mostWords)")
        }
        guard !words.isEmpty else { return nil }
        return words
    }

    /// A piece of text, wherever it stands.
    /// - Throws: `badRequest` for one that is too long, or shorter than the three letters that the index knows.
    static func fragment(_ text: String) throws(CatalogueError) -> String {
        let printable = try checked(text)
        guard printable.unicodeScalars.count >= 3 else {
            throw CatalogueError(
                .badRequest, "This piece of text is too short to look for", got: quoted(printable),
                expected: "at least 3 letters",
                remedy: "Look for the beginning of a word instead")
        }
        return quotedTerm(printable)
    }

    private static func quotedTerm(_ text: some StringProtocol) -> String {
        "\"" + text.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }

    private static func checked(_ text: String) throws(CatalogueError) -> String {
        guard text.utf8.count <= longest else {
            throw CatalogueError(
                .badRequest, "The text to look for is too long", got: "\(text.utf8.count) bytes", expected: "at most \(longest)")
        }
        return text.printable
    }
}
