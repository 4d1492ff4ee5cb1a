import GRDB

extension CatalogueSchema {
    /// Works that a registry knows to cite a session or a selection of runs; those that cite a run stand with what was stated of the run.
    @Sendable static func createCitations(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE citation (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id),
                    session INTEGER REFERENCES session (id), collection INTEGER REFERENCES collection (id),
                    -- A DOI, in small letters.
                    work TEXT NOT NULL CHECK (work <> ''), found_at INTEGER NOT NULL, UNIQUE (session, work), UNIQUE (collection, work),
                    CHECK ((session IS NULL) <> (collection IS NULL))
                ) STRICT;
                """)
    }
}
