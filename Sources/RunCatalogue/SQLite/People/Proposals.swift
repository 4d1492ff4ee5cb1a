import Diagnostics
import GRDB
import Identifiers
import RunModel
import Synchronization

extension SQLiteCatalogue {
    public func put(
        _ proposal: ProposalDescription, by deed: Deed, tenant: String
    ) async throws(CatalogueError) -> ImportOutcome {
        try checkWritten(
            names: [tenant, proposal.name, proposal.team], texts: [proposal.title, proposal.abstract] + proposal.namesAndCredits,
            at: "proposal \(quoted(proposal.name))")
        return try await writing { [self] db in
            var names = names.withLock { $0 }
            let number = try names.tenant(tenant, db)
            let known = try ProposalRows.find(proposal.name, tenant: tenant, db)
            let isSame = known.map { $0.bare == proposal.completed(from: $0).bare } ?? false
            if isSame { return .unchanged }
            if let known, known.team != proposal.team || known.kind != proposal.kind {
                // Runs were handed over to that team, and under that policy: neither changes by an import.
                let runs = try Int64.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT count(*) FROM run JOIN proposal ON proposal.id = run.proposal
                            WHERE proposal.name = ? AND proposal.tenant = ?
                            """), arguments: [proposal.name, number])
                guard runs == 0 else {
                    throw CatalogueError(
                        .badRequest, "A proposal with runs keeps its team and its kind", at: quoted(proposal.name),
                        got: "team \(quoted(proposal.team)), \(proposal.kind.rawValue)",
                        expected: "team \(quoted(known.team)), \(known.kind.rawValue)",
                        remedy: "Import it with these; what belongs to somebody else is another proposal")
                }
            }
            guard let row = try names.number(of: proposal.name, in: .proposal, tenant: number, db) else {
                throw CatalogueError(.damaged, "A proposal has no number", at: quoted(proposal.name))
            }
            let writer = RecordWriter(db: db, tenant: number, tenantName: tenant, change: try nextChange(db))
            let team = try names.number(of: proposal.team, in: .team, tenant: number, db)
            try db.run(
                "UPDATE proposal SET title = ?, abstract = ?, abstract_is_public = ?, team = ?, kind = ? WHERE id = ?",
                proposal.title, proposal.abstract, proposal.abstractIsPublic ? 1 : 0, team, proposal.kind.rawValue, row)
            try db.run("DELETE FROM proposal_person WHERE proposal = ?", row)
            for (position, member) in proposal.persons.enumerated() {
                let person = try PersonRows.number(of: member.person, writer, deed)
                try db.run(
                    """
                    INSERT INTO proposal_person (proposal, position, person, role, affiliation, affiliation_ror)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """, row, position, person, member.role.rawValue, member.affiliation?.name,
                    member.affiliation?.ror?.description)
            }
            try CreditRows.write(proposal, row, writer, deed)
            try StatedRows.write(proposal.stated, of: row, db)
            try writer.append(
                known == nil ? "imported" : "changed", to: .proposal, row, deed,
                detail: known.map { Self.detail(of: proposal.changedFields(since: $0)) })
            return known == nil ? .new : .changed
        }
    }

    /// Words of ours only, so nothing in them is syntax.
    private static func detail(of fields: [String]) -> String {
        "{\"fields\":[\(fields.map { "\"\($0)\"" }.joined(separator: ","))]}"
    }

    public func proposal(_ name: String, tenant: String) async throws(CatalogueError) -> ProposalDescription {
        try await lookingUp { db in
            guard let found = try ProposalRows.find(name, tenant: tenant, db) else {
                throw CatalogueError(.notFound, "The catalogue has no such proposal", at: quoted(name))
            }
            return found
        }
    }

    public func proposals(tenant: String, limit: Int) async throws(CatalogueError) -> [ProposalDescription] {
        try Self.check(limit, 1...100_000, "proposals")
        return try await reading { db in
            let names = try String.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT proposal.name FROM proposal JOIN tenant ON tenant.id = proposal.tenant
                        WHERE tenant.name = ? AND proposal.title IS NOT NULL ORDER BY proposal.name LIMIT ?
                        """), arguments: [tenant, limit])
            return try names.compactMap { try ProposalRows.find($0, tenant: tenant, db) }
        }
    }
}

extension ProposalDescription {
    /// The words of what is not as it was; an abstract may be private, and a title is what it is: no text is told.
    fileprivate func changedFields(since before: ProposalDescription) -> [String] {
        var fields: [String] = []
        if !title.isSame(as: before.title) { fields.append("title") }
        if !(abstract ?? "").isSame(as: before.abstract ?? "") || (abstract == nil) != (before.abstract == nil) {
            fields.append("abstract")
        }
        if abstractIsPublic != before.abstractIsPublic { fields.append("abstract_public") }
        if kind != before.kind { fields.append("kind") }
        if team != before.team { fields.append("team") }
        if bare.persons != before.bare.persons { fields.append("persons") }
        if completed(from: before).bare.contributors != before.bare.contributors { fields.append("contributors") }
        if funding != before.funding { fields.append("funding") }
        if completed(from: before).stated != before.stated { fields.append("stated") }
        return fields
    }

    /// Without the numbers that the catalogue gave to persons: what an import is compared by.
    fileprivate var bare: ProposalDescription {
        var bare = self
        for index in bare.persons.indices { bare.persons[index].person.number = nil }
        for index in bare.contributors.indices { bare.contributors[index].person.number = nil }
        return bare
    }

    /// With what the catalogue knows of contributors beyond what is said of them here: staff have accounts, and are named in many proposals.
    fileprivate func completed(from before: ProposalDescription) -> ProposalDescription {
        var completed = self
        // Of who says nothing of it, it stays.
        completed.stated = stated ?? before.stated
        for (index, known) in before.contributors.enumerated() where index < contributors.count {
            if known.person.isFound(by: contributors[index].person) { completed.contributors[index].person = known.person }
        }
        return completed
    }

    fileprivate var namesAndCredits: [String?] {
        let people = persons.map { ($0.person, $0.affiliation) } + contributors.map { ($0.person, $0.affiliation) }
        return people.flatMap { [$0.0.familyName, $0.0.givenName, $0.0.email, $0.1?.name] }
            + funding.flatMap { [$0.funder, $0.awardNumber, $0.awardAddress, $0.awardTitle] }
            + (stated?.texts.values.map(\.self) ?? [])
    }
}

extension Person {
    /// Whether this is whom `PersonRows` finds for another description, and nothing of this one would change by it.
    fileprivate func isFound(by other: Person) -> Bool {
        guard familyName == other.familyName, givenName == other.givenName else { return false }
        if other.orcid != nil { return orcid == other.orcid && (other.email == nil || email == other.email) }
        return email == other.email && (other.email != nil || orcid == nil)
    }
}

enum ProposalRows {
    /// A proposal that was imported; one that is only a name in some run's origin is none.
    static func find(_ name: String, tenant: String, _ db: Database) throws -> ProposalDescription? {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT proposal.id, proposal.title, abstract, abstract_is_public, kind,
                        (SELECT name FROM team WHERE id = proposal.team)
                    FROM proposal JOIN tenant ON tenant.id = proposal.tenant
                    WHERE tenant.name = ? AND proposal.name = ? AND proposal.title IS NOT NULL
                    """), arguments: [tenant, name])
        guard let row else { return nil }
        let place = "proposal \(quoted(name))"
        let persons = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT proposal_person.role, affiliation, affiliation_ror, \(PersonRows.columns) FROM proposal_person
                        JOIN person ON person.id = proposal_person.person WHERE proposal = ? ORDER BY position
                    """), arguments: [row[0] as Int64])
        var proposal = ProposalDescription(
            name: name, kind: try RunRows.word(row[4], at: place), title: row[1], abstract: row[2], abstractIsPublic: row[3],
            team: row[5],
            persons: try persons.map {
                TeamPerson(
                    try RunRows.word($0["role"], at: place), try PersonRows.person($0),
                    affiliation: try CreditRows.affiliation($0, at: place))
            }, contributors: try CreditRows.contributors(of: row[0], at: place, db),
            funding: try CreditRows.funding(of: row[0], at: place, db))
        proposal.stated = try StatedRows.facts(of: row[0], db)
        return proposal
    }
}

enum PersonRows {
    static let columns = "person.id AS person_id, person.orcid, person.family_name, person.given_name, person.email"

    static func person(_ row: Row) throws -> Person {
        let orcid: String? = row["orcid"]
        do {
            return Person(
                number: row["person_id"], familyName: row["family_name"] ?? "", givenName: row["given_name"],
                orcid: try orcid.map { try ORCID($0) }, email: row["email"])
        } catch {
            throw CatalogueError(.damaged, "The catalogue holds an ORCID that is none", at: "person \(row["person_id"] as Int64)")
        }
    }

    /// The row of a person: of that ORCID; else of that address and name, without another ORCID; else a new one. A name alone makes two
    /// people one, and an address alone too: secretaries have one for many.
    ///
    /// What changes of a person is an event of the person's own history: by address and ORCID right holders are recognised.
    /// - Parameter isNaming: whether it is the user office that says it; an account of the same ORCID is of the person whom the office names,
    ///   and calls nobody otherwise.
    static func number(
        of person: Person, isNaming: Bool = true, _ writer: RecordWriter, _ deed: Deed
    ) throws -> Int64 {
        let (db, tenant) = (writer.db, writer.tenant)
        if let orcid = person.orcid {
            let known = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM person WHERE tenant = ? AND orcid = ?"),
                arguments: [tenant, orcid.description])
            if let known {
                try db.run(
                    """
                    UPDATE person SET family_name = iif(?5, ?1, family_name), given_name = iif(?5, ?2, given_name),
                        email = iif(?5, coalesce(?3, email), coalesce(email, ?3))
                    WHERE id = ?4 AND (?5 AND (family_name IS NOT ?1 OR given_name IS NOT ?2 OR ?3 IS NOT NULL AND email IS NOT ?3)
                        OR NOT ?5 AND email IS NULL AND ?3 IS NOT NULL)
                    """, person.familyName, person.givenName, person.email, known, isNaming)
                if db.changesCount > 0 { try writer.append("changed", to: .person, known, deed) }
                return known
            }
        }
        let alike = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT id, orcid FROM person WHERE tenant = ? AND email IS ? AND family_name = ? AND given_name IS ?
                        AND (orcid IS NULL OR ? IS NULL) AND erased_at IS NULL AND email IS NOT NULL ORDER BY id
                    """), arguments: [tenant, person.email, person.familyName, person.givenName, person.orcid?.description])
        if let alike {
            let known: Int64 = alike[0]
            try db.run(
                "UPDATE person SET orcid = ?1 WHERE id = ?2 AND orcid IS NULL AND ?1 IS NOT NULL", person.orcid?.description,
                known)
            if db.changesCount > 0 { try writer.append("changed", to: .person, known, deed) }
            return known
        }
        return try enter(person, writer, deed)
    }

    /// A person whom the catalogue does not know yet.
    static func enter(_ person: Person, _ writer: RecordWriter, _ deed: Deed) throws -> Int64 {
        let db = writer.db
        try db.run(
            "INSERT INTO person (tenant, orcid, family_name, given_name, email, salt) VALUES (?, ?, ?, ?, ?, randomblob(16))",
            writer.tenant, person.orcid?.description, person.familyName, person.givenName, person.email)
        let number = db.lastInsertedRowID
        try writer.append("entered", to: .person, number, deed)
        return number
    }
}

extension String {
    /// Byte by byte, as the database and the digests have it.
    fileprivate func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
