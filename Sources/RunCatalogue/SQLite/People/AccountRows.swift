import Diagnostics
import GRDB
import Identifiers
import RunModel

/// Accounts as the file holds them.
enum AccountRows {
    static func find(_ name: String, _ tenant: Int64, _ db: Database) throws -> Row? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT account.id AS account_id, account.name AS account_name, password, disabled_at, \(PersonRows.columns)
                    FROM account JOIN person ON person.id = account.person WHERE account.tenant = ? AND account.name = ?
                    """), arguments: [tenant, name])
    }

    static func account(_ row: Row, _ db: Database) throws -> Account {
        let number: Int64 = row["account_id"]
        let name: String = row["account_name"]
        let roles: [Account.Role] = try String.fetchAll(
            db.cachedStatement(sql: "SELECT role FROM account_role WHERE account = ?"), arguments: [number]
        ).map { try RunRows.word($0, at: "account \(quoted(name))") }
        let groups = { (kind: String) in
            Set(
                try String.fetchAll(
                    db.cachedStatement(sql: "SELECT name FROM account_group WHERE account = ? AND kind = ?"),
                    arguments: [number, kind]))
        }
        return Account(
            name: name, person: try PersonRows.person(row), roles: Set(roles), teams: try groups("team"),
            beamlines: try groups("beamline"), isDisabled: row["disabled_at"] != nil)
    }

    static func write(_ roles: Set<Account.Role>, of account: Int64, _ db: Database) throws {
        try db.run("DELETE FROM account_role WHERE account = ?", account)
        for role in roles { try db.run("INSERT INTO account_role VALUES (?, ?)", account, role.rawValue) }
    }

    static func writeGroups(of account: Account, _ number: Int64, _ db: Database) throws {
        try db.run("DELETE FROM account_group WHERE account = ?", number)
        for team in account.teams { try db.run("INSERT INTO account_group VALUES (?, 'team', ?)", number, team) }
        for beamline in account.beamlines { try db.run("INSERT INTO account_group VALUES (?, 'beamline', ?)", number, beamline) }
    }

    /// As a JSON text.
    static func words(_ roles: Set<Account.Role>) -> String {
        "[" + roles.map { "\"\($0.rawValue)\"" }.sorted().joined(separator: ",") + "]"
    }

    static func notFound(_ name: String) -> CatalogueError {
        CatalogueError(
            .notFound, "There is no such account", at: quoted(name), remedy: "faisceau user list names them")
    }
}
