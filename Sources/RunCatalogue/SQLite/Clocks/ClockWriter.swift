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
            var texts = EntryTexts()
            let digest = try written(record.entries[...], after: nil, owner: .run(run.pid), &texts).last?.digest
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
        case .following(let owners):
            guard let followed = try FollowedClocks(heads(of: owners)) else {
                throw CatalogueError(.badRequest, "A run without clocks", at: "\(run.pid)")
            }
            return try followed.access(at: "\(run.pid)")
        }
    }

    private func session(of run: RunHandOver) throws(CatalogueError) -> ClockOwner {
        guard let proposal = run.origin.proposal, let session = run.origin.session else {
            throw CatalogueError(.badRequest, "A run of no session goes by the clocks of one", at: "\(run.pid)")
        }
        return .session(SessionName(proposal: proposal, name: session))
    }

    /// Begins the clocks of a run that has no session.
    @discardableResult
    func begin(_ record: EmbargoRecord, run: Int64, pid: String, change: Int64) throws -> (RunAccess, opened: Bool) {
        let owner = ClockOwner.run(try RunRows.identifier(pid))
        return try begin(record, owner, session: nil, run: run, change: change)
    }

    @discardableResult
    func begin(
        _ record: EmbargoRecord, _ owner: ClockOwner, session: Int64?, run: Int64?, change: Int64
    ) throws -> (RunAccess, opened: Bool) {
        var texts = EntryTexts()
        let entries = try written(record.entries[...], after: nil, owner: owner, &texts)
        guard let head = entries.last?.digest else {
            throw CatalogueError(.badRequest, "Clocks without an entry", at: "\(owner)")
        }
        let (access, opened) = RunAccess.of(record, clock: text(length: record.entries.count, head))
        try db.run(
            """
            INSERT INTO clock (tenant, session, run, access, readers, listed, closed_until, opens_at, opened,
                for_registered, licence, closes_after, length, head)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            tenant, session, run, access.state.rawValue, access.readers.rawValue, access.isListed ? 1 : 0,
            access.closedUntil ?? RunAccess.never, access.opensAt, opened ? 1 : 0,
            access.isForRegistered ? 1 : 0, record.openingPolicy.licence, record.plannedEndWhileCollecting, record.entries.count,
            head.data)
        try insert(entries[...], clock: db.lastInsertedRowID, change: change)
        return (access, opened)
    }

    /// Writes what was decided, and gives every run that these clocks rule the access that follows.
    /// - Throws: `changedMeanwhile` when the chain is not as long as its writer saw it.
    @discardableResult
    func advance(_ move: ClockMove) throws -> (RunAccess, opened: Bool) {
        var texts = EntryTexts()
        return try advance(move, &texts)
    }

    /// - Parameter texts: of other moves of the same transaction.
    @discardableResult
    func advance(_ move: ClockMove, _ texts: inout EntryTexts) throws -> (RunAccess, opened: Bool) {
        let (clock, entries) = try decided(move, &texts)
        let record = move.record
        guard let last = entries.last else {
            throw CatalogueError(.badRequest, "Nothing was decided", at: "\(move.owner)", got: "\(record.entries.count) entries")
        }
        let (access, opened) = RunAccess.of(record, clock: text(length: record.entries.count, last.digest))
        try access.check(at: "\(move.owner)")
        let row = try RepeatedStatement(
            db,
            """
            UPDATE clock SET access = ?1, readers = ?2, listed = ?3, closed_until = ?4, opens_at = ?5, opened = ?6,
                for_registered = ?7, licence = ?8, closes_after = ?9, length = ?10, head = ?11, tell_at = ?12 WHERE id = ?13
            """)
        try row.bind(access, opened)
        try row.bind(8, record.openingPolicy.licence)
        try row.bind(9, record.plannedEndWhileCollecting)
        try row.bind(10, Int64(record.entries.count))
        try row.bind(11, last.digest)
        try row.bind(12, move.looksAgain ?? RunAccess.never)
        try row.bind(13, clock)
        try row.run()
        let change = try moveRuns(of: clock, move, access, opened)
        try insert(entries, clock: clock, change: change)
        try insertMessages(db, move.outbox, tenant: tenant, run: nil, change: change, at: move.event.at)
        try tell(move.notices, clock: clock, change: change, at: move.event.at)
        return (access, opened)
    }

    /// The clocks that a decision moves, and the entries that are new.
    private func decided(_ move: ClockMove, _ texts: inout EntryTexts) throws -> (clock: Int64, entries: ArraySlice<WrittenEntry>)
    {
        let changed = { (length: Int64) in
            CatalogueError(
                .changedMeanwhile, "Somebody else has decided meanwhile", at: "\(move.owner)", got: "\(length) entries",
                expected: "the \(move.seen) that were read", remedy: "Look at it again, and decide again")
        }
        guard let end = move.end else {
            guard let head = try ClockRows.head(of: move.owner, tenant: tenant, db) else { throw ClockRows.notFound(move.owner) }
            let entries = try written(move.record.entries[...], after: nil, owner: move.owner, &texts)
            // By the digest and not by the length: another chain may be as long.
            guard move.seen > 0, move.seen < entries.count, entries[move.seen - 1].digest == head.digest else {
                throw changed(head.length)
            }
            return (head.clock, entries[move.seen...])
        }
        var (length, digest): (Int64, RecordDigest?) = (0, nil)
        let row = try RepeatedStatement(db, "SELECT length, head FROM clock WHERE id = ? AND tenant = ?")
        try row.bind(1, end.clock)
        try row.bind(2, tenant)
        try row.forEach { (length, digest) = ($0.number(0), $0.digest(1)) }
        guard digest == end.digest, Int64(move.seen) == length, move.seen < move.record.entries.count else {
            throw changed(length)
        }
        return (end.clock, try written(move.record.entries[move.seen...], after: digest, owner: move.owner, &texts)[...])
    }

    /// Each once, however often it is asked for.
    func tell(_ notices: [NoticeDraft], clock: Int64, change: Int64, at time: Timestamp) throws {
        guard !notices.isEmpty else { return }
        let row = try RepeatedStatement(db, "INSERT OR IGNORE INTO notice (clock, word, at) VALUES (?, ?, ?)")
        try row.bind(1, clock)
        try row.bind(3, time.unixSeconds)
        for notice in notices {
            try row.bind(2, notice.word)
            try row.run()
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

    /// Entries as they are stored: the text of each, and the digest over it and all before it.
    private func written(
        _ entries: ArraySlice<EmbargoEntry>, after digest: RecordDigest?, owner: ClockOwner, _ texts: inout EntryTexts
    ) throws -> [WrittenEntry] {
        let name = ClockRows.name(of: owner, tenant: tenantName)
        var previous = digest
        var written: [WrittenEntry] = []
        for entry in entries {
            let text = try texts.text(of: entry)
            let digest = entryDigest(owner: name, number: Int64(entry.number), entry: text, previous: previous)
            previous = digest
            written.append(WrittenEntry(number: entry.number, text: text, digest: digest))
        }
        return written
    }

    private func insert(_ entries: ArraySlice<WrittenEntry>, clock: Int64, change: Int64) throws {
        let row = try RepeatedStatement(
            db, "INSERT INTO clock_entry (clock, number, entry, digest, change) VALUES (?, ?, ?, ?, ?)")
        try row.bind(1, clock)
        try row.bind(5, change)
        for entry in entries {
            try row.bind(2, Int64(entry.number))
            try row.bind(3, entry.text)
            try row.bind(4, entry.digest)
            try row.run()
        }
    }

    /// Only runs whose access changes: a review of a hold is written in the chain, and moves no run.
    private func moveRuns(of clock: Int64, _ move: ClockMove, _ access: RunAccess, _ opened: Bool) throws -> Int64 {
        let ruled: String
        switch move.owner {
        case .run: ruled = "id = (SELECT run FROM clock WHERE id = ?8)"
        case .session:
            ruled = """
                session = (SELECT session FROM clock WHERE id = ?8)
                AND NOT EXISTS (SELECT 1 FROM clock AS own WHERE own.run = run.id)
                """
        }
        let select = try RepeatedStatement(
            db,
            """
            SELECT \(RunMover.columns) FROM run WHERE \(ruled)
                AND (access <> ?1 OR readers <> ?2 OR listed <> ?3 OR closed_until <> ?4 OR opens_at IS NOT ?5 OR opened <> ?6
                    OR for_registered <> ?7)
            ORDER BY id
            """)
        try select.bind(access, opened)
        try select.bind(8, clock)
        var runs: [RunMover.Run] = []
        try select.forEach { runs.append(RunMover.Run($0)) }
        let mover = RunMover(db: db, tenantName: tenantName, access: access, opened: opened, event: move.event)
        var change: Int64?
        for run in runs {
            if access.state == .purged { try refusePurge(of: run.id, pid: run.pid, at: move.event.at) }
            change = try mover.move(run)
        }
        let following = try moveFollowers(of: clock, move.event)
        return try following ?? change ?? nextChange(db)
    }
}

extension ClockWriter {
    /// Of bytes of which a copy is registered, or that a job reads.
    func refusePurge(of run: Int64, pid: String, at time: Timestamp) throws {
        try ReplicaRows.refusePurge(of: run, pid: pid, db)
        try LeaseRows.refuse("A job still reads the data", of: pid, now: time.unixSeconds, db)
    }
}

extension RepeatedStatement {
    /// The arguments 1 to 7, in the order of the columns access, readers, listed, closed_until, opens_at, opened, for_registered.
    func bind(_ access: RunAccess, _ opened: Bool) throws {
        try bind(1, Int64(access.state.rawValue))
        try bind(2, Int64(access.readers.rawValue))
        try bind(3, access.isListed ? 1 : 0 as Int64)
        try bind(4, access.closedUntil ?? RunAccess.never)
        try bind(5, access.opensAt)
        try bind(6, opened ? 1 : 0 as Int64)
        try bind(7, access.isForRegistered ? 1 : 0 as Int64)
    }
}

extension EmbargoRecord {
    /// UTC seconds of the planned end of a session that is not closed yet.
    var plannedEndWhileCollecting: Int64? {
        guard let plannedEnd else { return nil }
        let isClosed = entries.contains { if case .sessionClosed = $0.event { true } else { false } }
        return isClosed ? nil : plannedEnd.secondsSince1970
    }
}
