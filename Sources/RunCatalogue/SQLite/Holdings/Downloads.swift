import GRDB
import Identifiers

extension SQLiteCatalogue {
    public func count(_ downloads: [DownloadCount], tenant: String) async throws(CatalogueError) {
        guard !downloads.isEmpty else { return }
        try await writing { db in
            for count in downloads {
                try db.run(
                    """
                    INSERT INTO download_count (run, day, downloads, bytes)
                    SELECT run.id, ?1, ?2, ?3 FROM run WHERE pid = ?4 AND tenant = (SELECT id FROM tenant WHERE name = ?5)
                    ON CONFLICT (run, day) DO UPDATE SET
                        -- A count that is full (2^53) stays so: a sum beyond the largest integer would be none.
                        downloads = min(downloads + excluded.downloads, 9007199254740992), bytes = min(bytes + excluded.bytes, 9007199254740992)
                    """, count.day, count.downloads, count.bytes, count.run.description, tenant)
                guard db.changesCount == 1 else { throw RunRows.notFound(count.run) }
            }
        }
    }

    public func downloads(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [DownloadCount]? {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            guard try RunRows.isInside(run, scope: scope, db) else { return nil }
            return try Row.fetchAll(
                db.cachedStatement(sql: "SELECT day, downloads, bytes FROM download_count WHERE run = ? ORDER BY day"),
                arguments: [run]
            ).map { try DownloadCount(pid, day: $0[0], downloads: $0[1], bytes: $0[2]) }
        }
    }
}
