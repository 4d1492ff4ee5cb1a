import GRDB

extension CatalogueSchema {
    /// What the outside world was told, and when each record is looked at again for something to tell.
    @Sendable static func createDeliveries(_ db: Database) throws {
        try db.execute(
            sql: """
                -- What a registry was told last. A run stands here when somebody has asked for it, a session when it was told of first.
                CREATE TABLE registration (
                    tenant INTEGER NOT NULL REFERENCES tenant (id), pid TEXT NOT NULL CHECK (pid <> ''),
                    run INTEGER UNIQUE REFERENCES run (id), asked_at INTEGER NOT NULL,
                    -- RegistryWord; NULL before the first time.
                    state TEXT, told_at INTEGER, PRIMARY KEY (tenant, pid), CHECK ((state IS NULL) = (told_at IS NULL))
                ) STRICT, WITHOUT ROWID;
                -- When a notice may be due by time alone. 0: at the next sweep, as for all that an earlier version wrote; 2^63 - 1: never.
                ALTER TABLE clock ADD COLUMN tell_at INTEGER NOT NULL DEFAULT 0;
                CREATE INDEX clock_to_tell ON clock (tell_at, tenant) WHERE tell_at < 9223372036854775807;
                """)
    }
}
