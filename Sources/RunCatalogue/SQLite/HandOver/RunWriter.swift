import Diagnostics
import FoundationEssentials
import GRDB
import Identifiers
import RunModel

/// Writes runs within a transaction that someone else opened and will commit. What it leaves to the end is written by `index`: before the commit.
struct RunWriter {
    let db: Database
    var names: KnownNames
    /// Of what was written and is not in the indexes of words yet.
    var unindexed: [IndexedText] = []

    mutating func write(_ run: RunHandOver) throws -> HandOverOutcome {
        try run.check()
        let files = ListedRunFiles(run.files)
        let values = run.sortedValues
        return try write(run, files, values, content: try run.contentDigest(files, values)).outcome
    }

    /// - Parameters:
    ///   - files: the run's, in place of its own list, which was checked or is empty.
    ///   - content: digested before, as it takes a look at every file.
    /// - Returns: with it, where the run stands in its table.
    mutating func write(
        _ run: RunHandOver, _ files: some RunFileSource, _ values: [StoredValue], content: RecordDigest
    ) throws -> (outcome: HandOverOutcome, position: Int64) {
        let tenant = try names.tenant(run.tenant, db)
        let pid = run.pid.description
        if let known = try knownOutcome(run, tenant: tenant, content: content) { return known }
        try checkNamed(run, tenant: tenant)

        let clocks = ClockWriter(db: db, tenant: tenant, tenantName: run.tenant)
        let (access, opened) = try clocks.access(of: run)
        try access.check(at: pid)
        let position = try freePosition(for: run.startedAt)
        let change = try nextChange(db)
        let state = stateDigest(content: content, access: access, opened: opened)
        let record = "run \(run.tenant) \(pid)"
        var event = run.event
        var followed: [ClockOwner] = []
        if case .following(let owners) = run.clock { followed = owners }
        if let said = try FirstLink(following: followed, inputs: run.inputs).detail() { event.detail = said }
        let head = linkDigest(record: record, number: 1, event, state: state, previous: nil)

        let origin = run.origin
        let team = try names.number(of: origin.team, in: .team, tenant: tenant, db)
        let proposal = try names.number(of: origin.proposal, in: .proposal, tenant: tenant, db)
        try db.run(
            """
            INSERT INTO run (id, tenant, pid, kind, name, title, verdict, team, instrument, proposal, session, sample, technique,
                started_ns, ended_ns, folder, keywords, file_count, bytes, access, closed_until, opens_at, readers, listed,
                for_registered, clock, opened, content_digest, history_length, history_head, change)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)
            """,
            position, tenant, pid, run.kind.rawValue, run.name, run.title, run.verdict.rawValue,
            team,
            try names.number(of: origin.instrument, in: .instrument, tenant: tenant, db), proposal,
            try names.session(origin.session, proposal: proposal, tenant: tenant, db),
            try names.sample(origin.sample, team: team, tenant: tenant, db),
            try names.number(of: origin.technique, in: .technique, tenant: tenant, db),
            run.startedAt.unixNanoseconds, run.endedAt?.unixNanoseconds, run.folder, run.joinedKeywords, files.count,
            files.bytes, access.state.rawValue, access.closedUntil ?? RunAccess.never,
            access.opensAt, access.readers.rawValue, access.isListed ? 1 : 0, access.isForRegistered ? 1 : 0, access.clock,
            opened ? 1 : 0, content.data,
            head.data, change)
        try write(files, position: position)
        try write(values, position: position)
        try writeTexts(run, position: position)
        try write(keywords: run.keywords, position: position, tenant: tenant)
        try DescribedRows.write(run.persons, of: position, db)
        if case .own(let record) = run.clock { try clocks.begin(record, run: position, pid: pid, change: change) }
        try clocks.follow(run.clock, run: position)
        try DerivationRows.write(run.inputs + DerivationRows.named(in: values), of: position, db)
        try insertEvent(
            db, kind: .run, record: position, number: 1, event, state: state, previous: nil, digest: head, change: change)
        try insertMessages(db, run.outbox, tenant: tenant, run: position, change: change, at: run.event.at)
        return (HandOverOutcome(pid: run.pid, isNew: true, change: change), position)
    }

    /// What is to be said of a run that the catalogue has already.
    private func knownOutcome(
        _ run: RunHandOver, tenant: Int64, content: RecordDigest
    ) throws -> (outcome: HandOverOutcome, position: Int64)? {
        let statement = try db.cachedStatement(sql: "SELECT id, content_digest, change FROM run WHERE pid = ? AND tenant = ?")
        guard let row = try Row.fetchOne(statement, arguments: [run.pid.description, tenant]) else { return nil }
        let stored = RecordDigest(row["content_digest"])
        guard stored == content else {
            throw CatalogueError(
                .contentDiffers, "The catalogue has another run under this identifier", at: "\(run.pid)",
                got: "content \(content)", expected: "content \(stored), handed over before",
                remedy:
                    "A sealed run does not change: see which of the two folders was copied or edited, and run `faisceau verify`. "
                    + "If they are two measurements, whose hosts drew one identifier: faisceau catalogue add RUN --new-identifier"
            )
        }
        try checkInputs(run, known: row["id"])
        return (HandOverOutcome(pid: run.pid, isNew: false, change: row["change"]), row["id"])
    }

    /// What a result was made from is sealed in its run.json, and no part of the content: catalogues of before did not keep it.
    private func checkInputs(_ run: RunHandOver, known: Int64) throws {
        let stored = Set(try DerivationRows.inputs(of: known, db))
        let told = Set(run.inputs.map(\.description))
        guard !stored.isEmpty, !told.isEmpty, !told.isSubset(of: stored) else { return }
        throw CatalogueError(
            .contentDiffers, "The catalogue knows that this result was made from other runs", at: "\(run.pid)",
            got: told.subtracting(stored).sorted().joined(separator: ", "), expected: stored.sorted().joined(separator: ", "),
            remedy: "A sealed run does not change: see which of the two folders was copied or edited, and run `faisceau verify`")
    }

    /// The next number among those of the second of the start.
    private func freePosition(for start: Timestamp) throws -> Int64 {
        let first = RunPosition.first(in: start)
        let statement = try db.cachedStatement(sql: "SELECT max(id) FROM run WHERE id BETWEEN ? AND ?")
        let last = try Int64.fetchOne(statement, arguments: [first, first + RunPosition.perSecond - 1])
        guard let last else { return first }
        guard last + 1 < first + RunPosition.perSecond else {
            throw CatalogueError(
                .badRequest, "Too many runs began in one second", at: "\(start)", expected: "at most \(RunPosition.perSecond)",
                remedy: "See whether the runs' start times are right")
        }
        return last + 1
    }
}

/// Takes the next change number; the row is held by this transaction until its commit.
func nextChange(_ db: Database) throws -> Int64 {
    var last: Int64?
    try RepeatedStatement(db, "UPDATE change_counter SET last = last + 1 WHERE id = 1 RETURNING last").forEach {
        last = $0.number(0)
    }
    guard let change = last else {
        throw CatalogueError(.damaged, "The catalogue has lost its change number", remedy: "Restore the last backup")
    }
    return change
}

func insertEvent(
    _ db: Database, kind: RecordKind, record: Int64, number: Int64, _ draft: EventDraft, state: RecordDigest,
    previous: RecordDigest?, digest: RecordDigest, change: Int64
) throws {
    let row = try RepeatedStatement(
        db,
        """
        INSERT INTO event (kind, record, number, action, at_ns, person, detail, state_digest, previous, digest, change)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try row.bind(1, kind.rawValue)
    try row.bind(2, record)
    try row.bind(3, number)
    try row.bind(4, draft.action)
    try row.bind(5, draft.at.unixNanoseconds)
    try row.bind(6, draft.person)
    try row.bind(7, draft.detail)
    try row.bind(8, state)
    try row.bind(9, previous)
    try row.bind(10, digest)
    try row.bind(11, change)
    try row.run()
}

func insertMessages(
    _ db: Database, _ messages: [OutboxDraft], tenant: Int64, run: Int64?, change: Int64, at time: Timestamp
) throws {
    guard !messages.isEmpty else { return }
    let row = try RepeatedStatement(
        db, "INSERT INTO outbox (tenant, run, change, topic, payload, due_at) VALUES (?, ?, ?, ?, ?, ?)")
    try row.bind(1, tenant)
    try row.bind(2, run)
    try row.bind(3, change)
    try row.bind(6, time.unixNanoseconds / 1_000_000_000)
    for message in messages {
        try row.bind(4, message.topic)
        try row.bind(5, message.payload)
        try row.run()
    }
}
