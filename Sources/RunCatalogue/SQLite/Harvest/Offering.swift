import Diagnostics
import GRDB
import RunModel

extension SQLiteCatalogue {
    public func offer(now: Int64, limit: Int) async throws(CatalogueError) -> Bool {
        try Self.check(limit, 1...100_000, "records to offer")
        return try await writing { db in
            try HarvestQueue.gather(now, db)
            return try HarvestOffering(db, now: now).offer(limit)
        }
    }

    public func harvestSecret(orDrawn drawn: String) async throws(CatalogueError) -> String {
        let name = "harvest secret"
        if let known = try await setting(name) { return known }
        return try await writing { db in
            try db.run("INSERT OR IGNORE INTO setting (name, text) VALUES (?, ?)", name, drawn)
            guard let kept = try String.fetchOne(db, sql: "SELECT text FROM setting WHERE name = ?", arguments: [name]) else {
                throw CatalogueError(.damaged, "A secret was written and is not there")
            }
            return kept
        }
    }
}

/// What may have changed: found by the links of histories and decisions that are newer than the last look, and by time.
enum HarvestQueue {
    /// Whether nothing is waiting, by what this snapshot shows.
    static func isEmpty(_ now: Int64, _ db: Database) throws -> Bool {
        let waits = try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT (SELECT last FROM change_counter) > (SELECT change FROM harvest_state)
                        OR EXISTS (SELECT 1 FROM harvest_due)
                        OR EXISTS (SELECT 1 FROM harvest INDEXED BY harvest_turning WHERE turns <= ? AND turns < 9223372036854775807)
                    """), arguments: [now])
        return waits == false
    }

    static func gather(_ now: Int64, _ db: Database) throws {
        let change = try Int64.fetchOne(db, sql: "SELECT change FROM harvest_state") ?? 0
        if try Int64.fetchOne(db, sql: "SELECT last FROM change_counter") ?? 0 > change {
            for select in selects { try db.run("INSERT OR IGNORE INTO harvest_due \(select)", change) }
            try db.run("UPDATE harvest_state SET change = (SELECT last FROM change_counter)")
        }
        try db.run(
            """
            INSERT OR IGNORE INTO harvest_due SELECT kind, record FROM harvest INDEXED BY harvest_turning
                WHERE turns <= ? AND turns < 9223372036854775807
            """, now)
    }

    /// Whatever a public record is made of, from the record that has changed to those that tell of it.
    private static let selects: [String] = {
        func changed(_ kind: RecordKind) -> String {
            "SELECT record FROM event INDEXED BY event_by_change WHERE change > ?1 AND kind = '\(kind.rawValue)'"
        }
        let clocks = "SELECT clock FROM clock_entry INDEXED BY clock_entry_by_change WHERE change > ?1"
        let persons = ["proposal_person", "proposal_contributor"].map {
            "SELECT proposal FROM \($0) WHERE person IN (\(changed(.person)))"
        }.joined(separator: " UNION ")
        var selects = [
            "SELECT 1, record FROM event INDEXED BY event_by_change WHERE change > ?1 AND kind = 'run'",
            // A session tells which of its runs are registered.
            "SELECT 0, session FROM run WHERE id IN (\(changed(.run))) AND session IS NOT NULL",
            "SELECT 0, record FROM event INDEXED BY event_by_change WHERE change > ?1 AND kind = 'session'",
            "SELECT 1, id FROM run WHERE session IN (\(changed(.session)))",
            "SELECT 0, session FROM clock WHERE id IN (\(clocks)) AND session IS NOT NULL",
            "SELECT 1, run FROM clock WHERE id IN (\(clocks)) AND run IS NOT NULL",
            "SELECT 1, id FROM run WHERE sample IN (\(changed(.sample)))",
            // What was made of a run is told with it, and from what it was made.
            """
            SELECT 1, input.id FROM derivation CROSS JOIN run AS result ON result.id = derivation.run
                CROSS JOIN run AS input INDEXED BY run_by_pid ON input.pid = input_pid AND input.tenant = result.tenant
                WHERE derivation.run IN (\(changed(.run)))
            """,
            """
            SELECT 1, derivation.run FROM run AS input
                CROSS JOIN derivation INDEXED BY derivation_by_input ON input_pid = input.pid
                CROSS JOIN run AS result ON result.id = derivation.run AND result.tenant = input.tenant
                WHERE input.id IN (\(changed(.run)))
            """,
            // So is what replaces a run, and what it replaces.
            """
            SELECT 1, other.id FROM stated_relation CROSS JOIN run AS telling ON telling.id = stated_relation.run
                CROSS JOIN run AS other INDEXED BY run_by_pid ON other.pid = target AND other.tenant = telling.tenant
                WHERE stated_relation.run IN (\(changed(.run)))
            """,
            """
            SELECT 1, stated_relation.run FROM run AS other
                CROSS JOIN stated_relation INDEXED BY stated_relation_by_target
                    ON target = other.pid AND removed_at_ns IS NULL
                CROSS JOIN run AS telling ON telling.id = stated_relation.run AND telling.tenant = other.tenant
                WHERE other.id IN (\(changed(.run)))
            """,
            // So is a sample that was looked at, once everyone may know of it by one of its runs.
            """
            SELECT 1, stated_relation.run FROM sample
                CROSS JOIN stated_relation INDEXED BY stated_relation_by_target ON target = igsn AND removed_at_ns IS NULL
                CROSS JOIN run AS telling ON telling.id = stated_relation.run AND telling.tenant = sample.tenant
                WHERE sample.id IN (\(changed(.sample)) UNION SELECT sample FROM run WHERE id IN (\(changed(.run))))
            """,
            // And the instrument that has the number of its detector.
            """
            SELECT 1, run.id FROM instrument
                CROSS JOIN used_detector INDEXED BY used_detector_by_serial_number
                    ON used_detector.serial_number = instrument.serial_number
                CROSS JOIN run ON run.id = used_detector.run AND run.tenant = instrument.tenant
                WHERE instrument.id IN (\(changed(.instrument)))
            """,
            "SELECT 1, run FROM collection_member WHERE collection IN (\(changed(.collection)))",
            "SELECT 1, id FROM run WHERE proposal IN (SELECT proposal FROM management_plan WHERE id IN (\(changed(.plan))))",
        ]
        for (column, records) in [("proposal", changed(.proposal)), ("proposal", persons), ("instrument", changed(.instrument))] {
            selects.append("SELECT 0, id FROM session WHERE \(column) IN (\(records))")
            selects.append("SELECT 1, id FROM run WHERE \(column) IN (\(records))")
        }
        return selects
    }()
}

/// Looks at what waits, and gives those a datestamp of which everyone may now know something else.
struct HarvestOffering {
    private let db: Database
    private let now: Int64
    private let stamp: Int64

    init(_ db: Database, now: Int64) throws {
        self.db = db
        self.now = now
        // Never before one that was given: a clock that was put back gives the last one again.
        stamp = max(now, try Int64.fetchOne(db, sql: "SELECT stamp FROM harvest_state") ?? 0)
    }

    /// - Returns: whether nothing waits any more.
    func offer(_ limit: Int) throws -> Bool {
        let faces = try HarvestFaces(db, now: now)
        var waiting: [(kind: Int64, record: Int64)] = []
        let rows = try RepeatedStatement(db, "SELECT kind, record FROM harvest_due ORDER BY kind, record LIMIT ?", [limit])
        try rows.forEach { waiting.append(($0.number(0), $0.number(1))) }
        let known = try RepeatedStatement(
            db, "SELECT face, turns, standing, deleted FROM harvest WHERE kind = ? AND record = ?", [0, 0])
        let write = try RepeatedStatement(
            db,
            """
            INSERT INTO harvest (tenant, kind, record, stamp, standing, deleted, instrument, technique, turns, face)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            ON CONFLICT (kind, record) DO UPDATE SET stamp = ?4, standing = ?5, deleted = ?6, instrument = ?7, technique = ?8,
                turns = ?9, face = ?10
            """)
        let turn = try RepeatedStatement(db, "UPDATE harvest SET turns = ?3 WHERE kind = ?1 AND record = ?2")
        let gone = try RepeatedStatement(db, "DELETE FROM harvest WHERE kind = ? AND record = ?", [0, 0])
        let done = try RepeatedStatement(db, "DELETE FROM harvest_due WHERE kind = ? AND record = ?", [0, 0])
        var isChanged = false
        for (kind, record) in waiting {
            try known.bind(1, kind)
            try known.bind(2, record)
            var before: (face: RecordDigest, turns: Int64, standing: Int64, isDeleted: Bool)?
            try known.forEach { before = ($0.digest(0), $0.number(1), $0.number(2), $0.number(3) != 0) }
            if let face = try kind == 0 ? faces.session(record) : faces.run(record) {
                let digest = face.digest
                if digest != before?.face {
                    // What was taken back stays in the sets in which it was: who harvests them learns of it.
                    let standing =
                        face.isDeleted ? before?.standing ?? Int64(face.standing.rawValue) : Int64(face.standing.rawValue)
                    try write.bind(1, face.tenant)
                    try write.bind(2, kind)
                    try write.bind(3, record)
                    try write.bind(4, stamp)
                    try write.bind(5, standing)
                    try write.bind(6, face.isDeleted ? 1 : 0 as Int64)
                    try write.bind(7, face.instrument)
                    try write.bind(8, face.technique)
                    try write.bind(9, face.turns)
                    try write.bind(10, digest)
                    try write.run()
                    isChanged = true
                } else if face.turns != before?.turns {
                    try turn.bind(1, kind)
                    try turn.bind(2, record)
                    try turn.bind(3, face.turns)
                    try turn.run()
                }
            } else if before != nil {
                // Found to be paid for: not even that there was something is told, as of what never was.
                try gone.bind(1, kind)
                try gone.bind(2, record)
                try gone.run()
            }
            try done.bind(1, kind)
            try done.bind(2, record)
            try done.run()
        }
        if isChanged { try db.run("UPDATE harvest_state SET stamp = ?", stamp) }
        return waiting.count < limit
    }
}
