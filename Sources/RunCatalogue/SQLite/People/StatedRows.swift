import Diagnostics
import GRDB

/// Rows of the table `proposal_text`.
enum StatedRows {
    static func facts(of proposal: Int64, _ db: Database) throws -> StatedFacts? {
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT field, text FROM proposal_text WHERE proposal = ?"), arguments: [proposal])
        guard !rows.isEmpty else { return nil }
        var facts = StatedFacts()
        for row in rows {
            let word: String = row[0]
            guard let field = StatedFacts.Field(rawValue: word) else {
                throw CatalogueError(
                    .unknownValue, "The catalogue holds a text that this version does not know", got: quoted(word))
            }
            facts.texts[field] = row[1]
        }
        return facts
    }

    static func write(_ facts: StatedFacts?, of proposal: Int64, _ db: Database) throws {
        guard let facts else { return }
        try db.run("DELETE FROM proposal_text WHERE proposal = ?", proposal)
        for (field, text) in facts.texts {
            try db.run("INSERT INTO proposal_text (proposal, field, text) VALUES (?, ?, ?)", proposal, field.rawValue, text)
        }
    }

    /// What of it the state of a proposal has; nothing of a catalogue that an earlier version has made, and that is being brought up to date.
    static func digested(_ db: Database) throws -> [(name: String, sql: String)] {
        let isThere = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'proposal_text')"))
        guard isThere == true else { return [] }
        let fields = StatedFacts.Field.allCases.filter { !$0.namesPersons }.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        return [
            ("stated", "SELECT field, text FROM proposal_text WHERE proposal = ? AND field IN (\(fields)) ORDER BY field")
        ]
    }

    /// Takes a person out of them.
    static func erase(_ person: PersonTexts, tenant: Int64, _ db: Database) throws {
        let fields = StatedFacts.Field.allCases.filter(\.namesPersons).map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT proposal, field, text FROM proposal_text
                WHERE field IN (\(fields)) AND proposal IN (SELECT id FROM proposal WHERE tenant = ?)
                """, arguments: [tenant])
        for row in rows where person.isNamed(in: row[2]) {
            // A given name stands beside an address only, and is of the same person.
            let email = (row[1] as String).hasSuffix("email")
            let given = email ? (row[1] as String).replacing("email", with: "firstname") : row[1]
            try db.run(
                "DELETE FROM proposal_text WHERE proposal = ? AND field IN (?, ?)", row[0] as Int64, row[1] as String, given)
        }
    }
}
