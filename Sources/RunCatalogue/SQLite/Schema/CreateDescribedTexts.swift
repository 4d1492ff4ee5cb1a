import GRDB

extension CatalogueSchema {
    /// What was said of the persons of runs that were described: outside of the content that is digested, where it can be erased.
    @Sendable static func createDescribedTexts(_ db: Database) throws {
        try db.execute(
            sql: """
                -- field: DescribedPersons.Field.
                CREATE TABLE described_text (
                    run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, field TEXT NOT NULL CHECK (field <> ''),
                    position INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (run, field, position)
                ) STRICT, WITHOUT ROWID;
                """)
    }
}
