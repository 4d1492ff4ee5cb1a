import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func addReplicas(
        _ draft: ReplicaDraft, of pid: RunIdentifier, scope: ReaderScope, by: Deed
    ) async throws(CatalogueError) -> Int {
        try await writing { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let access = try Int.fetchOne(db.cachedStatement(sql: "SELECT access FROM run WHERE id = ?"), arguments: [run])
            guard access != AccessState.purged.rawValue else {
                throw CatalogueError(.badRequest, "The bytes of this run are gone: it has no copies", at: "\(pid)", got: "purged")
            }
            let store = try ReplicaRows.makeStore(draft.store, scope.tenant, db)
            // A folder's slash at the end is none of the name.
            let folder = draft.path == "/" ? "" : draft.path.hasSuffix("/") ? String(draft.path.dropLast()) : draft.path
            try db.execute(
                sql: """
                    INSERT INTO replica (run, position, store, path, state)
                    SELECT run, position, ?, \(draft.file == nil ? "? || '/' || path" : "?"), ? FROM file
                    WHERE run = ? \(draft.file == nil ? "" : "AND path = ?")
                    ON CONFLICT (run, position, store) DO UPDATE
                        SET path = excluded.path, state = excluded.state, verified_at = NULL, found = NULL
                    """,
                arguments: [store, draft.file == nil ? folder : draft.path, draft.state.rawValue, run]
                    + (draft.file.map { [$0] } ?? []))
            let count = db.changesCount
            guard count > 0 else {
                throw CatalogueError(
                    .notFound, "The run has no such file", at: "\(pid)", got: draft.file.map { quoted($0) } ?? "no file at all",
                    remedy: "faisceau catalogue files lists them")
            }
            try RunNote(db: db, tenant: scope.tenant, by: by).write(
                "copies-registered",
                ReplicaDetail(store: draft.store, files: count, file: draft.file, states: [draft.state.rawValue: count]), on: run)
            return count
        }
    }

    public func replicaShares(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [ReplicaShare] {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            return try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT store.name, replica.state, count(*), sum(file.bytes),
                            CASE WHEN count(*) = count(verified_at) THEN min(verified_at) END
                        FROM replica JOIN store ON store.id = replica.store
                            JOIN file ON file.run = replica.run AND file.position = replica.position
                        WHERE replica.run = ? GROUP BY store.name, replica.state ORDER BY store.name, replica.state
                        """), arguments: [run]
            ).map {
                ReplicaShare(
                    store: $0[0], state: try RunRows.word($0[1], at: "\(pid), copies"), files: $0[2], bytes: $0[3],
                    verifiedSince: $0[4])
            }
        }
    }

    public func replicas(
        of pid: RunIdentifier, in store: String?, scope: ReaderScope, after: ReplicaCursor?, limit: Int
    ) async throws(CatalogueError) -> ReplicaPage {
        try Self.check(limit, 1...10_000, "copies on a page")
        return try await reading { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let isInside = try RunRows.isInside(run, scope: scope, db)
            let after = after ?? ReplicaCursor(fromFile: 0)
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT file.path, file.role, file.bytes, file.digest, store.name, replica.path, replica.state, verified_at,
                            found, replica.position, replica.store
                        FROM replica JOIN store ON store.id = replica.store
                            JOIN file ON file.run = replica.run AND file.position = replica.position
                        WHERE replica.run = ?1 AND (replica.position, replica.store) > (?2, ?3) AND (?4 IS NULL OR store.name = ?4)
                        ORDER BY replica.position, replica.store LIMIT ?5
                        """), arguments: [run, after.position, after.store, store, limit + 1])
            let replicas = try rows.prefix(limit).map { row in
                let place = "\(pid), \(quoted(row[0] as String))"
                return Replica(
                    file: try RunFile(path: row[0], role: try RunRows.word(row[1], at: place), bytes: row[2], digest: row[3]),
                    store: row[4], path: isInside ? row[5] : nil, state: try RunRows.word(row[6], at: place), verifiedAt: row[7],
                    found: row[8])
            }
            let next = rows.count > limit ? rows[limit - 1] : nil
            return ReplicaPage(replicas: replicas, next: next.map { ReplicaCursor(position: $0[9], store: $0[10]) })
        }
    }

    public func verified(
        _ findings: [ReplicaFinding], of pid: RunIdentifier, in store: String, scope: ReaderScope, by: Deed
    ) async throws(CatalogueError) {
        try await writing { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let number = try ReplicaRows.store(store, scope.tenant, pid, db)
            var states: [String: Int] = [:]
            for finding in findings {
                // When it was last found whole stays, where it is not whole any more.
                try db.run(
                    """
                    UPDATE replica SET state = ?, found = ?, verified_at = CASE WHEN ? THEN ? ELSE verified_at END
                    WHERE run = ? AND store = ? AND position = (SELECT position FROM file WHERE run = ? AND path = ?)
                    """, finding.state.rawValue, finding.found, finding.isVerified, by.at.unixSeconds, run, number, run,
                    finding.file)
                guard db.changesCount == 1 else {
                    throw CatalogueError(
                        .changedMeanwhile, "A copy was forgotten while it was verified", at: "\(pid), \(quoted(finding.file))",
                        got: quoted(store), remedy: "Verify again")
                }
                states[finding.isVerified ? "verified" : finding.state.rawValue, default: 0] += 1
            }
            try RunNote(db: db, tenant: scope.tenant, by: by).write(
                "copies-verified", ReplicaDetail(store: store, files: findings.count, file: nil, states: states), on: run)
        }
    }

    public func forgetReplicas(
        of pid: RunIdentifier, in store: String, file: String?, scope: ReaderScope, by: Deed
    ) async throws(CatalogueError) -> Int {
        try await writing { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let number = try ReplicaRows.store(store, scope.tenant, pid, db)
            try LeaseRows.refuse(
                "Jobs hold the run: none of its copies is taken away under them", of: "\(pid)", now: by.at.unixSeconds, db)
            try db.execute(
                sql: """
                    DELETE FROM replica WHERE run = ?1 AND store = ?2
                        AND (?3 IS NULL OR position = (SELECT position FROM file WHERE run = ?1 AND path = ?3))
                    """, arguments: [run, number, file])
            let count = db.changesCount
            guard count > 0 else { throw ReplicaRows.notFound(store, pid) }
            try RunNote(db: db, tenant: scope.tenant, by: by).write(
                "copies-forgotten", ReplicaDetail(store: store, files: count, file: file, states: nil), on: run)
            return count
        }
    }
}

/// Copies in the history of their run.
private struct ReplicaDetail: Encodable {
    let store: String
    let files: Int
    let file: String?
    /// How many in which state; `verified` for those that were found whole.
    let states: [String: Int]?
}

enum ReplicaRows {
    static func makeStore(_ name: String, _ tenant: String, _ db: Database) throws -> Int64 {
        let number = try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    INSERT INTO store (tenant, name) SELECT id, ? FROM tenant WHERE name = ?
                    ON CONFLICT (tenant, name) DO UPDATE SET name = name RETURNING id
                    """), arguments: [name, tenant])
        guard let number else { throw CatalogueError(.damaged, "A new row has no number", got: "store \(quoted(name))") }
        return number
    }

    static func store(_ name: String, _ tenant: String, _ pid: RunIdentifier, _ db: Database) throws -> Int64 {
        let number = try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT store.id FROM store JOIN tenant ON tenant.id = store.tenant WHERE store.name = ? AND tenant.name = ?"
            ),
            arguments: [name, tenant])
        guard let number else { throw notFound(name, pid) }
        return number
    }

    static func notFound(_ store: String, _ pid: RunIdentifier) -> CatalogueError {
        CatalogueError(
            .notFound, "The run has no such copies", at: "\(pid)", got: "in store \(quoted(store))",
            remedy: "faisceau catalogue replica list tells where it has some")
    }

    /// What a purge says of a run, that its bytes are gone, is not true while a copy of them stands somewhere.
    ///
    /// Asked in the transaction that marks runs as purged, so that no copy is registered between the question and the answer.
    /// - Throws: `clockRefuses`, naming the stores.
    static func refusePurge(of run: Int64, pid: String, _ db: Database) throws {
        let stores = try String.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT DISTINCT store.name FROM replica JOIN store ON store.id = replica.store
                    WHERE replica.run = ? AND replica.state <> ? ORDER BY store.name
                    """), arguments: [run, ReplicaState.lost.rawValue])
        guard stores.isEmpty else {
            throw CatalogueError(
                .clockRefuses, "Copies of a run that is purged are still registered", at: "run \(pid)",
                got: "copies in \(stores.map { quoted($0) }.joined(separator: ", "))", expected: "none but lost ones",
                remedy: "Delete them, then: faisceau catalogue replica forget \(pid) --store NAME")
        }
    }
}
