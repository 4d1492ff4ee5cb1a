import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func relations(of pid: RunIdentifier, tenant: String) async throws(CatalogueError) -> RunRelations {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: .everything(tenant: tenant), db)
            return try RelationReading(db).relations(of: run)
        }
    }

    public func derivations(
        of pid: RunIdentifier, scope: ReaderScope
    ) async throws(CatalogueError) -> (inputs: [RunIdentifier], results: [RunIdentifier]) {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            return (
                try DerivationReading(.inputs, scope, db).runs(beside: run),
                try DerivationReading(.results, scope, db).runs(beside: run)
            )
        }
    }
}

/// Reads what runs stand in relation to, one after the other.
///
/// Of a result it is told once it is marked open, by a sweep: its input then has another public record too, from the same moment on.
struct RelationReading {
    private let rows: RepeatedStatement

    init(_ db: Database) throws {
        let most = RunRelations.mostOfAKind
        let detectors = try DetectorRows.instruments(db).map { "UNION ALL SELECT 7, pid FROM (\($0))" } ?? ""
        rows = try RepeatedStatement(
            db,
            """
            SELECT 0, pid FROM (SELECT input.pid AS pid FROM derivation
                CROSS JOIN run AS input INDEXED BY run_by_pid ON input.pid = input_pid
                WHERE derivation.run = ?1 AND input.tenant = (SELECT tenant FROM run WHERE id = ?1) AND input.listed = 1
                ORDER BY input_pid LIMIT \(most))
            UNION ALL SELECT 1, pid FROM (SELECT result.pid AS pid FROM derivation INDEXED BY derivation_by_input
                CROSS JOIN run AS result ON result.id = derivation.run
                WHERE input_pid = (SELECT pid FROM run WHERE id = ?1) AND result.tenant = (SELECT tenant FROM run WHERE id = ?1)
                    AND result.opened = 1 AND result.listed = 1 ORDER BY result.id LIMIT \(most))
            UNION ALL SELECT 2, pid FROM (SELECT collection.pid AS pid FROM collection_member
                CROSS JOIN collection ON collection.id = collection_member.collection
                CROSS JOIN registration ON registration.tenant = collection.tenant AND registration.pid = collection.pid
                WHERE collection_member.run = ?1
                    AND NOT EXISTS (SELECT 1 FROM collection_member AS other CROSS JOIN run AS member ON member.id = other.run
                        WHERE other.collection = collection.id AND member.listed = 0)
                ORDER BY collection.id LIMIT \(most))
            UNION ALL SELECT 3, identifier FROM (SELECT identifier FROM management_plan
                WHERE proposal = (SELECT proposal FROM run WHERE id = ?1) ORDER BY identifier LIMIT \(most))
            UNION ALL SELECT 4, text FROM value
                WHERE run = ?1 AND key = (SELECT id FROM metadata_key WHERE name = 'scicat/usedSoftware' AND dimension = '')
            UNION ALL SELECT 5, word || ' ' || target FROM (SELECT word, target FROM stated_relation
                WHERE run = ?1 AND removed_at_ns IS NULL AND CASE
                    WHEN word IN (\(RelationRows.wordsOfRuns)) THEN EXISTS (SELECT 1 FROM run AS other INDEXED BY run_by_pid
                        WHERE other.pid = target AND other.tenant = (SELECT tenant FROM run WHERE id = ?1) AND other.listed = 1)
                    WHEN word = '\(RelationWord.references.rawValue)' THEN \(LookedAtSamples.isTold)
                    ELSE 1 END
                ORDER BY id LIMIT \(most))
            UNION ALL SELECT 6, word || ' ' || pid FROM (SELECT word, other.pid AS pid
                FROM stated_relation INDEXED BY stated_relation_by_target CROSS JOIN run AS other ON other.id = stated_relation.run
                WHERE target = (SELECT pid FROM run WHERE id = ?1) AND removed_at_ns IS NULL
                    AND word IN (\(RelationRows.wordsOfRuns)) AND other.tenant = (SELECT tenant FROM run WHERE id = ?1)
                    AND other.opened = 1 AND other.listed = 1 ORDER BY stated_relation.id LIMIT \(most))
            \(detectors)
            """)
    }

    /// Of a run that is open: of others nothing is told.
    func relations(of run: Int64) throws -> RunRelations {
        var relations = RunRelations()
        try rows.bind(1, run)
        try rows.forEach { row in
            guard let text = row.text(1) else { return }
            switch row.number(0) {
            case 0: relations.inputs.append(try RunRows.identifier(text))
            case 1: relations.results.append(try RunRows.identifier(text))
            case 2:
                do { relations.collections.append(try PersistentIdentifier(text)) } catch {
                    throw CatalogueError(
                        .damaged, "The catalogue holds an identifier that is none", at: "collection \(quoted(text))", cause: error
                    )
                }
            case 3: if let doi = try? DOI(text) { relations.plans.append(doi) }
            case 4:
                let named = text.split(separator: "\n").prefix(RunRelations.mostOfAKind)
                relations.software = named.compactMap { RunRelations.Software(String($0)) }
            case 7: relations.detectors.append(text)
            default:
                let parts = text.split(separator: " ", maxSplits: 1)
                let word: RelationWord = try RunRows.word(String(parts.first ?? ""), at: "stated_relation")
                relations.stated.append(
                    .init(word: row.number(0) == 5 ? word : word.inverse ?? word, target: String(parts.last ?? "")))
            }
        }
        return relations
    }
}

/// Reads from which runs others were made, or what was made from them, for one reader: of these, those of which the reader may know.
struct DerivationReading {
    enum Side: String {
        case inputs = "run.pid IN (SELECT input_pid FROM derivation WHERE derivation.run = ?)"
        case results = "run.id IN (SELECT run FROM derivation WHERE input_pid = (SELECT pid FROM run WHERE id = ?))"
    }
    private let rows: RepeatedStatement

    init(_ side: Side, _ scope: ReaderScope, _ db: Database) throws {
        let access = try AccessCondition(scope, db).condition
        // The run comes last: its place is the same whatever the condition takes.
        rows = try RepeatedStatement(
            db,
            """
            SELECT run.pid FROM run \(side == .inputs ? "INDEXED BY run_by_pid" : "NOT INDEXED") WHERE run.tenant = (SELECT id FROM tenant WHERE name = ?)
                AND (run.listed = 1 OR (\(access.sql))) AND \(side.rawValue) ORDER BY run.pid LIMIT \(RunRelations.mostOfAKind)
            """, [scope.tenant] + access.arguments + [0])
    }

    func runs(beside run: Int64) throws -> [RunIdentifier] {
        var runs: [RunIdentifier] = []
        try rows.bind(rows.arguments, run)
        try rows.forEach { if let text = $0.text(0) { runs.append(try RunRows.identifier(text)) } }
        return runs
    }
}
