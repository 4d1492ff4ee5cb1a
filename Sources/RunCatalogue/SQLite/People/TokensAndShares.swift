import Diagnostics
import Foundation
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func addToken(
        digest: [UInt8], account: String, label: String, scopes: Set<String>, at time: Timestamp, expires: Timestamp,
        tenant: String
    ) async throws(CatalogueError) -> Int64 {
        try await writing { db in
            let row = try Self.account(account, tenant, db)
            try db.run(
                "INSERT INTO token (account, label, digest, scopes, made_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)", row, label,
                Data(digest), scopes.sorted().joined(separator: " "), time.unixSeconds, expires.unixSeconds)
            return db.lastInsertedRowID
        }
    }

    public func tokenHolder(
        digest: [UInt8], now: Timestamp, tenant: String
    ) async throws(CatalogueError) -> (Account, AccessToken)? {
        try await reading { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT \(Self.tokenColumns), account.tenant AS tenant FROM token JOIN account ON account.id = token.account
                        JOIN tenant ON tenant.id = account.tenant
                    WHERE token.digest = ? AND tenant.name = ? AND revoked_at IS NULL AND expires_at > ? AND disabled_at IS NULL
                    """, arguments: [Data(digest), tenant, now.unixSeconds])
            guard let row, let account = try AccountRows.find(row["account_name"], row["tenant"], db) else { return nil }
            return (try AccountRows.account(account, db), Self.token(row))
        }
    }

    public func tokens(of account: String, tenant: String) async throws(CatalogueError) -> [AccessToken] {
        try await reading { db in
            let row = try Self.account(account, tenant, db)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT \(Self.tokenColumns) FROM token JOIN account ON account.id = token.account
                    WHERE token.account = ? ORDER BY token.id
                    """, arguments: [row]
            ).map(Self.token)
        }
    }

    public func revokeToken(
        _ number: Int64, of account: String, at time: Timestamp, tenant: String
    ) async throws(CatalogueError) {
        try await writing { db in
            let row = try Self.account(account, tenant, db)
            try db.run(
                "UPDATE token SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? AND account = ?", time.unixSeconds, number,
                row)
            guard db.changesCount == 1 else {
                throw CatalogueError(.notFound, "The account has no such token", at: quoted(account), got: "token \(number)")
            }
        }
    }

    public func share(
        _ owner: ClockOwner, with holder: ShareHolder, until expires: Int64, tenant: String
    ) async throws(CatalogueError) {
        try await writing { db in
            guard let number = try Self.tenantNumber(tenant, db) else { throw ClockRows.notFound(owner) }
            let (run, session) = try Self.rows(of: owner, number, db)
            try db.run(
                "INSERT INTO share (tenant, holder, run, session, expires_at) VALUES (?, ?, ?, ?, ?)", number, holder.text, run,
                session, expires)
        }
    }

    public func shares(
        of owner: ClockOwner, tenant: String
    ) async throws(CatalogueError) -> [(holder: ShareHolder, expires: Int64)] {
        try await reading { db in
            guard let number = try Self.tenantNumber(tenant, db) else { throw ClockRows.notFound(owner) }
            let (run, session) = try Self.rows(of: owner, number, db)
            return try Row.fetchAll(
                db, sql: "SELECT holder, expires_at FROM share WHERE run IS ? AND session IS ? ORDER BY id",
                arguments: [run, session]
            ).map { (try ShareHolder(stored: $0[0]), $0[1]) }
        }
    }

    private static func rows(of owner: ClockOwner, _ tenant: Int64, _ db: Database) throws -> (run: Int64?, session: Int64?) {
        let row: Int64?
        switch owner {
        case .run(let pid):
            row = try Int64.fetchOne(
                db, sql: "SELECT id FROM run WHERE pid = ? AND tenant = ?", arguments: [pid.description, tenant])
        case .session(let name):
            row = try Int64.fetchOne(
                db,
                sql: """
                    SELECT session.id FROM session JOIN proposal ON proposal.id = session.proposal
                    WHERE session.tenant = ? AND session.name = ? AND proposal.name = ?
                    """, arguments: [tenant, name.name, name.proposal])
        }
        guard let row else { throw ClockRows.notFound(owner) }
        if case .run = owner { return (row, nil) }
        return (nil, row)
    }

    private static func account(_ name: String, _ tenant: String, _ db: Database) throws -> Int64 {
        guard let number = try tenantNumber(tenant, db), let row = try AccountRows.find(name, number, db) else {
            throw AccountRows.notFound(name)
        }
        return row["account_id"]
    }

    private static let tokenColumns = """
        token.id AS token_id, label, scopes, token.made_at AS token_made_at, expires_at, revoked_at, account.name AS account_name
        """

    private static func token(_ row: Row) -> AccessToken {
        AccessToken(
            number: row["token_id"], account: row["account_name"], label: row["label"],
            scopes: Set((row["scopes"] as String).split(separator: " ").map(String.init)),
            madeAt: Timestamp(unixSeconds: row["token_made_at"]), expiresAt: Timestamp(unixSeconds: row["expires_at"]),
            revokedAt: (row["revoked_at"] as Int64?).map(Timestamp.init(unixSeconds:)))
    }
}

extension ShareHolder {
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
