import GRDB

/// The words of the search index, as far as they begin with what somebody typed.
///
/// A question for the beginning of a word makes the index gather all runs of all words that begin so before it gives the first one: 15 ms for
/// a word of 300,000 runs. Where few words begin so, the question names them, and is walked from its newest run on.
struct SearchTerms {
    private let db: Database
    /// More are asked for by their beginning.
    static let mostNamed = 16

    init(_ db: Database) { self.db = db }

    /// - Parameter beginning: plain letters and digits: of any other text only the index's own tokenizer says what its words are.
    /// - Returns: nil where there are many, or the text is not plain.
    func words(beginningWith beginning: some StringProtocol) throws -> [String]? {
        guard !beginning.isEmpty,
            beginning.utf8.allSatisfy({ byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            })
        else { return nil }
        let start = beginning.lowercased()
        // The words of the index come in the order of their bytes; what follows a word begins after the word and the least byte that can be in one.
        let next = try db.cachedStatement(sql: "SELECT term FROM search_word WHERE term >= ? LIMIT 1")
        var words: [String] = []
        var from = start
        while let word = try String.fetchOne(next, arguments: [from]), word.utf8.starts(with: start.utf8) {
            guard words.count < Self.mostNamed else { return nil }
            words.append(word)
            from = word + "\u{1}"
        }
        return words
    }
}
