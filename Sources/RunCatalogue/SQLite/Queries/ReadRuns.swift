import Diagnostics
import GRDB
import Identifiers
import RunModel

/// Rows of the table `run` with the names they refer to, read into records.
enum RunRows {
    static let columns = RunColumns.allCases.map(\.sql).joined(separator: ", ")

    /// - Parameter row: `columns`, and `shown` and `inside` as `columns(for:)` adds them.
    static func record(_ row: Row) throws -> RunRecord { try RunColumns.record(row) }

    /// The columns of a record, for a reader.
    static func columns(for scope: ReaderScope, _ access: AccessCondition) -> AccessCondition.Part {
        let shown = AccessCondition.shownState(scope)
        let inside = access.inside
        return AccessCondition.Part(
            sql: "\(columns), \(shown.sql) AS shown, (\(inside.sql)) AS inside", arguments: shown.arguments + inside.arguments)
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
            closedUntil: closedUntil == RunAccess.never ? nil : closedUntil, readers: try word(row["readers"], at: place),
            isListed: row["listed"], isForRegistered: row["for_registered"], clock: row["clock"])
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
        try await lookingUp { db in
            let position = try RunRows.position(of: pid, scope: scope, db)
            let columns = RunRows.columns(for: scope, try AccessCondition(scope, db))
            let select = "SELECT \(columns.sql) FROM run WHERE id = ?"
            guard let row = try Row.fetchOne(db.cachedStatement(sql: select), arguments: columns.arguments + [position]) else {
                throw RunRows.notFound(pid)
            }
            return try RunRows.record(row)
        }
    }
}

extension SQLiteCatalogue {
    public func shortRecord(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> ShortRunRecord {
        try await lookingUp { db in
            let access = try AccessCondition(scope, db).condition
            let columns = RunRows.columns(for: scope, try AccessCondition(scope, db))
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT \(columns.sql) FROM run INDEXED BY run_by_pid
                        WHERE run.pid = ? AND run.tenant = (SELECT id FROM tenant WHERE name = ?) AND (run.listed = 1 OR (\(access.sql)))
                        """), arguments: columns.arguments + [pid.description, scope.tenant] + access.arguments)
            guard let row else { throw RunRows.notFound(pid) }
            let record = try RunRows.record(row)
            return ShortRunRecord(
                pid: record.pid, kind: record.kind, instrument: record.origin.instrument, technique: record.origin.technique,
                proposal: record.origin.proposal, session: record.origin.session, startedAt: record.startedAt,
                endedAt: record.endedAt, state: record.state, opensAt: record.access.opensAt, licence: record.licence,
                withdrawalReason: record.access.state == .withdrawn
                    ? try ClockRows.withdrawalReason(ofRun: row["id"], record.pid, db) : nil,
                creators: try DescribedCreators(db).creators(of: row["id"]))
        }
    }
}

extension RunRows {
    /// The number of a run that this reader may read.
    /// - Throws: `forbidden` where everyone may know of it; else `notFound`, in the same words whether there is no such run or it is not
    ///   this reader's.
    static func position(of pid: RunIdentifier, scope: ReaderScope, _ db: Database) throws -> Int64 {
        let access = try AccessCondition(scope, db).condition
        let found = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT run.id FROM run INDEXED BY run_by_pid WHERE run.pid = ? AND (\(access.sql))"),
            arguments: [pid.description] + access.arguments)
        if let found { return found }
        let isListed = try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT 1 FROM run INDEXED BY run_by_pid
                    WHERE pid = ? AND tenant = (SELECT id FROM tenant WHERE name = ?) AND listed = 1
                    """), arguments: [pid.description, scope.tenant])
        guard isListed == nil else {
            throw CatalogueError(
                .forbidden, "The data of this run are not open", at: "\(pid)",
                remedy: "Its public record says when they open; its team may share them before")
        }
        throw notFound(pid)
    }

    static func notFound(_ pid: RunIdentifier) -> CatalogueError {
        CatalogueError(.notFound, "The catalogue has no such run", at: "\(pid)")
    }
}
