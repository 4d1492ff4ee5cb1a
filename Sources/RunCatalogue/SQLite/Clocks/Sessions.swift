import Diagnostics
import EmbargoClock
import GRDB
import Identifiers
import RunModel
import Synchronization

extension SQLiteCatalogue {
    public func enter(
        _ session: SessionRecord, clock: EmbargoRecord, by person: Int64?, tenant: String, outbox: [OutboxDraft]
    ) async throws(CatalogueError) {
        try checkWritten(names: [tenant, session.name.name, session.instrument], at: "session \(quoted(session.name.name))")
        try await writing { [self] db in
            var names = names.withLock { $0 }
            let number = try names.tenant(tenant, db)
            let known = "SELECT id FROM proposal WHERE tenant = ? AND name = ?"
            guard let proposal = try Int64.fetchOne(db.cachedStatement(sql: known), arguments: [number, session.name.proposal])
            else {
                throw CatalogueError(
                    .notFound, "The catalogue has no such proposal", at: quoted(session.name.proposal),
                    remedy: "Import it first: faisceau proposal import FILE.json")
            }
            guard try ClockRows.head(of: .session(session.name), tenant: number, db) == nil else {
                throw CatalogueError(.exists, "There is a session of this name already", at: "\(session.name)")
            }
            let row = try names.session(session.name.name, proposal: proposal, tenant: number, db)
            let instrument = try names.number(of: session.instrument, in: .instrument, tenant: number, db)
            try db.run(
                "UPDATE session SET instrument = ?, begins_at = ?, planned_end = ?, pid = ? WHERE id = ?", instrument,
                session.begins?.unixSeconds, session.plannedEnd.unixSeconds, session.pid?.description, row)
            guard let begun = clock.entries.first?.at else {
                throw CatalogueError(.badRequest, "Clocks without an entry", at: "\(session.name)")
            }
            let time = Timestamp(unixSeconds: begun.secondsSince1970)
            let writer = ClockWriter(db: db, tenant: number, tenantName: tenant)
            let change = try nextChange(db)
            try writer.begin(clock, .session(session.name), session: row, run: nil, change: change)
            guard let row else { throw CatalogueError(.damaged, "A session has no number", at: "\(session.name)") }
            try RecordWriter(db: db, tenant: number, tenantName: tenant, change: change).append(
                "entered", to: .session, row, Deed(at: time, person: person))
            try insertMessages(db, outbox, tenant: number, run: nil, change: change, at: time)
        }
    }

    public func plan(
        _ name: SessionName, begins: Timestamp?, plannedEnd: Timestamp, moving move: ClockMove?, by deed: Deed, tenant: String
    ) async throws(CatalogueError) {
        try await recording(tenant: tenant) { db, writer in
            let row = try Int64.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT session.id FROM session JOIN proposal ON proposal.id = session.proposal
                        WHERE session.tenant = ? AND session.name = ? AND proposal.name = ?
                        """), arguments: [writer.tenant, name.name, name.proposal])
            guard let row else { throw CatalogueError(.notFound, "The catalogue has no such session", at: "\(name)") }
            if let move { try ClockWriter(db: db, tenant: writer.tenant, tenantName: tenant).advance(move) }
            try db.run(
                "UPDATE session SET begins_at = ?, planned_end = ? WHERE id = ?", begins?.unixSeconds, plannedEnd.unixSeconds, row
            )
            try writer.append("planned", to: .session, row, deed)
        }
    }

    public func session(_ name: SessionName, tenant: String) async throws(CatalogueError) -> SessionRecord {
        let found = try await lookingUp { db in
            try Self.sessions("session.name = ? AND proposal.name = ?", [name.name, name.proposal], tenant, 1, db)
        }
        guard let first = found.first else { throw CatalogueError(.notFound, "The catalogue has no such session", at: "\(name)") }
        return first
    }

    public func session(pid: PersistentIdentifier, tenant: String) async throws(CatalogueError) -> SessionRecord {
        let found = try await lookingUp { db in try Self.sessions("session.pid = ?", [pid.description], tenant, 1, db) }
        guard let first = found.first else { throw CatalogueError(.notFound, "The catalogue has no such session", at: "\(pid)") }
        return first
    }

    public func sessions(
        tenant: String, proposal: String?, onlyCollecting: Bool, limit: Int
    ) async throws(CatalogueError) -> [SessionRecord] {
        try Self.check(limit, 1...100_000, "sessions")
        let condition = "(? IS NULL OR proposal.name = ?)" + (onlyCollecting ? " AND clock.closes_after IS NOT NULL" : "")
        return try await reading { db in try Self.sessions(condition, [proposal, proposal], tenant, limit, db) }
    }

    private static func sessions(
        _ condition: String, _ arguments: StatementArguments, _ tenant: String, _ limit: Int, _ db: Database
    ) throws -> [SessionRecord] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT session.name, proposal.name, (SELECT name FROM instrument WHERE id = session.instrument),
                        session.begins_at, session.planned_end, session.pid,
                        (SELECT count(*) FROM run WHERE run.session = session.id)
                    FROM session JOIN proposal ON proposal.id = session.proposal JOIN clock ON clock.session = session.id
                        JOIN tenant ON tenant.id = session.tenant
                    WHERE tenant.name = ? AND \(condition) ORDER BY session.planned_end DESC, session.id DESC LIMIT ?
                    """), arguments: [tenant] + arguments + [limit])
        return try rows.map { row in
            let pid: String? = row[5]
            return SessionRecord(
                name: SessionName(proposal: row[1], name: row[0]), instrument: row[2],
                begins: (row[3] as Int64?).map(Timestamp.init(unixSeconds:)), plannedEnd: Timestamp(unixSeconds: row[4]),
                pid: try pid.map { try identifier($0) }, runs: row[6])
        }
    }

    private static func identifier(_ text: String) throws(CatalogueError) -> PersistentIdentifier {
        do { return try PersistentIdentifier(text) } catch {
            throw CatalogueError(.damaged, "The catalogue holds an identifier that is none", at: quoted(text), cause: error)
        }
    }
}

extension Timestamp {
    /// The whole second that has begun.
    var unixSeconds: Int64 {
        let (quotient, remainder) = unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Held at the ends of what nanoseconds can say.
    init(unixSeconds: Int64) {
        let (product, overflows) = unixSeconds.multipliedReportingOverflow(by: 1_000_000_000)
        self.init(unixNanoseconds: overflows ? (unixSeconds < 0 ? .min : .max) : product)
    }
}
