import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    @discardableResult
    public func change(_ account: Account, by deed: Deed, tenant: String) async throws(CatalogueError) -> Bool {
        try Self.checkAccount(account, tenant: tenant, password: nil)
        return try await recording(tenant: tenant) { db, writer in
            guard let row = try AccountRows.find(account.name, writer.tenant, db) else {
                throw AccountRows.notFound(account.name)
            }
            let number: Int64 = row["account_id"]
            let before = try AccountRows.account(row, db)
            var changed: [String] = []
            if !account.person.says(the: before.person) {
                let person = try PersonRows.restated(account.person, before: before.person, account: number, writer, deed)
                try db.run("UPDATE account SET person = ? WHERE id = ?", person, number)
                changed.append("person")
            }
            if account.roles != before.roles {
                try AccountRows.write(account.roles, of: number, db)
                changed.append("roles")
            }
            if account.teams != before.teams || account.beamlines != before.beamlines {
                try AccountRows.writeGroups(of: account, number, db)
                changed.append("groups")
            }
            guard !changed.isEmpty else { return false }
            // Roles are no secret, and who gave them is what a history is asked; names and addresses are not told.
            let fields = changed.map { "\"\($0)\"" }.joined(separator: ",")
            let roles = changed.contains("roles") ? ",\"roles\":\(AccountRows.words(account.roles))" : ""
            try writer.append("changed", to: .account, number, deed, detail: "{\"changed\":[\(fields)]\(roles)}")
            return true
        }
    }

    /// What can be written of an account.
    /// - Throws: `badRequest`.
    static func checkAccount(_ account: Account, tenant: String, password: String?) throws(CatalogueError) {
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
    }
}

extension PersonRows {
    /// The row of an account's person of whom something else is said than before: the same one, so that what the person decided stays theirs and
    /// no old address is left behind. It is another one where the ORCID is another person's, who is called as before; and where one is taken
    /// away that a proposal's person keeps.
    static func restated(
        _ person: Person, before: Person, account: Int64, _ writer: RecordWriter, _ deed: Deed
    ) throws -> Int64 {
        let keepsOrcid = before.orcid == nil || before.orcid == person.orcid
        if let number = before.number, try isFree(person.orcid, for: number, writer),
            try keepsOrcid || isAlone(number, account: account, writer.db)
        {
            try writer.db.run(
                "UPDATE person SET orcid = ?, family_name = ?, given_name = ?, email = ? WHERE id = ?", person.orcid?.description,
                person.familyName, person.givenName, person.email, number)
            try writer.append("changed", to: .person, number, deed)
            return number
        }
        guard person.orcid != nil else { return try enter(person, writer, deed) }
        return try number(of: person, isNaming: false, writer, deed)
    }

    /// Whether a person is this account's alone, and in no proposal.
    private static func isAlone(_ person: Int64, account: Int64, _ db: Database) throws -> Bool {
        try
            !(Bool.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM proposal_person WHERE person = ?1)
                            OR EXISTS (SELECT 1 FROM proposal_contributor WHERE person = ?1)
                            OR EXISTS (SELECT 1 FROM proposal WHERE principal_investigator = ?1)
                            OR EXISTS (SELECT 1 FROM membership WHERE person = ?1)
                            OR EXISTS (SELECT 1 FROM account WHERE person = ?1 AND id <> ?2)
                        """), arguments: [person, account]) ?? true)
    }

    private static func isFree(_ orcid: ORCID?, for person: Int64, _ writer: RecordWriter) throws -> Bool {
        guard let orcid else { return true }
        return try Int64.fetchOne(
            writer.db.cachedStatement(sql: "SELECT id FROM person WHERE tenant = ? AND orcid = ? AND id <> ?"),
            arguments: [writer.tenant, orcid.description, person]) == nil
    }
}

extension Person {
    fileprivate func says(the other: Person) -> Bool {
        familyName.utf8.elementsEqual(other.familyName.utf8) && orcid == other.orcid && email == other.email
            && (givenName ?? "").utf8.elementsEqual((other.givenName ?? "").utf8)
    }
}
