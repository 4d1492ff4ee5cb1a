import GRDB

extension CatalogueSchema {
    /// The clocks that results open with which have none of their own: of several sessions, or of runs without a session.
    @Sendable static func createFollowing(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE followed_clock (
                    clock INTEGER NOT NULL REFERENCES clock (id), run INTEGER NOT NULL REFERENCES run (id), PRIMARY KEY (clock, run)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX followed_by_run ON followed_clock (run, clock);
                CREATE TRIGGER followed_clock_is_not_changed BEFORE UPDATE ON followed_clock
                    BEGIN SELECT RAISE (ABORT, 'what a result opens with is not changed'); END;
                CREATE TRIGGER followed_clock_is_not_deleted BEFORE DELETE ON followed_clock
                    BEGIN SELECT RAISE (ABORT, 'what a result opens with is not changed'); END;
                """)
    }
}
