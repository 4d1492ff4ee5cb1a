import GRDB

extension CatalogueSchema {
    /// The texts of runs, indexed twice: by words and their beginnings, and by every three letters for pieces of words.
    ///
    /// Both indexes hold no text of their own but refer to `run_text`, and both number their rows as the runs: newest first is backwards.
    /// Positions are kept: what a user writes without a blank (`P3-17`) is several words to the index, and found as their sequence.
    @Sendable static func createSearch(_ db: Database) throws {
        try db.execute(
            sql: """
                -- labels: name, title, sample. others: keywords, technique, proposal, session, instrument, texts among the values.
                CREATE TABLE run_text (
                    run INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE, labels TEXT NOT NULL, others TEXT NOT NULL
                ) STRICT;
                CREATE VIRTUAL TABLE words USING fts5 (
                    labels, others, content = 'run_text', content_rowid = 'run', tokenize = 'unicode61 remove_diacritics 2',
                    prefix = '3'
                );
                CREATE VIRTUAL TABLE fragments USING fts5 (
                    labels, content = 'run_text', content_rowid = 'run', tokenize = 'trigram'
                );
                """)
    }
}
