import EmbargoClock
import GRDB

extension CatalogueSchema {
    /// Who reads what is open, and under which licence, stands in the chain of each clock: by the policy under which its data open. It is copied
    /// from there, as dates are, into what lists compare.
    @Sendable static func tellAudiences(_ db: Database) throws {
        try db.execute(
            sql: """
                ALTER TABLE clock ADD COLUMN for_registered INTEGER NOT NULL DEFAULT 0 CHECK (for_registered IN (0, 1));
                ALTER TABLE clock ADD COLUMN licence TEXT NOT NULL DEFAULT 'CC-BY-4.0';
                ALTER TABLE run ADD COLUMN for_registered INTEGER NOT NULL DEFAULT 0 CHECK (for_registered IN (0, 1));
                """)
        let chains = try HarvestChains(db)
        for clock in try Int64.fetchAll(db, sql: "SELECT id FROM clock") {
            let policy = try chains.record(clock).openingPolicy
            let isForRegistered = policy.access == .registered
            guard isForRegistered || policy.licence != "CC-BY-4.0" else { continue }
            try db.execute(
                sql: "UPDATE clock SET for_registered = ?, licence = ? WHERE id = ?",
                arguments: [isForRegistered, policy.licence, clock])
        }
        try db.execute(
            sql: """
                UPDATE run SET for_registered = 1 WHERE id IN (
                    SELECT run FROM clock WHERE for_registered = 1 AND run IS NOT NULL
                    UNION SELECT run.id FROM clock JOIN run ON run.session = clock.session
                        WHERE clock.for_registered = 1 AND NOT EXISTS (SELECT 1 FROM clock AS own WHERE own.run = run.id)
                    UNION SELECT followed_clock.run FROM followed_clock JOIN clock ON clock.id = followed_clock.clock
                        WHERE clock.for_registered = 1);
                DROP INDEX run_by_opened;
                CREATE INDEX run_by_opened ON run (tenant, opened, id, closed_until, access, kind, for_registered);
                CREATE INDEX run_for_registered ON run (for_registered) WHERE for_registered = 1;
                """)
    }
}
