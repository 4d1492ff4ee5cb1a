import GRDB

/// The numbers among the metadata values, by key and value in SI units: what a range of values is found by.
///
/// A run's numbers differ from those of its neighbours, so that each would go to another page of one large index, and a hand-over would wait
/// for as many pages as it has values. Here they are sorted late and together: those of the newest runs are looked at one by one (`unsorted_run`),
/// the next ones gather in a small index (`recent_number`), and when that is full it is copied, in its order, behind the others
/// (`sorted_number`), where it is never changed again. A question looks into each part; a million runs are some 240 of them.
enum NumberIndex {
    /// Looked at one by one in every question about a range: half a millisecond.
    static let mostUnsorted = 256
    /// Runs of a part: 4 MB of numbers, which stay in memory while they gather.
    static let partRuns = 4096

    /// Adds a run whose values are written, in the same transaction.
    static func add(run: Int64, _ db: Database) throws {
        try db.run("INSERT INTO unsorted_run (run) VALUES (?)", run)
    }

    /// Takes the numbers of a run out of each part, before its values change; in the same transaction.
    static func remove(run: Int64, _ db: Database) throws {
        try db.run("DELETE FROM unsorted_run WHERE run = ?", run)
        let numbers = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT key, si FROM value WHERE run = ? AND si IS NOT NULL"), arguments: [run])
        for row in numbers {
            let (key, si) = (row[0] as Int64, row[1] as Double)
            try db.run("DELETE FROM recent_number WHERE key = ? AND si = ? AND run = ?", key, si, run)
            try db.run(
                """
                DELETE FROM sorted_number WHERE part IN (SELECT id FROM number_part) AND key = ? AND si = ? AND run = ?
                """, key, si, run)
        }
    }

    /// Sorts what has come, when it is enough. At the end of a transaction of hand-overs.
    static func sort(_ db: Database) throws {
        guard try count("SELECT count(*) FROM unsorted_run", db) >= mostUnsorted else { return }
        try db.run(
            """
            INSERT INTO recent_number (key, si, run)
                SELECT key, si, run FROM value WHERE run IN (SELECT run FROM unsorted_run) AND si IS NOT NULL ORDER BY key, si, run
            """)
        // Without a condition a table is emptied as a whole, and not row by row.
        try db.run(
            "INSERT INTO number_gathering (id, runs) SELECT 1, count(*) FROM unsorted_run WHERE true ON CONFLICT (id) DO UPDATE SET runs = runs + excluded.runs"
        )
        try db.run("DELETE FROM unsorted_run")
        guard try count("SELECT runs FROM number_gathering", db) >= partRuns else { return }
        try db.run("INSERT INTO number_part (runs) SELECT runs FROM number_gathering")
        try db.run(
            """
            INSERT INTO sorted_number (part, key, si, run)
                SELECT (SELECT max(id) FROM number_part), key, si, run FROM recent_number ORDER BY key, si, run
            """)
        try db.run("DELETE FROM recent_number")
        try db.run("DELETE FROM number_gathering")
    }

    private static func count(_ sql: String, _ db: Database) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: sql)) ?? 0
    }

    /// The numbers of the runs that have a value in a range.
    ///
    /// Without a join: once the planner has statistics, it makes a Bloom filter of the whole table of values first, to spare these few looks.
    /// - Parameter bounds: the key, and the two ends of the range.
    static func walk(_ bounds: StatementArguments) -> AccessCondition.Part {
        AccessCondition.Part(
            sql: """
                SELECT run FROM sorted_number WHERE part IN (SELECT id FROM number_part) AND key = ? AND si BETWEEN ? AND ?
                UNION ALL SELECT run FROM recent_number WHERE key = ? AND si BETWEEN ? AND ?
                UNION ALL SELECT run FROM unsorted_run
                    WHERE EXISTS (SELECT 1 FROM value WHERE run = unsorted_run.run AND key = ? AND si BETWEEN ? AND ?)
                """, arguments: bounds + bounds + bounds)
    }

    /// What of the index does not fit the values, in words; nil when all of it does.
    static func finding(_ db: Database) throws -> String? {
        let stray = try Row.fetchOne(
            db,
            sql: """
                SELECT run, key FROM (SELECT run, key, si FROM sorted_number UNION ALL SELECT run, key, si FROM recent_number) AS entry
                WHERE NOT EXISTS (SELECT 1 FROM value WHERE value.run = entry.run AND value.key = entry.key AND value.si = entry.si)
                LIMIT 1
                """)
        if let stray {
            return "the index of numbers has a value of run \(stray[0] as Int64), key \(stray[1] as Int64), that is not there"
        }
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT (SELECT count(*) FROM value WHERE si IS NOT NULL),
                    (SELECT count(*) FROM sorted_number WHERE part IN (SELECT id FROM number_part))
                    + (SELECT count(*) FROM recent_number)
                    + (SELECT count(*) FROM unsorted_run CROSS JOIN value ON value.run = unsorted_run.run WHERE value.si IS NOT NULL)
                """)
        guard let row, row[0] as Int64 != row[1] as Int64 else { return nil }
        return "the index of numbers has \(row[1] as Int64) values, the runs have \(row[0] as Int64)"
    }
}
