import GRDB
import Identifiers

/// Reads who is named as the creator of runs whose proposal names nobody, one after the other.
struct DescribedCreators {
    private let rows: RepeatedStatement

    init(_ db: Database) throws {
        rows = try RepeatedStatement(
            db,
            """
            SELECT field, text FROM described_text
            WHERE run = ?1 AND field IN ('principalInvestigators', 'owner', 'orcidOfOwner')
                AND NOT EXISTS (SELECT 1 FROM proposal_person CROSS JOIN person ON person.id = person
                    WHERE proposal = (SELECT proposal FROM run WHERE id = ?1) AND erased_at IS NULL)
            ORDER BY field, position
            """)
    }

    /// What looks like the address of a mail is no name.
    func creators(of run: Int64) throws -> [DescribedCreator] {
        var texts: [String: [String]] = [:]
        try rows.bind(1, run)
        try rows.forEach { row in
            if let field = row.text(0), let text = row.text(1), !text.contains("@") { texts[field, default: []].append(text) }
        }
        if let named = texts["principalInvestigators"] { return named.map { DescribedCreator(name: $0, orcid: nil) } }
        let orcid = texts["orcidOfOwner"]?.first.flatMap { try? ORCID($0) }
        return texts["owner"]?.prefix(1).map { DescribedCreator(name: $0, orcid: orcid) } ?? []
    }
}
