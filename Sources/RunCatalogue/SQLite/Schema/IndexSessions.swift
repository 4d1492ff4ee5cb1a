import GRDB

extension CatalogueSchema {
    /// Sessions by their identifiers: every page asks whether its identifier is a session's.
    @Sendable static func indexSessions(_ db: Database) throws {
        try db.execute(sql: "CREATE INDEX session_by_pid ON session (pid, tenant) WHERE pid IS NOT NULL")
    }
}
