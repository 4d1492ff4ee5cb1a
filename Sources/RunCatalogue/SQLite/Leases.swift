import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func takeLease(
        _ name: String, holder: String, now: Int64, until: Int64
    ) async throws(CatalogueError) -> Int64? {
        try await writing { try LeaseRows.take(name, holder: holder, now: now, until: until, $0) }
    }

    public func releaseLease(_ name: String, holder: String) async throws(CatalogueError) {
        // The row stays, expired: the next holder's number must be larger.
        try await writing { try $0.run("UPDATE lease SET expires_at = 0 WHERE name = ? AND holder = ?", name, holder) }
    }

    public func takeLease(
        on run: RunIdentifier, holder: String, now: Int64, until: Int64, tenant: String
    ) async throws(CatalogueError) {
        try checkWritten(names: [holder], at: "a lease on \(run)")
        try await writing { db in
            let row = try RunRows.position(of: run, scope: .everything(tenant: tenant), db)
            let state = try Int64.fetchOne(db.cachedStatement(sql: "SELECT access FROM run WHERE id = ?"), arguments: [row])
            guard state != Int64(AccessState.purged.rawValue) else {
                throw CatalogueError(
                    .gone, "The bytes of this run are gone: the time for which they were kept is over", at: "\(run)",
                    remedy: "Its page, its metadata and its checksums stay")
            }
            // Its name has the holder: nobody else can have it.
            _ = try LeaseRows.take(LeaseRows.name(run, holder), holder: holder, now: now, until: until, db)
        }
    }

    public func releaseLease(on run: RunIdentifier, holder: String) async throws(CatalogueError) {
        try await releaseLease(LeaseRows.name(run, holder), holder: holder)
    }

    public func leases(on run: RunIdentifier, now: Int64) async throws(CatalogueError) -> Int {
        try await lookingUp { try LeaseRows.count(on: "\(run)", now: now, $0) }
    }
}

enum LeaseRows {
    static func name(_ run: RunIdentifier, _ holder: String) -> String { "run \(run) \(holder)" }

    static func take(_ name: String, holder: String, now: Int64, until: Int64, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db,
            sql: """
                INSERT INTO lease (name, holder, expires_at, token) VALUES (?1, ?2, ?4, 1)
                ON CONFLICT (name) DO UPDATE SET token = token + (holder <> ?2), holder = ?2, expires_at = ?4
                    WHERE holder = ?2 OR expires_at <= ?3
                RETURNING token
                """, arguments: [name, holder, now, until])
    }

    /// By the index of names: between "run PID " and what follows a space.
    static func count(on pid: String, now: Int64, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(
                sql: "SELECT count(*) FROM lease WHERE name >= ?1 || ' ' AND name < ?1 || '!' AND expires_at > ?2"),
            arguments: ["run \(pid)", now]) ?? 0
    }

    /// Asked in the transaction that takes bytes away, so that no job takes them up between the question and the answer.
    /// - Throws: `clockRefuses`.
    static func refuse(_ what: String, of pid: String, now: Int64, _ db: Database) throws {
        let held = try count(on: pid, now: now, db)
        guard held == 0 else {
            throw CatalogueError(
                .clockRefuses, what, at: "run \(pid)", got: "\(held) \(held == 1 ? "lease" : "leases")", expected: "none",
                remedy: "Wait for the jobs to end")
        }
    }
}
