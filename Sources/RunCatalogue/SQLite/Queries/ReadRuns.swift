import Diagnostics
import GRDB
import Identifiers
import RunModel

/// Rows of the table `run` with the names they refer to, read into records.
enum RunRows {
    static let columns = """
        run.id, run.pid, run.kind, run.name, run.title, run.verdict, run.started_ns, run.ended_ns, run.folder, run.keywords,
        run.file_count, run.bytes, run.access, run.closed_until, run.opens_at, run.clock, run.opened, run.content_digest,
        run.history_length, run.history_head, run.change,
        (SELECT name FROM tenant WHERE id = run.tenant) AS tenant_name, (SELECT name FROM team WHERE id = run.team) AS team_name,
        (SELECT name FROM instrument WHERE id = run.instrument) AS instrument_name,
        (SELECT name FROM proposal WHERE id = run.proposal) AS proposal_name,
        (SELECT name FROM session WHERE id = run.session) AS session_name,
        (SELECT name FROM sample WHERE id = run.sample) AS sample_name,
        (SELECT name FROM technique WHERE id = run.technique) AS technique_name
        """

    static func record(_ row: Row) throws -> RunRecord {
        let place = "run \(row["pid"] as String)"
        return RunRecord(
            pid: try identifier(row["pid"]), kind: try word(row["kind"], at: place), name: row["name"], title: row["title"],
            verdict: try word(row["verdict"], at: place), origin: origin(row),
            startedAt: Timestamp(unixNanoseconds: row["started_ns"]),
            endedAt: (row["ended_ns"] as Int64?).map(Timestamp.init(unixNanoseconds:)), folder: row["folder"],
            keywords: (row["keywords"] as String).split(separator: "\n").map(String.init), fileCount: row["file_count"],
            bytes: row["bytes"], access: try access(row, at: place), change: row["change"])
    }

    static func origin(_ row: Row) -> RunOrigin {
        RunOrigin(
            team: row["team_name"], instrument: row["instrument_name"], proposal: row["proposal_name"],
            session: row["session_name"],
            sample: row["sample_name"], technique: row["technique_name"])
    }

    static func access(_ row: Row, at place: String) throws(CatalogueError) -> RunAccess {
        let closedUntil: Int64 = row["closed_until"]
        return RunAccess(
            state: try word(row["access"], at: place), opensAt: row["opens_at"],
            closedUntil: closedUntil == RunAccess.never ? nil : closedUntil, clock: row["clock"])
    }

    /// A stored word or number of a list of cases; one that this version does not know is an error, not the nearest case.
    static func word<Word: RawRepresentable & CaseIterable>(
        _ stored: Word.RawValue, at place: String
    ) throws(CatalogueError) -> Word {
        if let known = Word(rawValue: stored) { return known }
        throw CatalogueError(
            .unknownValue, "The catalogue holds a \(Word.self) that this version does not know", at: place,
            got: quoted("\(stored)"),
            expected: Word.allCases.map { "\($0.rawValue)" }.joined(separator: ", "),
            remedy: "Use the version that wrote it; if none did, run `faisceau catalogue check`")
    }

    static func identifier(_ text: String) throws(CatalogueError) -> RunIdentifier {
        do {
            return try RunIdentifier(text)
        } catch {
            throw CatalogueError(
                .damaged, "The catalogue holds an identifier that is none", at: "run \(quoted(text))", cause: error)
        }
    }
}

extension SQLiteCatalogue {
    public func run(_ pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> RunRecord {
        try await reading { db in
            let position = try RunRows.position(of: pid, scope: scope, db)
            guard let row = try Row.fetchOne(db, sql: "SELECT \(RunRows.columns) FROM run WHERE id = ?", arguments: [position])
            else {
                throw RunRows.notFound(pid)
            }
            return try RunRows.record(row)
        }
    }
}

extension RunRows {
    /// The number of a run that this reader may read.
    /// - Throws: `notFound`, in the same words whether there is no such run or it is not this reader's.
    static func position(of pid: RunIdentifier, scope: ReaderScope, _ db: Database) throws -> Int64 {
        let access = try AccessCondition(scope, db).condition
        let found = try Int64.fetchOne(
            db, sql: "SELECT run.id FROM run INDEXED BY run_by_pid WHERE run.pid = ? AND (\(access.sql))",
            arguments: [pid.description] + access.arguments)
        guard let found else { throw notFound(pid) }
        return found
    }

    static func notFound(_ pid: RunIdentifier) -> CatalogueError {
        CatalogueError(.notFound, "The catalogue has no such run", at: "\(pid)")
    }
}
