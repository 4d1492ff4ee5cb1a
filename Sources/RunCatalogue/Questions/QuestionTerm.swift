import Diagnostics

/// One term of a question as it was typed: a word, or a key and a value with a colon between them.
struct QuestionTerm {
    /// A piece without its quotation marks and backslashes.
    struct Piece {
        var text = ""
        var isQuoted = false
    }

    /// Where the term begins, in characters from 1.
    let column: Int
    /// As it was typed.
    let source: String
    /// Nil for a word.
    let key: Piece?
    let value: Piece

    /// - Throws: `badRequest`, with this term's place in the question.
    func refused(
        _ what: String, got: String? = nil, expected: String? = nil, remedy: String? = nil, cause: (any Error)? = nil
    ) -> CatalogueError {
        Self.refused(column, what, got: got ?? quoted(source), expected: expected, remedy: remedy, cause: cause)
    }

    static func refused(
        _ column: Int, _ what: String, got: String? = nil, expected: String? = nil, remedy: String? = nil,
        cause: (any Error)? = nil
    ) -> CatalogueError {
        CatalogueError(
            .badRequest, what, at: "column \(column) of the question", got: got, expected: expected, remedy: remedy, cause: cause)
    }
}

/// Cuts a question into its terms.
///
///     question = { blank | term }
///     term     = [ piece ":" ] piece
///     piece    = '"' { any sign but '"' and '\' | escape } '"'  |  { any sign but blank, '"' and '\' | escape }
///     escape   = '\' ( '"' | '\' | ':' | blank )
///
/// The first colon that is neither quoted nor escaped ends the key; the ones behind it belong to the value.
struct QuestionScanner {
    static let longest = 2000
    static let mostTerms = 60

    private let signs: [Character]
    private var place = 0

    /// - Throws: `badRequest` for a text that is too long.
    init(_ text: String) throws(CatalogueError) {
        guard text.utf8.count <= Self.longest else {
            throw CatalogueError(
                .badRequest, "The question is too long", got: "\(text.utf8.count) bytes", expected: "at most \(Self.longest)")
        }
        signs = Array(text)
    }

    /// - Throws: `badRequest` for a quotation mark without its partner, a backslash before a sign that needs none, too many terms.
    mutating func terms() throws(CatalogueError) -> [QuestionTerm] {
        var terms: [QuestionTerm] = []
        while true {
            while place < signs.count, signs[place].isWhitespace { place += 1 }
            guard place < signs.count else { return terms }
            guard terms.count < Self.mostTerms else {
                throw QuestionTerm.refused(place + 1, "The question has too many terms", expected: "at most \(Self.mostTerms)")
            }
            let begin = place
            var key: QuestionTerm.Piece?
            var value = try piece(endsAtColon: true)
            if place < signs.count, signs[place] == ":" {
                place += 1
                key = value
                value = try piece(endsAtColon: false)
            }
            terms.append(QuestionTerm(column: begin + 1, source: String(signs[begin..<place]), key: key, value: value))
        }
    }

    private mutating func piece(endsAtColon: Bool) throws(CatalogueError) -> QuestionTerm.Piece {
        guard place < signs.count else { return QuestionTerm.Piece() }
        if "“”„«»".contains(signs[place]) {
            throw QuestionTerm.refused(
                place + 1, "This quotation mark means nothing here", got: quoted(String(signs[place])), expected: "\"")
        }
        return signs[place] == "\"" ? try quotedPiece(endsAtColon) : try plainPiece(endsAtColon)
    }

    private mutating func quotedPiece(_ endsAtColon: Bool) throws(CatalogueError) -> QuestionTerm.Piece {
        let begin = place
        place += 1
        var text = ""
        while place < signs.count, signs[place] != "\"" { text.append(try sign()) }
        guard place < signs.count else {
            throw QuestionTerm.refused(
                begin + 1, "A quotation mark is not closed", got: quoted(String(signs[begin...])),
                expected: "another \" behind it",
                remedy: "Write \\\" for the sign itself")
        }
        place += 1
        guard place == signs.count || signs[place].isWhitespace || endsAtColon && signs[place] == ":" else {
            throw QuestionTerm.refused(
                place + 1, "Text right behind a quotation mark", got: quoted(String(signs[begin...place])), expected: "a blank",
                remedy: "Write \\\" for a quotation mark within")
        }
        return QuestionTerm.Piece(text: text, isQuoted: true)
    }

    private mutating func plainPiece(_ endsAtColon: Bool) throws(CatalogueError) -> QuestionTerm.Piece {
        var text = ""
        while place < signs.count, !signs[place].isWhitespace, !(endsAtColon && signs[place] == ":") {
            if signs[place] == "\"" {
                throw QuestionTerm.refused(
                    place + 1, "A quotation mark within a word", expected: "one before the word and one behind it",
                    remedy: "Write \\\" for the sign itself")
            }
            text.append(try sign())
        }
        return QuestionTerm.Piece(text: text)
    }

    /// The next sign, or the one that a backslash stands before.
    private mutating func sign() throws(CatalogueError) -> Character {
        defer { place += 1 }
        if signs[place] == "\\" {
            place += 1
            guard place < signs.count, "\"\\:".contains(signs[place]) || signs[place].isWhitespace else {
                throw QuestionTerm.refused(
                    place, "A backslash before a sign that needs none",
                    got: quoted("\\" + (place < signs.count ? String(signs[place]) : "")),
                    expected: "\\\" or \\\\ or \\: or a blank behind it", remedy: "Write \\\\ for a backslash")
            }
        }
        guard !signs[place].unicodeScalars.contains(where: \.isControl) || signs[place].isWhitespace else {
            throw QuestionTerm.refused(place + 1, "A control character in the question", expected: "text")
        }
        return signs[place]
    }
}
