import GRDB

extension CatalogueSchema {
    /// Whatever a list of runs is walked by says whether a run is raw or derived: a list by kind then reads no row of what it passes over. And
    /// derived runs, which are few among the raw ones, have walks of their own.
    @Sendable static func indexKinds(_ db: Database) throws {
        try db.execute(
            sql: """
                DROP INDEX run_by_opened;
                DROP INDEX run_by_access;
                DROP INDEX run_by_team;
                CREATE INDEX run_by_opened ON run (tenant, opened, id, closed_until, access, kind);
                CREATE INDEX run_by_access ON run (tenant, access, id, readers, opened, closed_until, kind);
                CREATE INDEX run_by_team ON run (team, id, readers, kind);
                CREATE INDEX derived_run ON run (tenant, id, readers, opened, closed_until, access, team, instrument)
                    WHERE kind = 'derived';
                """)
        for column in ["instrument", "technique", "proposal", "session", "sample"] {
            let others = column == "instrument" ? "team, tenant" : "team, instrument, tenant"
            try db.execute(
                sql: """
                    DROP INDEX run_by_\(column);
                    CREATE INDEX run_by_\(column) ON run (\(column), id, readers, opened, closed_until, access, \(others), kind);
                    """)
        }
        for column in ["instrument", "technique"] {
            let others = column == "instrument" ? "team, tenant" : "team, instrument, tenant"
            try db.execute(
                sql: """
                    CREATE INDEX derived_run_by_\(column) ON run (\(column), id, readers, opened, closed_until, access, \(others))
                        WHERE kind = 'derived';
                    """)
        }
    }
}
