import GRDB

extension CatalogueSchema {
    /// Other names of runs, and identifiers that were given out before their runs came.
    @Sendable static func createIdentifiers(_ db: Database) throws {
        try db.execute(
            sql: """
                -- scheme: AlternateIdentifier.Scheme. Two runs may have been sealed under one name; a name elsewhere is one run's.
                CREATE TABLE alternate_identifier (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), run INTEGER NOT NULL REFERENCES run (id)
                    ON DELETE CASCADE, scheme TEXT NOT NULL, text TEXT NOT NULL CHECK (text <> '')
                ) STRICT;
                CREATE INDEX alternate_identifier_by_text ON alternate_identifier (text, tenant, scheme);
                CREATE UNIQUE INDEX alternate_identifier_of_run ON alternate_identifier (run, scheme, text);
                CREATE UNIQUE INDEX alternate_identifier_elsewhere ON alternate_identifier (tenant, scheme, text) WHERE scheme <> 'sealed';

                -- A row stays when the run has come, or nobody waits for it any more: the identifier is never given out again.
                CREATE TABLE reservation (
                    pid TEXT NOT NULL CHECK (pid <> ''), tenant INTEGER NOT NULL REFERENCES tenant (id), holder TEXT NOT NULL,
                    at_ns INTEGER NOT NULL, lapses_ns INTEGER NOT NULL, PRIMARY KEY (pid, tenant)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX reservation_by_lapse ON reservation (tenant, lapses_ns);
                """)
    }
}
