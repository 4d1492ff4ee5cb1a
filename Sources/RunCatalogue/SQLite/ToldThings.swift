import Diagnostics
import GRDB
import Identifiers

extension SQLiteCatalogue {
    public func registeredRuns(
        telling thing: ToldThing, tenant: String, limit: Int
    ) async throws(CatalogueError) -> [RunIdentifier] {
        try Self.check(limit, 1...1_000_000, "registered runs")
        return try await reading { db in
            guard let number = try Self.tenantNumber(tenant, db),
                let condition = try Self.condition(thing, tenant: number, db)
            else { return [] }
            return try String.fetchAll(
                db.cachedStatement(
                    // Few runs are registered: the walk begins with the registrations.
                    sql: """
                        SELECT registration.pid FROM registration
                        WHERE registration.tenant = ? AND registration.run IS NOT NULL AND \(condition.sql)
                        ORDER BY registration.pid LIMIT ?
                        """), arguments: [number] + condition.arguments + [limit]
            ).map(RunRows.identifier)
        }
    }

    /// nil for what the catalogue does not know.
    private static func condition(
        _ thing: ToldThing, tenant: Int64, _ db: Database
    ) throws -> (sql: String, arguments: StatementArguments)? {
        let made = "SELECT 1 FROM derivation INDEXED BY derivation_by_input"
        let said = "SELECT 1 FROM stated_relation INDEXED BY stated_relation_by_target"
        switch thing {
        case .results(let owner):
            guard let head = try ClockRows.head(of: owner, tenant: tenant, db) else { return nil }
            let opens = """
                CROSS JOIN clock ON clock.id = ? AND (run.id = clock.run OR run.session = clock.session
                    OR EXISTS (SELECT 1 FROM followed_clock WHERE followed_clock.clock = clock.id AND followed_clock.run = run.id))
                """
            return (
                """
                (EXISTS (\(made) CROSS JOIN run ON run.id = derivation.run \(opens) WHERE input_pid = registration.pid)
                    OR EXISTS (\(said) CROSS JOIN run ON run.id = stated_relation.run \(opens)
                        WHERE target = registration.pid AND removed_at_ns IS NULL))
                """, [head.clock, head.clock]
            )
        case .result(let pid):
            let run = "SELECT id FROM run INDEXED BY run_by_pid WHERE pid = ? AND tenant = ?"
            return (
                """
                (EXISTS (\(made) WHERE input_pid = registration.pid AND derivation.run = (\(run)))
                    OR EXISTS (\(said) WHERE target = registration.pid AND removed_at_ns IS NULL AND stated_relation.run = (\(run))))
                """, [pid.description, tenant, pid.description, tenant]
            )
        case .collection(let pid):
            return (
                """
                EXISTS (SELECT 1 FROM collection_member WHERE collection_member.run = registration.run
                    AND collection = (SELECT id FROM collection WHERE tenant = ? AND pid = ?))
                """, [tenant, pid.description]
            )
        case .plans(let proposal):
            return (
                """
                EXISTS (SELECT 1 FROM run JOIN proposal ON proposal.id = run.proposal
                    WHERE run.id = registration.run AND proposal.name = ?)
                """, [proposal]
            )
        }
    }
}
