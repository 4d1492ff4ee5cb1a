import GRDB

extension CatalogueSchema {
    /// What the tables of version 008 and those of places lacked before anything was written into them: who did it and when, what a
    /// verification found, and the whole of what was said of an instrument, a sample, a collection.
    @Sendable static func createHoldings(_ db: Database) throws {
        try db.execute(
            sql: """
                -- A mark that was taken back stays as a row: its number is never given to another one.
                ALTER TABLE mark ADD COLUMN removed_at_ns INTEGER;
                -- digest: SHA-256 of the bytes, in hexadecimal digits.
                ALTER TABLE attachment ADD COLUMN digest TEXT;
                ALTER TABLE attachment ADD COLUMN person INTEGER REFERENCES person (id);
                ALTER TABLE attachment ADD COLUMN at_ns INTEGER;
                -- found: the digest of the last verification, also where it is not the one that was expected.
                ALTER TABLE replica ADD COLUMN found TEXT;
                -- PIDINST 1.0 as it was imported, a JSON text; the columns beside it are copies of what is searched.
                ALTER TABLE instrument ADD COLUMN document TEXT;
                CREATE UNIQUE INDEX instrument_by_pid ON instrument (tenant, pid) WHERE pid IS NOT NULL;
                ALTER TABLE sample ADD COLUMN document TEXT;
                ALTER TABLE sample ADD COLUMN registered_at INTEGER;
                CREATE UNIQUE INDEX sample_by_igsn ON sample (tenant, igsn) WHERE igsn IS NOT NULL;
                ALTER TABLE collection ADD COLUMN article TEXT;
                ALTER TABLE collection ADD COLUMN person INTEGER REFERENCES person (id);
                ALTER TABLE collection ADD COLUMN made_at INTEGER;
                -- In the order in which they were named.
                ALTER TABLE collection_member ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
                """)
    }
}
