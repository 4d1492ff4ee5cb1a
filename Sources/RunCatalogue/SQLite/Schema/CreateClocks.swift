import GRDB

extension CatalogueSchema {
    /// The chains of decisions from which all dates follow: of sessions, whose runs open in one piece, and of runs without a session.
    ///
    /// A chain is written by the embargo's state machine and read back through it; no statement here computes a date. What lists and the
    /// sweep compare (`access`, `closed_until`, `opened`) is copied from it in the same transaction, here and into the runs.
    @Sendable static func createClocks(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE clock (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id),
                    session INTEGER UNIQUE REFERENCES session (id), run INTEGER UNIQUE REFERENCES run (id),
                    access INTEGER NOT NULL, readers INTEGER NOT NULL, listed INTEGER NOT NULL, closed_until INTEGER NOT NULL,
                    opens_at INTEGER, opened INTEGER NOT NULL CHECK (opened IN (0, 1)),
                    -- The planned end of a session that is not closed: it closes by itself some days later.
                    closes_after INTEGER,
                    length INTEGER NOT NULL, head BLOB NOT NULL CHECK (length(head) = 32),
                    CHECK ((session IS NULL) <> (run IS NULL))
                ) STRICT;
                -- What the sweep asks.
                CREATE INDEX clock_due ON clock (closed_until, tenant) WHERE opened = 0 AND closed_until < 9223372036854775807;
                CREATE INDEX clock_closing ON clock (closes_after) WHERE closes_after IS NOT NULL;
                -- entry: a JSON text. (clock, number) is unique: no decision is taken twice, whenever a writer died.
                CREATE TABLE clock_entry (
                    clock INTEGER NOT NULL REFERENCES clock (id), number INTEGER NOT NULL, entry TEXT NOT NULL,
                    digest BLOB NOT NULL CHECK (length(digest) = 32), PRIMARY KEY (clock, number)
                ) STRICT, WITHOUT ROWID;
                CREATE TRIGGER clock_entry_is_not_changed BEFORE UPDATE ON clock_entry
                    BEGIN SELECT RAISE (ABORT, 'a chain of decisions is not changed'); END;
                CREATE TRIGGER clock_entry_is_not_deleted BEFORE DELETE ON clock_entry
                    BEGIN SELECT RAISE (ABORT, 'a chain of decisions is not cut'); END;
                -- What was told already, so that nobody is told twice.
                CREATE TABLE notice (
                    clock INTEGER NOT NULL REFERENCES clock (id), word TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (clock, word)
                ) STRICT, WITHOUT ROWID;
                -- Small texts of the catalogue itself, such as the last time that was trusted.
                CREATE TABLE setting (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
                """)
    }
}
