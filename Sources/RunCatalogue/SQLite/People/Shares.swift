import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func share(
        _ owner: ClockOwner, with holder: ShareHolder, until expires: Int64, by deed: Deed, tenant: String
    ) async throws(CatalogueError) -> Int64 {
        try await recording(tenant: tenant) { db, writer in
            let (run, session) = try Self.rows(of: owner, writer.tenant, db)
            try db.run(
                "INSERT INTO share (tenant, holder, run, session, expires_at) VALUES (?, ?, ?, ?, ?)", writer.tenant, holder.text,
                run, session, expires)
            let number = db.lastInsertedRowID
            try writer.append("given", to: .share, number, deed, detail: holder.detail)
            return number
        }
    }

    public func shares(of owner: ClockOwner, tenant: String) async throws(CatalogueError) -> [Share] {
        try await lookingUp { db in
            guard let number = try Self.tenantNumber(tenant, db) else { throw ClockRows.notFound(owner) }
            let (run, session) = try Self.rows(of: owner, number, db)
            return try Row.fetchAll(
                db.cachedStatement(
                    sql: "SELECT id, holder, expires_at, ended_at FROM share WHERE run IS ? AND session IS ? ORDER BY id"),
                arguments: [run, session]
            ).map { Share(number: $0[0], holder: try ShareHolder(stored: $0[1]), expires: $0[2], endedAt: $0[3]) }
        }
    }

    public func endShare(
        _ number: Int64, of owner: ClockOwner, by deed: Deed, tenant: String
    ) async throws(CatalogueError) {
        try await recording(tenant: tenant) { db, writer in
            let (run, session) = try Self.rows(of: owner, writer.tenant, db)
            try db.run(
                "UPDATE share SET ended_at = ? WHERE id = ? AND run IS ? AND session IS ? AND ended_at IS NULL",
                deed.at.unixSeconds, number, run, session)
            guard db.changesCount == 1 else {
                throw CatalogueError(
                    .notFound, "There is no such share, or it has ended", at: "\(owner)", got: "share \(number)")
            }
            try writer.append("revoked", to: .share, number, deed, detail: try Self.usesDetail(number, db))
        }
    }

    public func endExpiredShares(
        trustedNow: Int64, tenant: String, limit: Int
    ) async throws(CatalogueError) -> Int {
        try Self.check(limit, 1...1_000_000, "shares to end")
        let over = try await reading { db in
            try Int64.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT id FROM share INDEXED BY share_to_end WHERE ended_at IS NULL AND expires_at <= ?
                            AND tenant = (SELECT id FROM tenant WHERE name = ?) ORDER BY expires_at LIMIT ?
                        """), arguments: [trustedNow, tenant, limit])
        }
        guard !over.isEmpty else { return 0 }
        return try await recording(tenant: tenant) { db, writer in
            var ended = 0
            for number in over {
                // Somebody may have revoked it meanwhile.
                try db.run("UPDATE share SET ended_at = ? WHERE id = ? AND ended_at IS NULL", trustedNow, number)
                guard db.changesCount == 1 else { continue }
                try writer.append(
                    "expired", to: .share, number, Deed(at: Timestamp(unixSeconds: trustedNow)),
                    detail: try Self.usesDetail(number, db))
                ended += 1
            }
            return ended
        }
    }

    private static func rows(of owner: ClockOwner, _ tenant: Int64, _ db: Database) throws -> (run: Int64?, session: Int64?) {
        let row: Int64?
        switch owner {
        case .run(let pid):
            row = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM run WHERE pid = ? AND tenant = ?"), arguments: [pid.description, tenant])
        case .session(let name):
            row = try Int64.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT session.id FROM session JOIN proposal ON proposal.id = session.proposal
                        WHERE session.tenant = ? AND session.name = ? AND proposal.name = ?
                        """), arguments: [tenant, name.name, name.proposal])
        }
        guard let row else { throw ClockRows.notFound(owner) }
        if case .run = owner { return (row, nil) }
        return (nil, row)
    }

    /// On how many days it was used, and how often: counters stand beside the history, and their sum in its last link.
    private static func usesDetail(_ share: Int64, _ db: Database) throws -> String? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT count(*), coalesce(sum(uses), 0) FROM share_use WHERE share = ?"), arguments: [share])
        return row.flatMap { ($0[0] as Int) == 0 ? nil : "{\"days\":\($0[0] as Int),\"uses\":\($0[1] as Int)}" }
    }
}

extension ShareHolder {
    /// For a history: a person by number; of a link nothing by which it could be known.
    fileprivate var detail: String {
        switch self {
        case .person(let number): "{\"person\":\(number)}"
        case .link: "{\"link\":true}"
        }
    }

    init(stored text: String) throws(CatalogueError) {
        if text.hasPrefix("person:"), let number = Int64(text.dropFirst(7)) {
            self = .person(number)
        } else if text.hasPrefix("link:") {
            self = .link(digest: String(text.dropFirst(5)))
        } else {
            throw CatalogueError(.unknownValue, "The catalogue holds a share that this version does not know", got: quoted(text))
        }
    }
}
