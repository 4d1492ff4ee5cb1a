import GRDB

extension CatalogueSchema {
    /// What stands beside a run: attachments, keep and drop marks on its parts, collections, downloads.
    @Sendable static func createAttachments(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE attachment (
                    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, name TEXT NOT NULL,
                    media_type TEXT NOT NULL, caption TEXT, bytes BLOB NOT NULL, UNIQUE (run, name)
                ) STRICT;
                -- A part of a run that is to be kept or dropped: frames from first to last, both included.
                CREATE TABLE mark (
                    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, word TEXT NOT NULL,
                    first_frame INTEGER NOT NULL, last_frame INTEGER NOT NULL CHECK (last_frame >= first_frame), reason TEXT,
                    person INTEGER REFERENCES person (id), at_ns INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX mark_of_run ON mark (run, first_frame);
                -- A selection of runs under one identifier, for a paper.
                CREATE TABLE collection (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), pid TEXT NOT NULL, title TEXT NOT NULL,
                    UNIQUE (tenant, pid)
                ) STRICT;
                CREATE TABLE collection_member (
                    collection INTEGER NOT NULL REFERENCES collection (id) ON DELETE CASCADE,
                    run INTEGER NOT NULL REFERENCES run (id), PRIMARY KEY (collection, run)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX collection_of_run ON collection_member (run);
                CREATE TABLE download_count (
                    run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, day TEXT NOT NULL, downloads INTEGER NOT NULL,
                    bytes INTEGER NOT NULL, PRIMARY KEY (run, day)
                ) STRICT, WITHOUT ROWID;
                -- derived data: what a run was made from.
                CREATE TABLE derivation (
                    run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, input_pid TEXT NOT NULL, PRIMARY KEY (run, input_pid)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX derivation_by_input ON derivation (input_pid);
                """)
    }
}
