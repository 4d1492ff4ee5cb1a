import Diagnostics
import Foundation
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func addToken(
        digest: [UInt8], account: String, label: String, scopes: Set<String>, by deed: Deed, expires: Timestamp,
        tenant: String
    ) async throws(CatalogueError) -> Int64 {
        try checkWritten(names: scopes.sorted(), texts: [label], at: "a token of account \(quoted(account))")
        return try await recording(tenant: tenant) { db, writer in
            let row = try Self.account(account, tenant, db)
            try db.run(
                "INSERT INTO token (account, label, digest, scopes, made_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)", row, label,
                Data(digest), scopes.sorted().joined(separator: " "), deed.at.unixSeconds, expires.unixSeconds)
            let number = db.lastInsertedRowID
            try writer.append("token-added", to: .account, row, deed, detail: "{\"token\":\(number)}")
            return number
        }
    }

    public func tokenHolder(
        digest: [UInt8], now: Timestamp, tenant: String
    ) async throws(CatalogueError) -> (Account, AccessToken)? {
        try await lookingUp { db in
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT \(Self.tokenColumns), account.tenant AS tenant FROM token JOIN account ON account.id = token.account
                            JOIN tenant ON tenant.id = account.tenant
                        WHERE token.digest = ? AND tenant.name = ? AND revoked_at IS NULL AND expires_at > ? AND disabled_at IS NULL
                            AND token.made_at <= ?
                        """), arguments: [Data(digest), tenant, now.unixSeconds, now.unixSeconds + Self.clockSteps_s])
            guard let row, let account = try AccountRows.find(row["account_name"], row["tenant"], db) else { return nil }
            return (try AccountRows.account(account, db), Self.token(row))
        }
    }

    public func tokens(of account: String, tenant: String) async throws(CatalogueError) -> [AccessToken] {
        try await reading { db in
            let row = try Self.account(account, tenant, db)
            return try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT \(Self.tokenColumns) FROM token JOIN account ON account.id = token.account
                        WHERE token.account = ? ORDER BY token.id
                        """), arguments: [row]
            ).map(Self.token)
        }
    }

    public func revokeToken(
        _ number: Int64, of account: String, by deed: Deed, tenant: String
    ) async throws(CatalogueError) {
        try await recording(tenant: tenant) { db, writer in
            let row = try Self.account(account, tenant, db)
            try db.run(
                "UPDATE token SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? AND account = ?", deed.at.unixSeconds,
                number, row)
            guard db.changesCount == 1 else {
                throw CatalogueError(.notFound, "The account has no such token", at: quoted(account), got: "token \(number)")
            }
            try writer.append("token-revoked", to: .account, row, deed, detail: "{\"token\":\(number)}")
        }
    }

    static func account(_ name: String, _ tenant: String, _ db: Database) throws -> Int64 {
        guard let number = try tenantNumber(tenant, db), let row = try AccountRows.find(name, number, db) else {
            throw AccountRows.notFound(name)
        }
        return row["account_id"]
    }

    /// A token of later is none yet; a clock that a time service puts right by a step takes nobody's away.
    private static let clockSteps_s: Int64 = 300
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
