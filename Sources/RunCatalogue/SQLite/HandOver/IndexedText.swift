import GRDB

/// The texts by which a run is found, on their way into the indexes of words and fragments.
///
/// The indexes gather what comes in one transaction in memory, and write it down as soon as another statement could have to be taken back, or a run
/// comes that is older than the one before: each time a piece of index of its own, which is merged later. So all runs of a transaction go into them
/// one after the other, in their order, at its end.
struct IndexedText {
    let run: Int64
    let labels: String
    let others: String

    static func index(_ texts: [IndexedText], _ db: Database) throws {
        let ordered = texts.sorted { $0.run < $1.run }
        let words = try RepeatedStatement(db, "INSERT INTO words (rowid, labels, others) VALUES (?, ?, ?)")
        for text in ordered {
            try words.bind(1, text.run)
            try words.bind(2, text.labels)
            try words.bind(3, text.others)
            try words.run()
        }
        let fragments = try RepeatedStatement(db, "INSERT INTO fragments (rowid, labels) VALUES (?, ?)")
        for text in ordered {
            try fragments.bind(1, text.run)
            try fragments.bind(2, text.labels)
            try fragments.run()
        }
    }
}

extension RunWriter {
    /// Brings the indexes up to what was written: at the end of the transaction.
    mutating func index() throws {
        try IndexedText.index(unindexed, db)
        unindexed = []
    }
}
