import Diagnostics
import EmbargoClock
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func clockOwner(of pid: RunIdentifier, tenant: String) async throws(CatalogueError) -> ClockOwner {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: .everything(tenant: tenant), db)
            let own = "SELECT 1 FROM clock WHERE run = ?1 UNION ALL SELECT 1 FROM followed_clock WHERE run = ?1 LIMIT 1"
            if try Int64.fetchOne(db.cachedStatement(sql: own), arguments: [run]) != nil { return .run(pid) }
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT proposal.name, session.name FROM run JOIN session ON session.id = run.session
                            JOIN proposal ON proposal.id = session.proposal JOIN clock ON clock.session = session.id WHERE run.id = ?
                        """), arguments: [run])
            guard let row else { throw ClockRows.notFound(.run(pid)) }
            return .session(SessionName(proposal: row[0], name: row[1]))
        }
    }

    public func clock(of owner: ClockOwner, tenant: String) async throws(CatalogueError) -> EmbargoRecord {
        try await lookingUp { [self] db in
            guard let number = try Self.tenantNumber(tenant, db) else { throw ClockRows.notFound(owner) }
            if let head = try ClockRows.head(of: owner, tenant: number, db) {
                return try ClockRows.record(of: head, owner, entryTexts, db)
            }
            guard case .run(let pid) = owner,
                let run = try Int64.fetchOne(
                    db.cachedStatement(sql: "SELECT id FROM run WHERE pid = ? AND tenant = ?"),
                    arguments: [pid.description, number]),
                let followed = try FollowedClocks(of: run, db)
            else { throw ClockRows.notFound(owner) }
            return try ClockRows.record(of: followed.ruling, owner, entryTexts, db)
        }
    }

    public func followedClocks(of pid: RunIdentifier, tenant: String) async throws(CatalogueError) -> [ClockOwner] {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: .everything(tenant: tenant), db)
            return try FollowedClocks(of: run, db) == nil ? [] : FollowedClocks.owners(of: run, db)
        }
    }

    public func move(_ moves: [ClockMove], tenant: String) async throws(CatalogueError) {
        try await writing { db in
            guard let number = try Self.tenantNumber(tenant, db) else {
                if let first = moves.first { throw ClockRows.notFound(first.owner) }
                return
            }
            let writer = ClockWriter(db: db, tenant: number, tenantName: tenant)
            var texts = EntryTexts()
            for move in moves { try writer.advance(move, &texts) }
        }
    }

    public func sessionsToClose(
        tenant: String, plannedEndBefore: Int64, limit: Int
    ) async throws(CatalogueError) -> [SessionName] {
        try Self.check(limit, 1...1_000_000, "sessions to close")
        let found = try await owners(
            "clock",
            // Of those without an opening no run has ended; there are many, and they would fill the list for ever.
            "clock.closes_after IS NOT NULL AND clock.closes_after <= ? AND clock.opens_at IS NOT NULL", [plannedEndBefore],
            tenant,
            order: "clock.closes_after", limit)
        return found.compactMap { if case .session(let name) = $0.owner { name } else { nil } }
    }

    public func clockOwners(
        tenant: String, after number: Int64?, limit: Int
    ) async throws(CatalogueError) -> (owners: [ClockOwner], next: Int64?) {
        try Self.check(limit, 1...100_000, "clocks")
        let found = try await owners("clock", "clock.id > ?", [number ?? 0], tenant, order: "clock.id", limit)
        return (found.map(\.owner), found.count == limit ? found.last?.number : nil)
    }

    public func runsWithClocks(scope: ReaderScope, limit: Int) async throws(CatalogueError) -> [RunIdentifier] {
        try Self.check(limit, 1...100_000, "runs with clocks")
        return try await reading { db in
            let access = try AccessCondition(scope, db)
            return try String.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT run.pid FROM clock CROSS JOIN run ON run.id = clock.run
                        WHERE clock.run IS NOT NULL AND clock.opened = 0 AND (\(access.condition.sql)) AND (\(access.inside.sql))
                        ORDER BY clock.opens_at IS NULL, clock.opens_at, clock.id LIMIT ?
                        """), arguments: access.condition.arguments + access.inside.arguments + [limit]
            ).map { try RunRows.identifier($0) }
        }
    }

    private func owners(
        _ table: String, _ condition: String, _ arguments: StatementArguments, _ tenant: String, order: String, _ limit: Int
    ) async throws(CatalogueError) -> [(owner: ClockOwner, number: Int64)] {
        try await reading { db in
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT \(ClockRows.ownerColumns) FROM \(table)
                        WHERE \(condition) AND clock.tenant = (SELECT id FROM tenant WHERE name = ?) ORDER BY \(order) LIMIT ?
                        """), arguments: arguments + [tenant, limit])
            return try rows.map { (try ClockRows.owner($0), $0[0]) }
        }
    }

    static func tenantNumber(_ name: String, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT id FROM tenant WHERE name = ?"), arguments: [name])
    }
}
