import GRDB

extension CatalogueSchema {
    /// Whatever a list of runs is walked by carries the state of access as well: a list by state (`state:held`) then reads a row of the table
    /// for what it shows, and not for what it passes over.
    @Sendable static func indexStates(_ db: Database) throws {
        try db.execute(
            sql: """
                DROP INDEX run_by_opened;
                DROP INDEX run_by_access;
                CREATE INDEX run_by_opened ON run (tenant, opened, id, closed_until, access);
                CREATE INDEX run_by_access ON run (tenant, access, id, readers, opened, closed_until);
                """)
        for column in ["instrument", "technique", "proposal", "session", "sample"] {
            let others = column == "instrument" ? "team, tenant" : "team, instrument, tenant"
            try db.execute(
                sql: """
                    DROP INDEX run_by_\(column);
                    CREATE INDEX run_by_\(column) ON run (\(column), id, readers, opened, closed_until, access, \(others));
                    """)
        }
    }
}
