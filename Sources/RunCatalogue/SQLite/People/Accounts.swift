import Diagnostics
import GRDB
import Identifiers
import RunModel
import Synchronization

extension SQLiteCatalogue {
    public func add(
        _ account: Account, password: String?, by deed: Deed, tenant: String
    ) async throws(CatalogueError) {
        try Self.checkAccount(account, tenant: tenant, password: password)
        try await recording(tenant: tenant) { db, writer in
            let number = writer.tenant
            guard try AccountRows.find(account.name, number, db) == nil else {
                throw CatalogueError(.exists, "There is an account of this name already", at: quoted(account.name))
            }
            let person = try PersonRows.number(of: account.person, isNaming: false, writer, deed)
            try db.run(
                "INSERT INTO account (tenant, name, person, password, made_at, disabled_at) VALUES (?, ?, ?, ?, ?, ?)", number,
                account.name, person, password, deed.at.unixSeconds, account.isDisabled ? deed.at.unixSeconds : nil)
            let row = db.lastInsertedRowID
            try AccountRows.write(account.roles, of: row, db)
            try AccountRows.writeGroups(of: account, row, db)
            try writer.append("added", to: .account, row, deed, detail: "{\"roles\":\(AccountRows.words(account.roles))}")
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
        try await recording(tenant: tenant) { db, writer in
            let number = try Self.account(account, tenant, db)
            try db.run("UPDATE account SET disabled_at = ? WHERE id = ?", isDisabled ? deed.at.unixSeconds : nil, number)
            try writer.append(isDisabled ? "disabled" : "enabled", to: .account, number, deed)
        }
    }

    public func setPassword(
        _ password: String, account: String, by deed: Deed, tenant: String
    ) async throws(CatalogueError) {
        try await recording(tenant: tenant) { db, writer in
            let number = try Self.account(account, tenant, db)
            try db.run("UPDATE account SET password = ? WHERE id = ?", password, number)
            // Whoever had the password before is out.
            try db.run(
                "UPDATE token SET revoked_at = ? WHERE account = ? AND label = ? AND revoked_at IS NULL", deed.at.unixSeconds,
                number,
                AccessToken.ofLogIn)
            try writer.append("password-set", to: .account, number, deed)
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
