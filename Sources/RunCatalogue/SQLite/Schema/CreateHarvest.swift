import GRDB

extension CatalogueSchema {
    /// What harvesters are offered. Nothing in it is the truth about a record: it says when what everyone may know of it was last seen to have
    /// changed, and repeats what lists of it are chosen by.
    @Sendable static func createHarvest(_ db: Database) throws {
        try db.execute(
            sql: """
                -- kind: 0 a session, 1 a run. A row comes with the first day on which everyone may know of the record, and stays for ever.
                CREATE TABLE harvest (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id),
                    kind INTEGER NOT NULL CHECK (kind IN (0, 1)), record INTEGER NOT NULL,
                    -- The datestamp, UTC seconds.
                    stamp INTEGER NOT NULL,
                    -- HarvestStanding; of what was taken back, as it was before.
                    standing INTEGER NOT NULL, deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
                    instrument INTEGER REFERENCES instrument (id), technique INTEGER REFERENCES technique (id),
                    -- When time alone changes what is told, UTC seconds; 2^63 - 1: never.
                    turns INTEGER NOT NULL,
                    -- Digest of what everyone may know.
                    face BLOB NOT NULL CHECK (length(face) = 32), UNIQUE (kind, record)
                ) STRICT;
                CREATE INDEX harvest_by_stamp ON harvest (tenant, stamp, id);
                CREATE INDEX harvest_by_standing ON harvest (tenant, standing, stamp, id);
                CREATE INDEX harvest_by_instrument ON harvest (instrument, stamp, id) WHERE instrument IS NOT NULL;
                CREATE INDEX harvest_by_technique ON harvest (technique, stamp, id) WHERE technique IS NOT NULL;
                CREATE INDEX harvest_turning ON harvest (turns) WHERE turns < 9223372036854775807;
                -- What may have changed, and was not looked at yet.
                CREATE TABLE harvest_due (
                    kind INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (kind, record)
                ) STRICT, WITHOUT ROWID;
                -- One row: up to which change records were looked at, and the latest datestamp.
                CREATE TABLE harvest_state (
                    id INTEGER PRIMARY KEY CHECK (id = 1), change INTEGER NOT NULL, stamp INTEGER NOT NULL
                ) STRICT;
                INSERT INTO harvest_state SELECT 1, last, 0 FROM change_counter;
                INSERT INTO harvest_due SELECT 1, id FROM run;
                INSERT INTO harvest_due SELECT 0, session FROM clock WHERE session IS NOT NULL;
                """)
    }
}
