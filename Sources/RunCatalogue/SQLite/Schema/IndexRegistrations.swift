import GRDB

extension CatalogueSchema {
    /// Registered runs by their sessions: a session's public record names them, and of the thousands of runs that a session may have few are
    /// registered. The session of a run never changes.
    @Sendable static func indexRegistrations(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE registration ADD COLUMN session INTEGER REFERENCES session (id);
                UPDATE registration SET session = (SELECT session FROM run WHERE run.id = registration.run) WHERE run IS NOT NULL;
                CREATE INDEX registration_by_session ON registration (session, pid, run) WHERE session IS NOT NULL;
                """)
    }
}
