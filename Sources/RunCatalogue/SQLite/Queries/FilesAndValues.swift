import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func files(
        of pid: RunIdentifier, scope: ReaderScope, from position: Int64, limit: Int
    ) async throws(CatalogueError) -> FilePage {
        try Self.check(limit, 1...10_000, "files on a page")
        return try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let total =
                try Int64.fetchOne(db.cachedStatement(sql: "SELECT file_count FROM run WHERE id = ?"), arguments: [run]) ?? 0
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT position, path, role, bytes, digest, changed_ns FROM file WHERE run = ? AND position >= ? ORDER BY position LIMIT ?
                        """), arguments: [run, position, limit])
            let files = try rows.map { row in
                let role: FileEntry.Role = try RunRows.word(row["role"], at: "\(pid), file \(row["position"] as Int64)")
                return ListedFile(
                    position: row["position"],
                    file: try RunFile(
                        path: row["path"], role: role, bytes: row["bytes"], digest: row["digest"],
                        changedAt: (row["changed_ns"] as Int64?).map(Timestamp.init(unixNanoseconds:))))
            }
            let next = files.last.flatMap { $0.position + 1 < total ? $0.position + 1 : nil }
            return FilePage(files: files, total: total, next: next)
        }
    }

    public func file(
        _ path: String, of pid: RunIdentifier, scope: ReaderScope
    ) async throws(CatalogueError) -> (file: RunFile, copies: Set<ReplicaState>) {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let select = "SELECT position, path, role, bytes, digest FROM file INDEXED BY file_by_path WHERE run = ? AND path = ?"
            guard let row = try Row.fetchOne(db.cachedStatement(sql: select), arguments: [run, path]) else {
                throw CatalogueError(
                    .noSuchFile, "The run has no such file", at: "\(pid)", got: quoted(path),
                    remedy: "Its list of files names them")
            }
            let place = "\(pid), file \(row["position"] as Int64)"
            let states = try String.fetchAll(
                db.cachedStatement(sql: "SELECT DISTINCT state FROM replica WHERE run = ? AND position = ?"),
                arguments: [run, row["position"] as Int64])
            return (
                try RunFile(
                    path: row["path"], role: RunRows.word(row["role"], at: place), bytes: row["bytes"], digest: row["digest"]),
                try Set(states.map { try RunRows.word($0, at: place) })
            )
        }
    }

    public func values(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [MetadataValue] {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            return try RunDetailsReading(scope, db).values(of: run, pid)
        }
    }
}

extension RunRows {
    /// Sorted by key, byte by byte, as they were digested.
    static func values(of run: Int64, _ db: Database) throws -> [StoredValue] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT metadata_key.name, metadata_key.dimension, value.number, unit.symbol, value.si, value.text
                    FROM value JOIN metadata_key ON metadata_key.id = value.key LEFT JOIN unit ON unit.id = value.unit
                    WHERE value.run = ? ORDER BY metadata_key.name
                    """), arguments: [run])
        return rows.map {
            StoredValue(key: $0[0], dimension: $0[1], number: $0[2], unit: $0[3], siValue: $0[4], text: $0[5])
        }
    }
}
