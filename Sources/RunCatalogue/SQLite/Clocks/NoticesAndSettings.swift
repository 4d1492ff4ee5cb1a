import Diagnostics
import GRDB
import RunModel

extension SQLiteCatalogue {
    public func told(of owner: ClockOwner, tenant: String) async throws(CatalogueError) -> Set<String> {
        try await reading { db in
            guard let number = try Self.tenantNumber(tenant, db), let head = try ClockRows.head(of: owner, tenant: number, db)
            else { throw ClockRows.notFound(owner) }
            return Set(try String.fetchAll(db, sql: "SELECT word FROM notice WHERE clock = ?", arguments: [head.clock]))
        }
    }

    public func told(of owners: [ClockOwner], tenant: String) async throws(CatalogueError) -> [Set<String>] {
        try await reading { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return owners.map { _ in [] } }
            let statement = try db.cachedStatement(sql: "SELECT word FROM notice WHERE clock = ?")
            return try owners.map { owner in
                guard let head = try ClockRows.head(of: owner, tenant: number, db) else { return [] }
                return Set(try String.fetchAll(statement, arguments: [head.clock]))
            }
        }
    }

    public func clocksToTell(tenant: String, now: Int64, limit: Int) async throws(CatalogueError) -> [ClockToTell] {
        try Self.check(limit, 1...1_000_000, "clocks to tell of")
        return try await reading { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT run.pid, session.pid, session.name,
                        (SELECT name FROM proposal WHERE id = coalesce(session.proposal, run.proposal))
                    FROM clock INDEXED BY clock_to_tell LEFT JOIN run ON run.id = clock.run
                        LEFT JOIN session ON session.id = clock.session
                    WHERE clock.tell_at < 9223372036854775807 AND clock.tell_at <= ?
                        AND clock.tenant = (SELECT id FROM tenant WHERE name = ?)
                    ORDER BY clock.tell_at, clock.id LIMIT ?
                    """, arguments: [now, tenant, limit])
            return try rows.map { row in
                let proposal: String? = row[3]
                if let pid = row[0] as String? {
                    return ClockToTell(owner: .run(try RunRows.identifier(pid)), pid: pid, proposal: proposal)
                }
                guard let proposal, let name = row[2] as String? else {
                    throw CatalogueError(.damaged, "Clocks of nobody", got: "a session without proposal")
                }
                return ClockToTell(
                    owner: .session(SessionName(proposal: proposal, name: name)), pid: row[1], proposal: proposal)
            }
        }
    }

    public func tell(_ tellings: [Telling], at: Int64, tenant: String) async throws(CatalogueError) {
        try await writing { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return }
            let writer = ClockWriter(db: db, tenant: number, tenantName: tenant)
            let change = try nextChange(db)
            for telling in tellings {
                guard let head = try ClockRows.head(of: telling.owner, tenant: number, db) else {
                    throw ClockRows.notFound(telling.owner)
                }
                guard head.length == telling.seen else { continue }
                try db.run("UPDATE clock SET tell_at = ? WHERE id = ?", telling.looksAgain ?? RunAccess.never, head.clock)
                try writer.tell(telling.notices, clock: head.clock, change: change, at: .init(unixSeconds: at))
            }
        }
    }

    public func setting(_ name: String) async throws(CatalogueError) -> String? {
        try await reading { try String.fetchOne($0, sql: "SELECT text FROM setting WHERE name = ?", arguments: [name]) }
    }

    public func set(_ name: String, to text: String) async throws(CatalogueError) {
        try await writing { try $0.run("INSERT OR REPLACE INTO setting (name, text) VALUES (?, ?)", name, text) }
    }
}
