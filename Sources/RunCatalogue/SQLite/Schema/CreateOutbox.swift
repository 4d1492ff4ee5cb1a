import GRDB

extension CatalogueSchema {
    /// What is to be told to the outside world, and who is doing what alone.
    @Sendable static func createOutbox(_ db: Database) throws {
        try db.execute(
            sql: """
                -- AUTOINCREMENT: a number is never used twice, so a receiver can tell a repetition.
                CREATE TABLE outbox (
                    id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL REFERENCES tenant (id), run INTEGER,
                    change INTEGER NOT NULL, topic TEXT NOT NULL, payload TEXT NOT NULL, due_at INTEGER NOT NULL,
                    attempts INTEGER NOT NULL DEFAULT 0, delivered_at INTEGER, last_error TEXT
                ) STRICT;
                -- What is to be sent next; delivered messages cost the index nothing.
                CREATE INDEX outbox_due ON outbox (due_at, id) WHERE delivered_at IS NULL;
                -- token grows with each new holder: what an old holder still sends is told from it.
                CREATE TABLE lease (
                    name TEXT PRIMARY KEY, holder TEXT NOT NULL, expires_at INTEGER NOT NULL, token INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                """)
    }
}
