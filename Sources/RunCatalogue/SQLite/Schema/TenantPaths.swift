import GRDB

/// Whose a row is. An institution's number stands in the rows of records; what is a part of a record (a file, a value, a mark) is of the
/// institution of the record that it refers to, and of no other: a number of its own could only contradict that.
package struct TenantPaths {
    /// A column that refers to a row of a table.
    package struct Reference: Hashable {
        package let column: String
        package let table: String
        package let isNeeded: Bool
    }

    /// Those with a column of their own.
    package let owned: Set<String>
    package let references: [String: [Reference]]

    package init(_ db: Database) throws {
        let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        var owned: Set<String> = []
        var references: [String: [Reference]] = [:]
        for table in tables {
            let needed = try Row.fetchAll(db, sql: "SELECT name, \"notnull\", pk FROM pragma_table_info(?)", arguments: [table])
                .filter { $0[1] as Int == 1 || $0[2] as Int > 0 }.map { $0[0] as String }
            let found = try Row.fetchAll(
                db, sql: "SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list(?) ORDER BY id, seq", arguments: [table]
            )
            references[table] = found.filter { ($0[2] as String?) == "id" || ($0[2] as String?) == nil }.map {
                Reference(column: $0[0], table: $0[1], isNeeded: needed.contains($0[0]))
            }
            if found.contains(where: { $0[0] as String == "tenant" && $0[1] as String == "tenant" }), needed.contains("tenant") {
                owned.insert(table)
            }
        }
        (self.owned, self.references) = (owned, references)
    }

    /// Whether every row of a table is of one institution: by its own column, or by a row that it must refer to.
    package func leads(_ table: String, without seen: Set<String> = []) -> Bool {
        if owned.contains(table) { return true }
        guard !seen.contains(table) else { return false }
        return (references[table] ?? []).contains { $0.isNeeded && leads($0.table, without: seen.union([table])) }
    }

    /// Ways of one row to two institutions, which must be the same: of a record and what it refers to, of a part and its two records.
    package func agreements() -> [(table: String, other: String, sql: String)] {
        references.sorted { $0.key < $1.key }.flatMap { table, references -> [(String, String, String)] in
            let known = references.filter { owned.contains($0.table) }
            if owned.contains(table) {
                return known.map { (table, $0.table, Self.differing(table, "own.tenant", $0)) }
            }
            guard let first = known.first else { return [] }
            return known.dropFirst().map { (table, $0.table, Self.differing(table, first, $0)) }
        }
    }

    private static func differing(_ table: String, _ tenant: String, _ reference: Reference) -> String {
        """
        SELECT other.id FROM \(table) AS own CROSS JOIN \(reference.table) AS other ON other.id = own.\(reference.column)
        WHERE other.tenant <> \(tenant) LIMIT 1
        """
    }

    private static func differing(_ table: String, _ first: Reference, _ second: Reference) -> String {
        """
        SELECT other.id FROM \(table) AS own CROSS JOIN \(first.table) AS first ON first.id = own.\(first.column)
            CROSS JOIN \(second.table) AS other ON other.id = own.\(second.column)
        WHERE other.tenant <> first.tenant LIMIT 1
        """
    }
}
