import EmbargoClock
import TestCatalogue
import Testing
import TestStore

/// The walked catalogue has a word of its own in every private column, so that a column which is forgotten is seen.
@Suite struct ColumnWalkTests {
    @Test func everyColumnIsKnownAndEveryPrivateOneHasItsWord() async throws {
        let walk = try await Walk(.pending, isSession: true, access: .everyone, isServed: true)
        let columns = Set(try walk.test.store.texts(WalkedColumn.schema).compactMap(\.first))
        #expect(columns.subtracting(WalkedColumn.all.keys) == [], "columns without a word: say in WalkedColumn what stands there")
        #expect(Set(WalkedColumn.all.keys).subtracting(columns) == [], "columns that are no more")
        for (column, content) in WalkedColumn.all {
            guard case .words(let words, _) = content, let dot = column.firstIndex(of: ".") else { continue }
            let (table, name) = (column[..<dot], column[column.index(after: dot)...])
            for word in words {
                let found = try walk.test.store.texts(
                    "SELECT count(*) FROM \(table) WHERE instr(CAST(\(name) AS TEXT), '\(word)') > 0")
                #expect(found != [["0"]], "'\(word)' does not stand in \(column)")
            }
        }
    }

    /// Drawn identifiers have neither i, l, o nor u: they spell no word of a walk by chance. Numbers are looked for as a whole.
    @Test func wordsAreDistinct() {
        let words = WalkedColumn.audiences.keys.filter { $0.hasPrefix("zq") }
        for (word, other) in words.flatMap({ word in words.map { (word, $0) } }) where word != other && other.hasPrefix(word) {
            #expect(WalkedColumn.audiences[word] == WalkedColumn.audiences[other], "\(word) is found in \(other)")
        }
    }
}
