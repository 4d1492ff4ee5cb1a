import GRDB

extension CatalogueSchema {
    /// What somebody has said of how runs stand to others, and to things elsewhere.
    @Sendable static func createStatedRelations(_ db: Database) throws {
        try db.execute(
            sql: """
                -- word: RelationWord. target: a run's identifier, whether the catalogue has it or not, or a DOI. One that was taken back stays as
                -- a row: its number is never given to another one.
                CREATE TABLE stated_relation (
                    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, word TEXT NOT NULL,
                    target TEXT NOT NULL, person INTEGER REFERENCES person (id), at_ns INTEGER NOT NULL, removed_at_ns INTEGER
                ) STRICT;
                CREATE INDEX stated_relation_of_run ON stated_relation (run, id) WHERE removed_at_ns IS NULL;
                CREATE INDEX stated_relation_by_target ON stated_relation (target, run) WHERE removed_at_ns IS NULL;
                """)
    }
}
