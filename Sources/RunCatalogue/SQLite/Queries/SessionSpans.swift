import Diagnostics
import GRDB
import RunModel

extension SQLiteCatalogue {
    public func span(of session: SessionName, tenant: String) async throws(CatalogueError) -> SessionSpan? {
        try await lookingUp { db in
            guard let number = try Self.tenantNumber(tenant, db),
                let row = try Int64.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT session.id FROM session JOIN proposal ON proposal.id = session.proposal
                            WHERE session.tenant = ? AND session.name = ? AND proposal.name = ?
                            """), arguments: [number, session.name, session.proposal])
            else { return nil }
            return try SessionSpans(db).span(of: row)
        }
    }
}

/// Reads the spans of sessions, one after the other. A run with clocks of its own is told of by itself.
struct SessionSpans {
    private let times: RepeatedStatement
    private let techniques: RepeatedStatement

    init(_ db: Database) throws {
        let runs = "run INDEXED BY run_by_session"
        let ofSession = "session = ? AND kind = 'raw' AND NOT EXISTS (SELECT 1 FROM clock WHERE clock.run = run.id)"
        times = try RepeatedStatement(
            db, "SELECT min(started_ns), max(coalesce(ended_ns, started_ns)) FROM \(runs) WHERE \(ofSession)", [0])
        techniques = try RepeatedStatement(
            db,
            """
            SELECT coalesce(panet, name) AS word FROM technique
            WHERE id IN (SELECT technique FROM \(runs) WHERE \(ofSession)) ORDER BY word LIMIT \(SessionSpan.mostTechniques)
            """, [0])
    }

    /// nil for a session without runs.
    func span(of session: Int64) throws -> SessionSpan? {
        var collected: ClosedRange<Timestamp>?
        try times.bind(1, session)
        try times.forEach { row in
            guard let first = row.numberIfAny(0), let last = row.numberIfAny(1), first <= last else { return }
            collected = Timestamp(unixNanoseconds: first)...Timestamp(unixNanoseconds: last)
        }
        guard let collected else { return nil }
        var words: [String] = []
        try techniques.bind(1, session)
        try techniques.forEach { if let word = $0.text(0) { words.append(word) } }
        return SessionSpan(collected: collected, techniques: words)
    }
}
