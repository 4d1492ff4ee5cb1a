import Diagnostics
import FoundationEssentials
import GRDB
import RunModel

extension SQLiteCatalogue {
    public func verifyHistory(of subject: HistorySubject, tenant: String) async throws(CatalogueError) {
        try await reading { db in
            let (record, rows) = try Self.record(of: subject, tenant, db)
            try RecordCheck(rows: rows, record: record, tenant: tenant, db: db).check()
        }
    }

    public func verifyRecords(
        of kind: RecordKind, tenant: String, after number: Int64?, limit: Int
    ) async throws(CatalogueError) -> RecordCheckPart {
        try Self.check(limit, 1...100_000, "records")
        return try await reading { db in
            guard let tenantNumber = try Self.tenantNumber(tenant, db) else {
                return RecordCheckPart(checked: 0, problems: [], next: nil)
            }
            guard let rows = RecordRows(kind) else { return try Self.historiesWithoutRuns(after: number, limit, db) }
            // Rows, histories without rows, and links without either.
            let records = try Int64.fetchAll(
                db,
                sql: """
                    SELECT id FROM (
                        SELECT id FROM \(rows.table) AS record WHERE tenant = :tenant AND id > :after AND (\(rows.condition))
                        UNION SELECT record FROM history WHERE kind = :kind AND record > :after AND tenant = :tenant
                        UNION SELECT record FROM event WHERE kind = :kind AND record > :after
                            AND NOT EXISTS (SELECT 1 FROM \(rows.table) AS other WHERE other.id = record AND other.tenant <> :tenant)
                    ) ORDER BY id LIMIT :limit
                    """,
                arguments: ["tenant": tenantNumber, "after": number ?? 0, "kind": kind.rawValue, "limit": limit])
            var problems: [CatalogueError] = []
            for record in records {
                do { try RecordCheck(rows: rows, record: record, tenant: tenant, db: db).check() } catch {
                    guard let known = error as? CatalogueError, known.code == .historyBroken else { throw error }
                    problems.append(known)
                }
            }
            return RecordCheckPart(
                checked: records.count, problems: problems, next: records.count == limit ? records.last : nil)
        }
    }

    /// A run that is gone leaves its history: nothing here deletes a run.
    private static func historiesWithoutRuns(after number: Int64?, _ limit: Int, _ db: Database) throws -> RecordCheckPart {
        let left = try Int64.fetchAll(
            db,
            sql: """
                SELECT DISTINCT record FROM event
                WHERE kind = 'run' AND record > ? AND NOT EXISTS (SELECT 1 FROM run WHERE run.id = event.record) ORDER BY record LIMIT ?
                """, arguments: [number ?? .min, limit])
        let problems = left.map {
            CatalogueError(
                .historyBroken, "A run was deleted behind the catalogue's back: only its history is left",
                at: "the run number \($0), which began at \(RunPosition.second(of: $0))",
                remedy: "Compare with the last backup and the signed checkpoints; keep the file as it is for that")
        }
        return RecordCheckPart(checked: 0, problems: problems, next: left.count == limit ? left.last : nil)
    }
}

/// Compares a record, as its rows stand, with what its history says it was.
struct RecordCheck {
    let rows: RecordRows
    let record: Int64
    let tenant: String
    let db: Database

    func check() throws {
        let links = try Link.all(of: rows.kind, record, db)
        let head = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT length, head FROM history WHERE kind = ? AND record = ?"),
            arguments: [rows.kind.rawValue, record])
        let state = try rows.stateDigest(of: record, db)
        guard let state else {
            throw broken(
                "The record was deleted behind the catalogue's back: only its history is left", got: "\(links.count) links")
        }
        guard let last = links.last else {
            throw broken(
                head == nil
                    ? "The record has no history: it was put there behind the catalogue's back, or its history was cut"
                    : "The history of the record is gone")
        }
        try checkChain(links)
        guard let head, last.number == head[0] as Int64, last.digest == RecordDigest(head[1] as Data) else {
            throw broken(
                "The end of the history is missing, or another one was put in its place", got: "\(links.count) links",
                expected: head.map { "\($0[0] as Int64)" })
        }
        guard state == last.state else {
            throw broken(
                "The record was edited behind the catalogue's back", got: "\(state)",
                expected: "the state that link \(last.number), '\(last.draft.action)', left")
        }
        // Public records of runs follow from it.
        if rows.kind == .instrument, try !DetectorRows.isAsSaid(record, db) {
            throw broken("The serial number by which runs find the instrument was edited behind the catalogue's back")
        }
    }

    private func checkChain(_ links: [Link]) throws {
        var previous: RecordDigest?
        let name = try rows.name(of: record, tenant: tenant, db)
        for (index, link) in links.enumerated() {
            guard link.number == Int64(index) + 1 else {
                throw broken("A link of the history is missing", got: "link \(link.number)", expected: "link \(index + 1)")
            }
            let computed = linkDigest(record: name, number: link.number, link.draft, state: link.state, previous: previous)
            guard computed == link.digest, link.previous == previous ?? RecordDigest(bytes: []) else {
                throw broken(
                    "Link \(link.number) of the history, '\(link.draft.action)', was edited behind the catalogue's back",
                    got: "\(computed)", expected: "\(link.digest)")
            }
            previous = link.digest
        }
    }

    private func broken(_ what: String, got: String? = nil, expected: String? = nil) -> CatalogueError {
        CatalogueError(
            .historyBroken, what, at: place, got: got, expected: expected,
            remedy: "Compare with the last backup and the signed checkpoints; keep the file as it is for that")
    }

    /// With the name by which people know it, where it is still there.
    private var place: String {
        let column: String? =
            switch rows.kind {
            case .proposal, .session, .account, .instrument, .sample: "name"
            case .plan: "identifier"
            case .collection: "pid"
            case .run, .share, .person: nil
            }
        let name = column.flatMap {
            try? String.fetchOne(db, sql: "SELECT \($0) FROM \(rows.table) WHERE id = ?", arguments: [record])
        }
        return "\(rows.kind.rawValue) \(record)\(name.map { ", \(quoted($0))" } ?? "")"
    }
}
