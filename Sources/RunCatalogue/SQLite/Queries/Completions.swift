import Diagnostics
import GRDB

extension SQLiteCatalogue {
    public func completions(
        of field: CompletedField, beginning: String, scope: ReaderScope, limit: Int
    ) async throws(CatalogueError) -> [String] {
        try Self.check(limit, 1...100, "completions")
        guard beginning.utf8.count <= SearchText.longest, !beginning.utf8.contains(0) else {
            throw CatalogueError(
                .badRequest, "The beginning of the value cannot be looked for", got: quoted(beginning),
                expected: "at most \(SearchText.longest) bytes of text")
        }
        return try await reading { db in
            let access = try AccessCondition(scope, db)
            guard !access.lanes.isEmpty, let tenant = try Self.tenantNumber(scope.tenant, db) else { return [] }
            let part = Self.completions(of: field, access.condition)
            // No pattern, so no sign of one: what lies between the beginning and the last text that begins so.
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: part.sql),
                arguments: [tenant, beginning, beginning + "\u{10FFFF}"] + part.arguments)
            var found: [String] = []
            var seen = Set<ExactText>()
            // Two teams' samples of one name are one completion: the rows are looked at until there are enough names.
            while found.count < limit, let row = try rows.next() {
                if seen.insert(ExactText(row[0])).inserted { found.append(row[0]) }
            }
            return found
        }
    }

    /// Names in the order of their index, each with a run behind it that the reader may read. Whether there is one is answered by the indexes that
    /// lists are filtered by, which carry what the access rule compares: no run is read.
    private static func completions(of field: CompletedField, _ access: AccessCondition.Part) -> AccessCondition.Part {
        switch field {
        case .instrument, .technique, .sample, .proposal, .session:
            let table = field.rawValue
            return AccessCondition.Part(
                sql: """
                    SELECT name FROM \(table) AS named INDEXED BY \(table)_by_folded_name
                    WHERE tenant = ? AND name COLLATE NOCASE >= ? AND name COLLATE NOCASE < ?
                        AND EXISTS (SELECT 1 FROM run INDEXED BY run_by_\(table) WHERE run.\(table) = named.id AND (\(access.sql)))
                    ORDER BY name COLLATE NOCASE
                    """, arguments: access.arguments)
        case .keyword:
            return AccessCondition.Part(
                sql: """
                    SELECT name FROM keyword AS named INDEXED BY keyword_by_folded_name
                    WHERE tenant = ? AND name COLLATE NOCASE >= ? AND name COLLATE NOCASE < ?
                        AND EXISTS (SELECT 1 FROM run_keyword CROSS JOIN run ON run.id = run_keyword.run
                            WHERE run_keyword.keyword = named.id AND (\(access.sql)))
                    ORDER BY name COLLATE NOCASE
                    """, arguments: access.arguments)
        case .person:
            return AccessCondition.Part(
                sql: """
                    SELECT family_name || coalesce(', ' || given_name, '') FROM person INDEXED BY person_by_folded_name
                    WHERE tenant = ? AND family_name COLLATE NOCASE >= ? AND family_name COLLATE NOCASE < ? AND family_name IS NOT NULL
                        AND EXISTS (SELECT 1 FROM proposal_person CROSS JOIN run INDEXED BY run_by_proposal
                                ON run.proposal = proposal_person.proposal
                            WHERE proposal_person.person = person.id AND (\(access.sql)))
                    ORDER BY family_name COLLATE NOCASE
                    """, arguments: access.arguments)
        }
    }
}
