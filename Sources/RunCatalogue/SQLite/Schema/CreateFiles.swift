import GRDB

extension CatalogueSchema {
    /// Files and where their copies lie.
    ///
    /// The key of a file is (run, position): the rows of a run stand together, and page n of a million is as near as page 0. `file_by_path`
    /// finds the file a reader asks for, and keeps a path from standing twice in a run.
    @Sendable static func createFiles(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE file (
                    run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE, position INTEGER NOT NULL, path TEXT NOT NULL,
                    role TEXT NOT NULL, bytes INTEGER NOT NULL, digest TEXT, PRIMARY KEY (run, position)
                ) STRICT, WITHOUT ROWID;
                CREATE UNIQUE INDEX file_by_path ON file (run, path);
                CREATE TABLE store (
                    id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL REFERENCES tenant (id), name TEXT NOT NULL, UNIQUE (tenant, name)
                ) STRICT;
                CREATE TABLE replica (
                    run INTEGER NOT NULL, position INTEGER NOT NULL, store INTEGER NOT NULL REFERENCES store (id), path TEXT NOT NULL,
                    state TEXT NOT NULL, verified_at INTEGER,
                    PRIMARY KEY (run, position, store),
                    FOREIGN KEY (run, position) REFERENCES file (run, position) ON DELETE CASCADE
                ) STRICT, WITHOUT ROWID;
                -- Copies to be looked at again, the longest unverified first.
                CREATE INDEX replica_by_verification ON replica (store, state, verified_at);
                """)
    }
}
