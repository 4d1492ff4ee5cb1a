import Diagnostics
import GRDB

/// Rows of the table `described_text`.
enum DescribedRows {
    static func persons(of run: Int64, _ db: Database) throws -> DescribedPersons {
        var persons = DescribedPersons()
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT field, text FROM described_text WHERE run = ? ORDER BY field, position"),
            arguments: [run])
        for row in rows {
            let word: String = row[0]
            guard let field = DescribedPersons.Field(rawValue: word) else {
                throw CatalogueError(
                    .unknownValue, "The catalogue holds a text that this version does not know", got: quoted(word))
            }
            persons.texts[field, default: []].append(row[1])
        }
        return persons
    }

    /// Each in place of what the run has of its field.
    static func write(_ persons: DescribedPersons, of run: Int64, _ db: Database) throws {
        for (field, texts) in persons.texts {
            try db.run("DELETE FROM described_text WHERE run = ? AND field = ?", run, field.rawValue)
            for (position, text) in texts.enumerated() {
                try db.run(
                    "INSERT INTO described_text (run, field, position, text) VALUES (?, ?, ?, ?)", run, field.rawValue, position,
                    text)
            }
        }
    }

    /// Those that a run has not got like this.
    static func changes(_ persons: DescribedPersons, of run: Int64, _ db: Database) throws -> DescribedPersons {
        guard !persons.isEmpty else { return persons }
        let known = try Self.persons(of: run, db)
        return DescribedPersons(persons.texts.filter { known[$0.key] != $0.value })
    }

    /// Takes a person out of every text: by ORCID, by address, by name. Of a run whose owner's address or ORCID is the person's, the owner's name goes
    /// with it, however it is spelt.
    static func erase(_ person: PersonTexts, tenant: Int64, _ db: Database) throws {
        let named = try places(naming: person, tenant: tenant, db)
        let owners = Set(named.filter { $0.field == "ownerEmail" || $0.field == "orcidOfOwner" }.map(\.run))
        for row in named {
            try db.run(
                "DELETE FROM described_text WHERE run = ? AND field = ? AND position = ?", row.run, row.field, row.position)
        }
        for run in owners { try db.run("DELETE FROM described_text WHERE run = ? AND field = 'owner'", run) }
        // Their public records may name somebody else now.
        for run in Set(named.map(\.run)) { try db.run("INSERT OR IGNORE INTO harvest_due (kind, record) VALUES (1, ?)", run) }
    }

    /// Every text that names a person.
    static func places(
        naming person: PersonTexts, tenant: Int64, _ db: Database
    ) throws -> [(run: Int64, field: String, position: Int64)] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT run, field, position, text FROM described_text
                WHERE run IN (SELECT id FROM run WHERE tenant = ?) ORDER BY run
                """, arguments: [tenant])
        var named: [(run: Int64, field: String, position: Int64)] = []
        while let row = try rows.next() {
            if person.isNamed(in: row[3]) { named.append((row[0], row[1], row[2])) }
        }
        return named
    }
}

/// What a person is known by, as it may stand in free texts.
struct PersonTexts {
    let family: String?
    let given: String?
    let email: String?
    let orcid: String?

    init?(number: Int64, _ db: Database) throws {
        let select = "SELECT family_name, given_name, email, orcid FROM person WHERE id = ?"
        guard let row = try Row.fetchOne(db, sql: select, arguments: [number]) else { return nil }
        func folded(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0.lowercased() } }
        (family, given) = (folded(row["family_name"]), folded(row["given_name"]))
        (email, orcid) = (folded(row["email"]), folded(row["orcid"]))
    }

    func isNamed(in text: String) -> Bool {
        let text = text.lowercased()
        if let email, text.contains(email) { return true }
        if let orcid, text.contains(orcid) { return true }
        guard let family, text.contains(family) else { return false }
        return given.map(text.contains) ?? (text == family)
    }
}
