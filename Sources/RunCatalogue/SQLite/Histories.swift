import Diagnostics
import Foundation
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func history(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [HistoryEvent] {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let inside = try AccessCondition(scope, db).inside
            let isInside = try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT \(inside.sql) FROM run WHERE id = ?"), arguments: inside.arguments + [run])
            let links = try Link.all(of: .run, run, db).map(\.event)
            // Reasons and persons are the team's and the facility's, also after the opening.
            return isInside == true ? links : links.map(\.forOutsiders)
        }
    }

    public func verifyHistory(of pid: RunIdentifier, tenant: String) async throws(CatalogueError) {
        try await reading { db in
            let run = try RunRows.position(of: pid, scope: .everything(tenant: tenant), db)
            try HistoryCheck(run: run, pid: pid, tenant: tenant, db: db).check()
        }
    }

    public func dueRuns(tenant: String, trustedNow: Int64, limit: Int) async throws(CatalogueError) -> [RunIdentifier] {
        try Self.check(limit, 1...1_000_000, "due runs")
        return try await reading { db in
            let texts = try String.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT pid FROM run INDEXED BY run_due
                        WHERE opened = 0 AND closed_until < 9223372036854775807 AND closed_until <= ?
                            AND tenant = (SELECT id FROM tenant WHERE name = ?)
                        ORDER BY closed_until LIMIT ?
                        """), arguments: [trustedNow, tenant, limit])
            return try texts.map(RunRows.identifier)
        }
    }

    public func append(
        _ event: EventDraft, to pid: RunIdentifier, tenant: String, access: RunAccess, opened: Bool, outbox: [OutboxDraft]
    ) async throws(CatalogueError) -> Int64 {
        try access.check(at: "\(pid)")
        guard !opened || access.closedUntil != nil else {
            throw CatalogueError(
                .badRequest, "A run that never opens cannot be marked open", at: "\(pid)", got: "\(access.state)")
        }
        // Lists by state rest on it: of what is marked open, other states than these are not looked for.
        guard !opened || access.state == .open || access.state == .purged else {
            throw CatalogueError(
                .badRequest, "A run that is marked open is in no state of an open one", at: "\(pid)", got: "\(access.state)")
        }
        return try await writing { db in
            let run = try RunRows.position(of: pid, scope: .everything(tenant: tenant), db)
            let select = "SELECT \(RunMover.columns) FROM run WHERE id = ?"
            guard let row = try Row.fetchOne(db.cachedStatement(sql: select), arguments: [run]) else {
                throw RunRows.notFound(pid)
            }
            let change = try RunMover(db: db, tenantName: tenant, access: access, opened: opened, event: event).move(row)
            try insertMessages(db, outbox, tenant: row["tenant"], run: run, change: change, at: event.at)
            return change
        }
    }
}

/// Gives runs another access: columns, a link of the history, a change number.
struct RunMover {
    static let columns = "id, tenant, pid, content_digest, history_length, history_head"

    /// A run as it stands.
    struct Run {
        let id: Int64
        let pid: String
        let content: RecordDigest
        let historyLength: Int64
        let historyHead: RecordDigest

        /// - Parameter row: `columns`, and others after them or none.
        init(_ row: ReadRow) {
            (id, pid, content) = (row.number(0), row.text(2) ?? "", row.digest(3))
            (historyLength, historyHead) = (row.number(4), row.digest(5))
        }

        init(_ row: Row) {
            (id, pid, content) = (row["id"], row["pid"], RecordDigest(row["content_digest"] as Data))
            (historyLength, historyHead) = (row["history_length"], RecordDigest(row["history_head"] as Data))
        }
    }

    let db: Database
    let tenantName: String
    let access: RunAccess
    let opened: Bool
    let event: EventDraft

    /// - Parameter row: `columns` of the run.
    func move(_ row: Row) throws -> Int64 { try move(Run(row)) }

    func move(_ run: Run) throws -> Int64 {
        let number = run.historyLength + 1
        let state = stateDigest(content: run.content, access: access, opened: opened)
        let head = linkDigest(
            record: "run \(tenantName) \(run.pid)", number: number, event, state: state, previous: run.historyHead)
        let change = try nextChange(db)
        let row = try RepeatedStatement(
            db,
            """
            UPDATE run SET access = ?1, readers = ?2, listed = ?3, closed_until = ?4, opens_at = ?5, opened = ?6,
                for_registered = ?7, clock = ?8, history_length = ?9, history_head = ?10, change = ?11 WHERE id = ?12
            """)
        try row.bind(access, opened)
        try row.bind(8, access.clock)
        try row.bind(9, number)
        try row.bind(10, head)
        try row.bind(11, change)
        try row.bind(12, run.id)
        try row.run()
        try insertEvent(
            db, kind: .run, record: run.id, number: number, event, state: state, previous: run.historyHead, digest: head,
            change: change)
        return change
    }
}

/// One row of the table `event`.
struct Link {
    let number: Int64
    let draft: EventDraft
    let state: RecordDigest
    let previous: RecordDigest
    let digest: RecordDigest

    static func all(of kind: RecordKind, _ record: Int64, _ db: Database) throws -> [Link] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT number, action, at_ns, person, detail, state_digest, previous, digest FROM event
                    WHERE kind = ? AND record = ? ORDER BY number
                    """), arguments: [kind.rawValue, record]
        ).map { row in
            Link(
                number: row[0],
                draft: EventDraft(action: row[1], at: Timestamp(unixNanoseconds: row[2]), person: row[3], detail: row[4]),
                state: RecordDigest(row[5] as Data), previous: RecordDigest(row[6] as Data), digest: RecordDigest(row[7] as Data))
        }
    }

    var event: HistoryEvent {
        HistoryEvent(
            number: number, action: draft.action, at: draft.at, person: draft.person, detail: draft.detail,
            stateDigest: "\(state)", previousDigest: "\(previous)", digest: "\(digest)")
    }
}
