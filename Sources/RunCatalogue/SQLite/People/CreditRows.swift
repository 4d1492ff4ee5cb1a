import Diagnostics
import GRDB
import Identifiers
import RunModel

/// Rows of the tables `proposal_contributor` and `proposal_funding`, and where persons work.
enum CreditRows {
    static func write(_ proposal: ProposalDescription, _ row: Int64, _ writer: RecordWriter, _ deed: Deed) throws {
        let db = writer.db
        try db.run("DELETE FROM proposal_contributor WHERE proposal = ?", row)
        for (position, one) in proposal.contributors.enumerated() {
            let person = try PersonRows.number(of: one.person, writer, deed)
            try db.run(
                """
                INSERT INTO proposal_contributor (proposal, position, person, role, affiliation, affiliation_ror)
                VALUES (?, ?, ?, ?, ?, ?)
                """, row, position, person, one.role.rawValue, one.affiliation?.name, one.affiliation?.ror?.description)
        }
        try db.run("DELETE FROM proposal_funding WHERE proposal = ?", row)
        for (position, one) in proposal.funding.enumerated() {
            try db.run(
                """
                INSERT INTO proposal_funding (proposal, position, funder, funder_ror, award_number, award_address, award_title)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """, row, position, one.funder, one.ror?.description, one.awardNumber, one.awardAddress, one.awardTitle)
        }
    }

    static func contributors(of proposal: Int64, at place: String, _ db: Database) throws -> [ProposalContributor] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT proposal_contributor.role, affiliation, affiliation_ror, \(PersonRows.columns) FROM proposal_contributor
                        JOIN person ON person.id = proposal_contributor.person WHERE proposal = ? ORDER BY position
                    """), arguments: [proposal])
        return try rows.map { row in
            ProposalContributor(
                try RunRows.word(row["role"], at: place), try PersonRows.person(row), affiliation: try affiliation(row, at: place)
            )
        }
    }

    static func funding(of proposal: Int64, at place: String, _ db: Database) throws -> [Funding] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT funder, funder_ror, award_number, award_address, award_title FROM proposal_funding
                    WHERE proposal = ? ORDER BY position
                    """), arguments: [proposal])
        return try rows.map { row in
            Funding(
                funder: row[0], ror: try ror(row[1], at: place), awardNumber: row[2], awardAddress: row[3], awardTitle: row[4])
        }
    }

    static func affiliation(_ row: Row, at place: String) throws -> Affiliation? {
        let name: String? = row["affiliation"]
        return try name.map { Affiliation($0, ror: try ror(row["affiliation_ror"], at: place)) }
    }

    private static func ror(_ text: String?, at place: String) throws -> ROR? {
        do { return try text.map { try ROR($0) } } catch {
            throw CatalogueError(.damaged, "The catalogue holds a ROR that is none", at: place, cause: error)
        }
    }

    /// What of it the state of a proposal has, in lists with names: one without rows is not digested, so that what was stored before there were
    /// any has the digest that it had. Where somebody works is digested with the person's salt, which is erased with it.
    static func lists(_ db: Database) throws -> [(name: String, sql: String)] {
        // Of a catalogue that an earlier version has made, and that is being brought up to date.
        let isThere = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'proposal_contributor')"))
        guard isThere == true else { return [] }
        let workplaces = { (table: String) in
            """
            SELECT position, salt, affiliation, affiliation_ror FROM \(table) JOIN person ON person.id = person
            WHERE proposal = ? AND affiliation IS NOT NULL ORDER BY position
            """
        }
        return [
            ("affiliations", workplaces("proposal_person")),
            ("contributors", "SELECT position, person, role FROM proposal_contributor WHERE proposal = ? ORDER BY position"),
            ("affiliations of contributors", workplaces("proposal_contributor")),
            (
                "funding",
                """
                SELECT position, funder, funder_ror, award_number, award_address, award_title FROM proposal_funding
                WHERE proposal = ? ORDER BY position
                """
            ),
        ]
    }
}

// MARK: A person who goes

extension CreditRows {
    /// Takes away where the person worked. The roles stay, under a number.
    static func erase(_ person: Int64, _ writer: RecordWriter, _ deed: Deed) throws {
        let db = writer.db
        let tables = ["proposal_person", "proposal_contributor"]
        let places = tables.map { "SELECT proposal FROM \($0) WHERE person = ?1 AND affiliation IS NOT NULL" }
        let proposals = try Int64.fetchAll(
            db, sql: places.joined(separator: " UNION ") + " ORDER BY proposal", arguments: [person])
        for table in tables {
            try db.run("UPDATE \(table) SET affiliation = NULL, affiliation_ror = NULL WHERE person = ?", person)
        }
        for proposal in proposals {
            try writer.append("person-erased", to: .proposal, proposal, deed, detail: "{\"person\":\(person)}")
        }
    }

    /// Sessions, registered runs and collections whose records name a contributor: those that are open. What is due and was not swept yet is told
    /// by the sweep.
    static func recordsNaming(_ person: Int64, tenant: String, _ db: Database) throws -> [String] {
        let proposals = """
            SELECT proposal.id FROM proposal_contributor JOIN proposal ON proposal.id = proposal_contributor.proposal
            WHERE person = ?1 AND proposal.tenant = (SELECT id FROM tenant WHERE name = ?2)
            """
        return try String.fetchAll(
            db,
            sql: """
                SELECT pid FROM session JOIN clock ON clock.session = session.id
                    WHERE pid IS NOT NULL AND opened = 1 AND session.proposal IN (\(proposals))
                UNION SELECT registration.pid FROM registration CROSS JOIN run ON run.id = registration.run
                    WHERE opened = 1 AND run.proposal IN (\(proposals))
                UNION SELECT registration.pid FROM registration
                    JOIN collection ON collection.pid = registration.pid AND collection.tenant = registration.tenant
                    JOIN collection_member ON collection_member.collection = collection.id
                    JOIN run ON run.id = collection_member.run WHERE opened = 1 AND run.proposal IN (\(proposals))
                """, arguments: [person, tenant])
    }

    static func contributions(of person: Int64, _ db: Database) throws -> [KnownPerson.Contribution] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT proposal.name, proposal_contributor.role FROM proposal_contributor
                        JOIN proposal ON proposal.id = proposal_contributor.proposal WHERE person = ? ORDER BY proposal.name, position
                    """), arguments: [person])
        return try rows.map {
            KnownPerson.Contribution(
                proposal: $0[0], role: try RunRows.word($0[1], at: "proposal \(quoted($0[0] as String))"))
        }
    }
}
