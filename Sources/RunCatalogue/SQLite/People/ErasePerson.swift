import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func persons(_ question: PersonQuestion, tenant: String) async throws(CatalogueError) -> [KnownPerson] {
        let (sql, key): (String, any DatabaseValueConvertible & Sendable) =
            switch question {
            case .number(let number): ("id = ?2", number)
            case .orcid(let orcid): (Self.alike("orcid = ?2"), orcid.description)
            case .email(let email): (Self.alike("email = ?2"), email.lowercased())
            case .account(let name):
                (Self.alike("id IN (SELECT person FROM account WHERE account.tenant = ?1 AND account.name = ?2)"), name)
            }
        return try await reading { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return [] }
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT \(PersonRows.columns) FROM person WHERE tenant = ?1 AND erased_at IS NULL AND \(sql)
                    ORDER BY id LIMIT 1000
                    """, arguments: [number, key])
            return try rows.map { row in
                let person: Int64 = row["person_id"]
                let places = try Row.fetchAll(
                    db,
                    sql: """
                        SELECT proposal.name, proposal_person.role FROM proposal_person
                            JOIN proposal ON proposal.id = proposal_person.proposal WHERE person = ? ORDER BY proposal.name, position
                        """, arguments: [person])
                return KnownPerson(
                    number: person, person: try PersonRows.person(row),
                    accounts: try String.fetchAll(
                        db, sql: "SELECT name FROM account WHERE person = ? ORDER BY name", arguments: [person]),
                    places: try places.map {
                        KnownPerson.Place(
                            proposal: $0[0], role: try RunRows.word($0[1], at: "proposal \(quoted($0[0] as String))"))
                    }, contributions: try CreditRows.contributions(of: person, db))
            }
        }
    }

    /// Those whom a condition finds, and whoever has the same ORCID or address: a person stands once as an account and once as a proposal names
    /// them.
    private static func alike(_ condition: String) -> String {
        let found = { (column: String) in
            "SELECT \(column) FROM person WHERE tenant = ?1 AND erased_at IS NULL AND \(column) IS NOT NULL AND \(condition)"
        }
        return "(id IN (\(found("id"))) OR orcid IN (\(found("orcid"))) OR email IN (\(found("email"))))"
    }

    public func recordsNaming(persons: [Int64], tenant: String) async throws(CatalogueError) -> [String] {
        try await reading { db in
            var pids: Set<String> = []
            for person in persons {
                // What was paid for is registered nowhere.
                let proposals = """
                    SELECT proposal.id FROM proposal JOIN proposal_person ON proposal_person.proposal = proposal.id
                    WHERE person = ?1 AND proposal.tenant = (SELECT id FROM tenant WHERE name = ?2) AND kind IS NOT 'proprietary'
                    """
                pids.formUnion(
                    try String.fetchAll(
                        db,
                        sql: """
                            SELECT pid FROM session WHERE pid IS NOT NULL AND proposal IN (\(proposals))
                            UNION SELECT registration.pid FROM registration CROSS JOIN run ON run.id = registration.run
                                WHERE run.proposal IN (\(proposals))
                            UNION SELECT registration.pid FROM registration
                                JOIN collection ON collection.pid = registration.pid AND collection.tenant = registration.tenant
                                JOIN collection_member ON collection_member.collection = collection.id
                                JOIN run ON run.id = collection_member.run WHERE run.proposal IN (\(proposals))
                            """, arguments: [person, tenant]))
                pids.formUnion(try CreditRows.recordsNaming(person, tenant: tenant, db))
                pids.formUnion(try Self.described(naming: person, tenant: tenant, db))
            }
            return pids.sorted()
        }
    }

    /// Registered runs, and selections of some, that were described with this person's name.
    private static func described(naming person: Int64, tenant: String, _ db: Database) throws -> [String] {
        guard let number = try tenantNumber(tenant, db), let texts = try PersonTexts(number: person, db) else { return [] }
        let runs = Set(try DescribedRows.places(naming: texts, tenant: number, db).map(\.run))
        return try runs.flatMap { run in
            try String.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT pid FROM registration WHERE run = ?1
                        UNION SELECT registration.pid FROM collection_member
                            CROSS JOIN collection ON collection.id = collection_member.collection
                            CROSS JOIN registration ON registration.pid = collection.pid AND registration.tenant = collection.tenant
                            WHERE collection_member.run = ?1
                        """), arguments: [run])
        }
    }

    public func erase(
        persons: [Int64], by deed: Deed, outbox: [OutboxDraft], tenant: String
    ) async throws(CatalogueError) {
        try await recording(tenant: tenant) { db, writer in
            // What is taken away is overwritten in the file too, and does not lie in its free places.
            _ = try Int.fetchOne(db, sql: "PRAGMA secure_delete = ON")
            defer { _ = try? Int.fetchOne(db, sql: "PRAGMA secure_delete = OFF") }
            for number in persons { try Self.erase(number, writer, deed) }
            try insertMessages(db, outbox, tenant: writer.tenant, run: nil, change: writer.change, at: deed.at)
        }
        // The log beside the file still holds older pages. While another process reads it cannot be emptied; what was erased stays erased, and the
        // next erasure empties it.
        do { _ = try await pool.writeWithoutTransaction { try $0.checkpoint(.truncate) } } catch {
            guard (error as? DatabaseError)?.resultCode == .SQLITE_BUSY else { throw catalogueError(error, at: path) }
        }
    }

    private static func erase(_ number: Int64, _ writer: RecordWriter, _ deed: Deed) throws {
        let db = writer.db
        let known = try Int64.fetchOne(
            db, sql: "SELECT id FROM person WHERE id = ? AND tenant = ? AND erased_at IS NULL",
            arguments: [number, writer.tenant])
        guard known != nil else {
            throw CatalogueError(.notFound, "The catalogue has no such person", at: "person \(number)")
        }
        if let texts = try PersonTexts(number: number, db) {
            try DescribedRows.erase(texts, tenant: writer.tenant, db)
            try SampleRows.erase(texts, tenant: writer.tenant, db)
            try StatedRows.erase(texts, tenant: writer.tenant, db)
        }
        try db.run(
            """
            UPDATE person SET orcid = NULL, family_name = NULL, given_name = NULL, email = NULL, salt = NULL, erased_at = ?
            WHERE id = ?
            """, deed.at.unixSeconds, number)
        try writer.append("erased", to: .person, number, deed)
        try CreditRows.erase(number, writer, deed)
        let accounts = try Int64.fetchAll(db, sql: "SELECT id FROM account WHERE person = ?", arguments: [number])
        for account in accounts {
            // Nobody signs in with it any more, and its name was often the person's.
            try db.run(
                "UPDATE account SET name = 'erased-' || id, password = NULL, disabled_at = coalesce(disabled_at, ?) WHERE id = ?",
                deed.at.unixSeconds, account)
            try db.run(
                "UPDATE token SET label = '', revoked_at = coalesce(revoked_at, ?) WHERE account = ?", deed.at.unixSeconds,
                account)
            try writer.append("erased", to: .account, account, deed)
        }
    }
}
