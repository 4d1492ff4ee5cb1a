import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func askRegistration(
        of pid: RunIdentifier, event: EventDraft, outbox: [OutboxDraft], tenant: String
    ) async throws(CatalogueError) -> Bool {
        try await writing { db in
            let run = try RunRows.position(of: pid, scope: .everything(tenant: tenant), db)
            let select =
                "SELECT \(RunMover.columns), access, closed_until, opens_at, readers, listed, for_registered, clock, opened FROM run WHERE id = ?"
            guard let row = try Row.fetchOne(db.cachedStatement(sql: select), arguments: [run]) else {
                throw RunRows.notFound(pid)
            }
            let number: Int64 = row["tenant"]
            let known = "SELECT 1 FROM registration WHERE tenant = ? AND run = ?"
            guard try Int64.fetchOne(db.cachedStatement(sql: known), arguments: [number, run]) == nil else { return false }
            try db.run(
                "INSERT INTO registration (tenant, pid, run, session, asked_at) VALUES (?1, ?2, ?3, (SELECT session FROM run WHERE id = ?3), ?4)",
                number, pid.description, run, event.at.unixSeconds)
            // Its access stays; its history and its change number go on.
            let access = try RunRows.access(row, at: "run \(pid)")
            let change = try RunMover(db: db, tenantName: tenant, access: access, opened: row["opened"], event: event).move(row)
            try insertMessages(db, outbox, tenant: number, run: run, change: change, at: event.at)
            return true
        }
    }

    public func registration(
        of pid: RunIdentifier, scope: ReaderScope
    ) async throws(CatalogueError) -> RegisteredIdentifier? {
        try await lookingUp { db in
            let access = try AccessCondition(scope, db).condition
            let run = try Int64.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT run.id FROM run INDEXED BY run_by_pid
                        WHERE run.pid = ? AND run.tenant = (SELECT id FROM tenant WHERE name = ?) AND (run.listed = 1 OR (\(access.sql)))
                        """), arguments: [pid.description, scope.tenant] + access.arguments)
            guard let run else { throw RunRows.notFound(pid) }
            return try Row.fetchOne(db.cachedStatement(sql: "\(Self.registrationColumns) WHERE run = ?"), arguments: [run]).map(
                Self.registration)
        }
    }

    public func registration(
        ofSession pid: PersistentIdentifier, tenant: String
    ) async throws(CatalogueError) -> RegisteredIdentifier? {
        try await lookingUp { db in
            try Row.fetchOne(
                db.cachedStatement(
                    sql:
                        "\(Self.registrationColumns) WHERE tenant = (SELECT id FROM tenant WHERE name = ?) AND pid = ? AND run IS NULL"
                ),
                arguments: [tenant, pid.description]
            ).map(Self.registration)
        }
    }

    public func registered(among pids: Set<String>, tenant: String) async throws(CatalogueError) -> Set<String> {
        try await lookingUp { db in
            let known = try RepeatedStatement(
                db,
                """
                SELECT 1 FROM registration WHERE pid = ? AND tenant = (SELECT id FROM tenant WHERE name = ?)
                    AND state IN ('findable', 'registered')
                """)
            var found: Set<String> = []
            for pid in pids {
                try known.bind(1, pid)
                try known.bind(2, tenant)
                try known.forEach { _ in found.insert(pid) }
            }
            return found
        }
    }

    private static let registrationColumns = "SELECT pid, asked_at, state, told_at FROM registration"

    private static func registration(_ row: Row) throws -> RegisteredIdentifier {
        let pid: String = row[0]
        return RegisteredIdentifier(
            pid: pid, askedAt: Timestamp(unixSeconds: row[1]),
            state: try (row[2] as String?).map { try RunRows.word($0, at: "registration of \(quoted(pid))") },
            toldAt: (row[3] as Int64?).map(Timestamp.init(unixSeconds:)))
    }

    public func registeredRuns(
        of owner: ClockOwner?, tenant: String, limit: Int
    ) async throws(CatalogueError) -> [RunIdentifier] {
        try Self.check(limit, 1...1_000_000, "registered runs")
        var condition = "1"
        var arguments: StatementArguments = []
        switch owner {
        case nil: break
        case .run(let pid): (condition, arguments) = ("registration.pid = ?", [pid.description])
        case .session(let session):
            condition = """
                run.session = (SELECT session.id FROM session JOIN proposal ON proposal.id = session.proposal
                    WHERE session.tenant = registration.tenant AND session.name = ? AND proposal.name = ?)
                AND NOT EXISTS (SELECT 1 FROM clock WHERE clock.run = run.id)
                """
            arguments = [session.name, session.proposal]
        }
        let (sql, values) = (condition, arguments)
        return try await reading { db in
            try String.fetchAll(
                db,
                // Few runs are registered, and a session may have many: the walk begins with the registrations.
                sql: """
                    SELECT registration.pid FROM registration CROSS JOIN run ON run.id = registration.run
                    WHERE registration.tenant = (SELECT id FROM tenant WHERE name = ?) AND \(sql)
                    ORDER BY registration.pid LIMIT ?
                    """, arguments: [tenant] + values + [limit]
            ).map(RunRows.identifier)
        }
    }

    public func registeredFollowers(
        of owner: ClockOwner, tenant: String, limit: Int
    ) async throws(CatalogueError) -> [RunIdentifier] {
        try Self.check(limit, 1...1_000_000, "registered results")
        return try await reading { db in
            guard let number = try Self.tenantNumber(tenant, db), let head = try ClockRows.head(of: owner, tenant: number, db)
            else { return [] }
            return try String.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT registration.pid FROM followed_clock CROSS JOIN registration ON registration.run = followed_clock.run
                        WHERE followed_clock.clock = ? AND registration.tenant = ? ORDER BY registration.pid LIMIT ?
                        """), arguments: [head.clock, number, limit]
            ).map(RunRows.identifier)
        }
    }

    public func remember(_ pid: String, is state: RegistryWord, at now: Int64, tenant: String) async throws(CatalogueError) {
        try await writing { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return }
            try db.run(
                """
                INSERT INTO registration (tenant, pid, asked_at, state, told_at) VALUES (?1, ?2, ?4, ?3, ?4)
                ON CONFLICT (tenant, pid) DO UPDATE SET state = ?3, told_at = ?4
                """, number, pid, state.rawValue, now)
            // Its public record names another address from the first time on.
            try db.run(
                """
                INSERT OR IGNORE INTO harvest_due SELECT 1, id FROM run WHERE pid = ?1 AND tenant = ?2
                    UNION ALL SELECT 0, id FROM session WHERE pid = ?1 AND tenant = ?2
                """, pid, number)
        }
    }
}
