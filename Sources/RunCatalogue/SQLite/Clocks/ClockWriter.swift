import Diagnostics
import EmbargoClock
import GRDB
import Identifiers
import RunModel

/// Writes decisions, and what follows from them for runs, within a transaction that someone else opened and will commit.
struct ClockWriter {
    let db: Database
    let tenant: Int64
    let tenantName: String

    /// The access with which a run is handed over, and whether it is open: from the chain, never from a label or the caller's time.
    func access(of run: RunHandOver) throws -> (RunAccess, opened: Bool) {
        switch run.clock {
        case nil:
            guard let access = run.access else { throw CatalogueError(.badRequest, "A run without clocks", at: "\(run.pid)") }
            return (access, access.state == .open)
        case .own(let record):
            let digest = try written(record, owner: .run(run.pid)).last?.digest
            return RunAccess.of(record, clock: text(length: record.entries.count, digest))
        case .session:
            let owner = try session(of: run)
            guard let head = try ClockRows.head(of: owner, tenant: tenant, db) else { throw ClockRows.notFound(owner) }
            return (try head.runAccess(at: "\(owner)"), head.opened)
        case .moving(let move):
            guard try session(of: run) == move.owner else {
                throw CatalogueError(
                    .badRequest, "A run moves the clocks of another session", at: "\(run.pid)", got: "\(move.owner)")
            }
            return try advance(move)
        }
    }

    private func session(of run: RunHandOver) throws(CatalogueError) -> ClockOwner {
        guard let proposal = run.origin.proposal, let session = run.origin.session else {
            throw CatalogueError(.badRequest, "A run of no session goes by the clocks of one", at: "\(run.pid)")
        }
        return .session(SessionName(proposal: proposal, name: session))
    }

    /// Begins the clocks of a run that has no session.
    func begin(_ record: EmbargoRecord, run: Int64, pid: String, change: Int64) throws {
        let owner = ClockOwner.run(try RunRows.identifier(pid))
        try begin(record, owner, session: nil, run: run, change: change)
    }

    func begin(
        _ record: EmbargoRecord, _ owner: ClockOwner, session: Int64?, run: Int64?, change: Int64
    ) throws {
        let entries = try written(record, owner: owner)
        guard let head = entries.last?.digest else {
            throw CatalogueError(.badRequest, "Clocks without an entry", at: "\(owner)")
        }
        let (access, opened) = RunAccess.of(record, clock: text(length: record.entries.count, head))
        try db.run(
            """
            INSERT INTO clock (tenant, session, run, access, readers, listed, closed_until, opens_at, opened, closes_after, length, head)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            tenant, session, run, access.state.rawValue, access.readers.rawValue, access.isListed ? 1 : 0,
            access.closedUntil ?? RunAccess.never, access.opensAt, opened ? 1 : 0,
            record.plannedEndWhileCollecting, record.entries.count, head.data)
        try insert(entries[...], clock: db.lastInsertedRowID, change: change)
    }

    /// Writes what was decided, and gives every run that these clocks rule the access that follows.
    /// - Throws: `changedMeanwhile` when the chain is not as long as its writer saw it.
    @discardableResult
    func advance(_ move: ClockMove) throws -> (RunAccess, opened: Bool) {
        guard let head = try ClockRows.head(of: move.owner, tenant: tenant, db) else { throw ClockRows.notFound(move.owner) }
        let record = move.record
        let entries = try written(record, owner: move.owner)
        // By the digest and not by the length: another chain may be as long.
        guard move.seen > 0, move.seen < entries.count, entries[move.seen - 1].digest == head.digest else {
            throw CatalogueError(
                .changedMeanwhile, "Somebody else has decided meanwhile", at: "\(move.owner)", got: "\(head.length) entries",
                expected: "the \(move.seen) that were read", remedy: "Look at it again, and decide again")
        }
        let (access, opened) = RunAccess.of(record, clock: text(length: entries.count, entries.last?.digest))
        try access.check(at: "\(move.owner)")
        try db.run(
            """
            UPDATE clock SET access = ?, readers = ?, listed = ?, closed_until = ?, opens_at = ?, opened = ?, closes_after = ?,
                length = ?, head = ?, tell_at = ? WHERE id = ?
            """,
            access.state.rawValue, access.readers.rawValue, access.isListed ? 1 : 0, access.closedUntil ?? RunAccess.never,
            access.opensAt, opened ? 1 : 0, record.plannedEndWhileCollecting, entries.count,
            entries[entries.count - 1].digest.data, move.looksAgain ?? RunAccess.never, head.clock)
        let change = try moveRuns(of: move, access, opened)
        try insert(entries[move.seen...], clock: head.clock, change: change)
        try insertMessages(db, move.outbox, tenant: tenant, run: nil, change: change, at: move.event.at)
        try tell(move.notices, clock: head.clock, change: change, at: move.event.at)
        return (access, opened)
    }

    /// Each once, however often it is asked for.
    func tell(_ notices: [NoticeDraft], clock: Int64, change: Int64, at time: Timestamp) throws {
        for notice in notices {
            try db.run("INSERT OR IGNORE INTO notice (clock, word, at) VALUES (?, ?, ?)", clock, notice.word, time.unixSeconds)
            guard db.changesCount == 1 else { continue }
            try insertMessages(db, notice.messages, tenant: tenant, run: nil, change: change, at: time)
        }
    }

    private func text(length: Int, _ digest: RecordDigest?) -> String { "\(length - 1) sha256:\(digest.map { "\($0)" } ?? "")" }

    private struct WrittenEntry {
        let number: Int
        let text: String
        let digest: RecordDigest
    }

    /// Every entry as it is stored: its text, and the digest over it and all before it.
    private func written(_ record: EmbargoRecord, owner: ClockOwner) throws -> [WrittenEntry] {
        let name = ClockRows.name(of: owner, tenant: tenantName)
        var previous: RecordDigest?
        return try record.entries.map { entry in
            let text = try ClockRows.text(of: entry)
            let digest = entryDigest(owner: name, number: Int64(entry.number), entry: text, previous: previous)
            previous = digest
            return WrittenEntry(number: entry.number, text: text, digest: digest)
        }
    }

    private func insert(_ entries: ArraySlice<WrittenEntry>, clock: Int64, change: Int64) throws {
        for entry in entries {
            try db.run(
                "INSERT INTO clock_entry (clock, number, entry, digest, change) VALUES (?, ?, ?, ?, ?)", clock, entry.number,
                entry.text, entry.digest.data, change)
        }
    }

    /// Only runs whose access changes: a review of a hold is written in the chain, and moves no run.
    private func moveRuns(of move: ClockMove, _ access: RunAccess, _ opened: Bool) throws -> Int64 {
        let ruled: (sql: String, arguments: StatementArguments)
        switch move.owner {
        case .run(let pid): ruled = ("pid = ? AND tenant = ?", [pid.description, tenant])
        case .session(let session):
            ruled = (
                """
                session = (SELECT session.id FROM session JOIN proposal ON proposal.id = session.proposal
                    WHERE session.tenant = ? AND session.name = ? AND proposal.tenant = ? AND proposal.name = ?)
                    AND NOT EXISTS (SELECT 1 FROM clock WHERE clock.run = run.id)
                """, [tenant, session.name, tenant, session.proposal]
            )
        }
        let differs = "(access <> ? OR closed_until <> ? OR opens_at IS NOT ? OR readers <> ? OR listed <> ? OR opened <> ?)"
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT \(RunMover.columns) FROM run WHERE \(ruled.sql) AND \(differs) ORDER BY id"),
            arguments: ruled.arguments + [
                access.state.rawValue, access.closedUntil ?? RunAccess.never, access.opensAt, access.readers.rawValue,
                access.isListed ? 1 : 0, opened ? 1 : 0,
            ])
        let mover = RunMover(db: db, tenantName: tenantName, access: access, opened: opened, event: move.event)
        var change: Int64?
        for row in rows {
            if access.state == .purged { try ReplicaRows.refusePurge(of: row["id"], pid: row["pid"], db) }
            change = try mover.move(row)
        }
        return try change ?? nextChange(db)
    }
}

extension EmbargoRecord {
    /// UTC seconds of the planned end of a session that is not closed yet.
    var plannedEndWhileCollecting: Int64? {
        guard case .registered(.session(let plannedEnd), _, _)? = entries.first?.event else { return nil }
        let isClosed = entries.contains { if case .sessionClosed = $0.event { true } else { false } }
        return isClosed ? nil : plannedEnd.secondsSince1970
    }
}
