import GRDB

extension CatalogueSchema {
    /// What happened to each record, never changed and never cut: triggers refuse it to every program that comes by SQL in good faith, and
    /// the chain of digests shows what was done in bad faith.
    @Sendable static func createHistory(_ db: Database) throws {
        try db.execute(
            sql: """
                -- kind: 'run' so far; record: the number of the record in its table.
                CREATE TABLE event (
                    kind TEXT NOT NULL, record INTEGER NOT NULL, number INTEGER NOT NULL, action TEXT NOT NULL, at_ns INTEGER NOT NULL,
                    person INTEGER REFERENCES person (id), detail TEXT,
                    state_digest BLOB NOT NULL CHECK (length(state_digest) = 32),
                    previous BLOB NOT NULL CHECK (length(previous) IN (0, 32)),
                    digest BLOB NOT NULL CHECK (length(digest) = 32),
                    PRIMARY KEY (kind, record, number)
                ) STRICT, WITHOUT ROWID;
                CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
                    BEGIN SELECT RAISE (ABORT, 'a history is not changed'); END;
                CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event
                    BEGIN SELECT RAISE (ABORT, 'a history is not cut'); END;
                -- A day's digest over all heads, signed; it leaves the machine.
                CREATE TABLE checkpoint (
                    day TEXT PRIMARY KEY, change INTEGER NOT NULL, digest BLOB NOT NULL CHECK (length(digest) = 32), key TEXT NOT NULL,
                    signature BLOB NOT NULL
                ) STRICT;
                """)
    }
}
