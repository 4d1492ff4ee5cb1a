import GRDB

extension CatalogueSchema {
    /// What programs that catalogue say, and for which there was no place: names of which a run is not a link, facts of proposals and samples in the
    /// words of who sent them, times of files.
    @Sendable static func createStatedTexts(_ db: Database) throws {
        try db.execute(
            sql: """
                -- Runs by a name that was stated of them.
                CREATE INDEX described_text_by_name ON described_text (field, text);
                -- field: StatedFacts.Field. Of one that may name persons the texts are in no digest, so that they can be erased.
                CREATE TABLE proposal_text (
                    proposal INTEGER NOT NULL REFERENCES proposal (id) ON DELETE CASCADE, field TEXT NOT NULL CHECK (field <> ''),
                    text TEXT NOT NULL, PRIMARY KEY (proposal, field)
                ) STRICT, WITHOUT ROWID;
                -- Who was said to own it: in no digest, so that it can be erased.
                ALTER TABLE sample ADD COLUMN owner TEXT;
                -- When a file was changed last, as it was told.
                ALTER TABLE file ADD COLUMN changed_ns INTEGER;
                """)
    }
}
