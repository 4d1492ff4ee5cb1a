import Diagnostics
import GRDB
import Identifiers
import RunModel
import Synchronization

extension SQLiteCatalogue {
    public func add(
        _ account: Account, password: String?, by deed: Deed, tenant: String
    ) async throws(CatalogueError) {
        let person = account.person
        try checkWritten(
            names: [tenant, account.name], texts: [person.familyName, person.givenName, person.email, password],
            at: "account \(quoted(account.name))")
        for group in account.teams.union(account.beamlines) {
            guard !group.isEmpty, !Account.reservedGroups.contains(group.lowercased()),
                !group.unicodeScalars.contains(where: \.isControl)
            else {
                throw CatalogueError(
                    .badRequest, "A group cannot be called so", at: "account \(quoted(account.name))", got: quoted(group),
                    expected: "a name, and none of \(Account.reservedGroups.sorted().joined(separator: ", "))")
            }
        }
        try await recording(tenant: tenant) { db, writer in
            let number = writer.tenant
            guard try AccountRows.find(account.name, number, db) == nil else {
                throw CatalogueError(.exists, "There is an account of this name already", at: quoted(account.name))
            }
            let person = try PersonRows.number(of: account.person, writer, deed)
            try db.run(
                "INSERT INTO account (tenant, name, person, password, made_at, disabled_at) VALUES (?, ?, ?, ?, ?, ?)", number,
                account.name, person, password, deed.at.unixSeconds, account.isDisabled ? deed.at.unixSeconds : nil)
            let row = db.lastInsertedRowID
            for role in account.roles { try db.run("INSERT INTO account_role VALUES (?, ?)", row, role.rawValue) }
            for team in account.teams { try db.run("INSERT INTO account_group VALUES (?, 'team', ?)", row, team) }
            for beamline in account.beamlines {
                try db.run("INSERT INTO account_group VALUES (?, 'beamline', ?)", row, beamline)
            }
            let roles = account.roles.map { "\"\($0.rawValue)\"" }.sorted().joined(separator: ",")
            try writer.append("added", to: .account, row, deed, detail: "{\"roles\":[\(roles)]}")
        }
    }

    public func account(_ name: String, tenant: String) async throws(CatalogueError) -> Account {
        guard let found = try await credentials(name, tenant: tenant) else { throw AccountRows.notFound(name) }
        return found.account
    }

    public func credentials(
        _ name: String, tenant: String
    ) async throws(CatalogueError) -> (account: Account, password: String?)? {
        try await lookingUp { db in
            guard let number = try Self.tenantNumber(tenant, db), let row = try AccountRows.find(name, number, db) else {
                return nil
            }
            return (try AccountRows.account(row, db), row["password"])
        }
    }

    public func accounts(tenant: String) async throws(CatalogueError) -> [Account] {
        try await reading { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return [] }
            let names = try String.fetchAll(
                db.cachedStatement(sql: "SELECT name FROM account WHERE tenant = ? ORDER BY name"), arguments: [number])
            return try names.compactMap { try AccountRows.find($0, number, db).map { try AccountRows.account($0, db) } }
        }
    }

    public func setDisabled(
        _ isDisabled: Bool, account: String, by deed: Deed, tenant: String
    ) async throws(CatalogueError) {
        try await change(
            account, tenant, "disabled_at = ?", isDisabled ? deed.at.unixSeconds : nil,
            event: isDisabled ? "disabled" : "enabled", deed)
    }

    public func setPassword(
        _ password: String, account: String, by deed: Deed, tenant: String
    ) async throws(CatalogueError) {
        try await change(account, tenant, "password = ?", password, event: "password-set", deed)
    }

    private func change(
        _ account: String, _ tenant: String, _ assignment: String, _ value: (any DatabaseValueConvertible & Sendable)?,
        event: String, _ deed: Deed
    ) async throws(CatalogueError) {
        try await recording(tenant: tenant) { db, writer in
            let number = try Self.account(account, tenant, db)
            try db.run("UPDATE account SET \(assignment) WHERE id = ?", value, number)
            try writer.append(event, to: .account, number, deed)
        }
    }

    public func teams(of person: Person, tenant: String) async throws(CatalogueError) -> Set<String> {
        try await lookingUp { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return [] }
            // By number, else by what the proposal says of the person; never by a name.
            let names = try String.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT DISTINCT team.name FROM (SELECT ?2 AS id
                                UNION SELECT id FROM person WHERE tenant = ?1 AND orcid = ?3
                                UNION SELECT id FROM person WHERE tenant = ?1 AND email = ?4) AS known
                            CROSS JOIN person ON person.id = known.id AND person.tenant = ?1
                            JOIN proposal_person ON proposal_person.person = person.id
                            JOIN proposal ON proposal.id = proposal_person.proposal JOIN team ON team.id = proposal.team
                        """), arguments: [number, person.number, person.orcid?.description, person.email])
            return Set(names)
        }
    }
}

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

    static func notFound(_ name: String) -> CatalogueError {
        CatalogueError(
            .notFound, "There is no such account", at: quoted(name), remedy: "faisceau user list names them")
    }
}
