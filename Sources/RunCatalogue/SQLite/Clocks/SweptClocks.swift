import Diagnostics
import EmbargoClock
import GRDB
import Identifiers

extension SQLiteCatalogue {
    public func dueClocks(tenant: String, trustedNow: Int64, limit: Int) async throws(CatalogueError) -> [SweptClock] {
        try Self.check(limit, 1...1_000_000, "due clocks")
        return try await swept(
            "clock INDEXED BY clock_due",
            "clock.opened = 0 AND clock.closed_until < 9223372036854775807 AND clock.closed_until <= ?",
            order: "clock.closed_until", tenant, trustedNow, limit)
    }

    public func clocksToTell(tenant: String, now: Int64, limit: Int) async throws(CatalogueError) -> [SweptClock] {
        try Self.check(limit, 1...1_000_000, "clocks to tell of")
        return try await swept(
            "clock INDEXED BY clock_to_tell", "clock.tell_at < 9223372036854775807 AND clock.tell_at <= ?",
            order: "clock.tell_at, clock.id", tenant, now, limit)
    }

    /// A walk along an index of the clocks: what belongs to them is found by numbers, and no identifier is looked for.
    private func swept(
        _ table: String, _ condition: String, order: String, _ tenant: String, _ time: Int64, _ limit: Int
    ) async throws(CatalogueError) -> [SweptClock] {
        try await reading { db in
            let walk = try RepeatedStatement(
                db,
                """
                SELECT clock.id, clock.length, clock.head, run.pid, session.pid, session.name,
                    (SELECT name FROM proposal WHERE id = coalesce(session.proposal, run.proposal)),
                    EXISTS (SELECT 1 FROM registration WHERE registration.run = clock.run AND registration.tenant = clock.tenant)
                    OR EXISTS (SELECT 1 FROM collection_member CROSS JOIN collection ON collection.id = collection_member.collection
                            CROSS JOIN registration
                                ON registration.tenant = collection.tenant AND registration.pid = collection.pid
                        WHERE collection_member.run = clock.run AND collection.tenant = clock.tenant)
                    -- Whether a result that follows it is one of these is looked at when it is told.
                    OR EXISTS (SELECT 1 FROM followed_clock WHERE followed_clock.clock = clock.id)
                    -- So is whether an input of it is, or what it replaces.
                    OR EXISTS (SELECT 1 FROM derivation WHERE derivation.run = clock.run)
                    OR EXISTS (SELECT 1 FROM stated_relation WHERE stated_relation.run = clock.run AND removed_at_ns IS NULL)
                FROM \(table) LEFT JOIN run ON run.id = clock.run LEFT JOIN session ON session.id = clock.session
                WHERE \(condition) AND clock.tenant = (SELECT id FROM tenant WHERE name = ?) ORDER BY \(order) LIMIT ?
                """)
            try walk.bind(1, time)
            try walk.bind(2, tenant)
            try walk.bind(3, Int64(limit))
            let reading = try SweptChains(db, tenant: tenant)
            var found: [SweptClock] = []
            try walk.forEach { found.append(try reading.clock($0)) }
            return found
        }
    }
}

/// Reads what belongs to clocks, one after the other.
private final class SweptChains {
    private let tenant: String
    private let entries: RepeatedStatement
    private let words: RepeatedStatement
    private var texts = EntryTexts()

    init(_ db: Database, tenant: String) throws {
        self.tenant = tenant
        entries = try RepeatedStatement(db, "SELECT entry FROM clock_entry WHERE clock = ? ORDER BY number")
        words = try RepeatedStatement(db, "SELECT word FROM notice WHERE clock = ?")
    }

    func clock(_ row: ReadRow) throws -> SweptClock {
        let clock = row.number(0)
        let proposal = row.text(6)
        let owner: ClockOwner
        let pid: String?
        if let text = row.text(3) {
            (owner, pid) = (.run(try RunRows.identifier(text)), text)
        } else if let proposal, let name = row.text(5) {
            (owner, pid) = (.session(SessionName(proposal: proposal, name: name)), row.text(4))
        } else {
            throw CatalogueError(.damaged, "Clocks of nobody", got: "clock \(clock)")
        }
        var told: Set<String> = []
        try words.bind(1, clock)
        try words.forEach { if let word = $0.text(0) { told.insert(word) } }
        let end = ChainEnd(clock: clock, digest: row.digest(2))
        return SweptClock(
            owner: owner, pid: pid, proposal: proposal, chain: try chain(owner, end, length: row.number(1)), told: told,
            isRegistered: row.number(7) != 0)
    }

    /// - Throws: what the database cannot give; what it gives and is no chain of this program is a result.
    private func chain(
        _ owner: ClockOwner, _ end: ChainEnd, length: Int64
    ) throws -> Result<ReadChain, CatalogueError> {
        var stored: [String] = []
        try entries.bind(1, end.clock)
        try entries.forEach { if let text = $0.text(0) { stored.append(text) } }
        let name = ClockRows.name(of: owner, tenant: tenant)
        var digest: RecordDigest?
        for (number, text) in stored.enumerated() {
            digest = entryDigest(owner: name, number: Int64(number), entry: text, previous: digest)
        }
        guard digest == end.digest, Int64(stored.count) == length else {
            return .failure(
                CatalogueError(
                    .historyBroken, "The chain of decisions was edited behind the catalogue's back", at: "\(owner)",
                    got: "\(stored.count) entries that end with \(digest.map { "\($0)" } ?? "nothing")",
                    expected: "\(length) that end with \(end.digest)",
                    remedy: "Compare with the last backup and the signed checkpoints; keep the file as it is for that"))
        }
        do {
            let record = try EmbargoRecord(entries: stored.map { try texts.entry($0) })
            return .success(ReadChain(owner: owner, record: record, end: end))
        } catch { return .failure(ClockRows.broken(owner, error)) }
    }
}
