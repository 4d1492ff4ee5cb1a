import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    /// Beyond, a run's public record would be larger than answers that are read.
    static let mostRelations = RunRelations.mostOfAKind

    public func relate(
        _ pid: RunIdentifier, _ draft: RelationDraft, scope: ReaderScope, by: Deed, outbox: [OutboxDraft]
    ) async throws(CatalogueError) -> StatedRelation {
        try await writing { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let known = try RelationRows.all(of: run, pid, db)
            if let same = known.first(where: { $0.draft.isSame(as: draft) }) { return same }
            guard known.count < Self.mostRelations else {
                throw CatalogueError(
                    .badRequest, "The run has as many relations as it may", at: "\(pid)",
                    expected: "at most \(Self.mostRelations)")
            }
            if let other = draft.run { try Self.check(draft.word, of: run, pid, to: other, scope, db) }
            if draft.word == .references { try LookedAtSamples.check(draft.target, of: run, pid, db) }
            try db.run(
                "INSERT INTO stated_relation (run, word, target, person, at_ns) VALUES (?, ?, ?, ?, ?)", run, draft.word.rawValue,
                draft.target, by.person, by.at.unixNanoseconds)
            let relation = StatedRelation(number: db.lastInsertedRowID, draft: draft, person: by.person, at: by.at)
            try Self.note("related", relation, of: run, scope, by, outbox, db)
            return relation
        }
    }

    public func statedRelations(
        of pid: RunIdentifier, scope: ReaderScope
    ) async throws(CatalogueError) -> (own: [StatedRelation], ofOthers: [RunRelations.Stated]) {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let isInside = try RunRows.isInside(run, scope: scope, db)
            let known = try RelationRows.known(to: scope, db)
            let isKnownSample = LookedAtSamples.known(to: scope, db)
            let own = try RelationRows.all(of: run, pid, db).filter { relation in
                switch relation.draft.word.kindOfTarget {
                case .run: try known(relation.draft.target)
                case .sample: try isKnownSample(relation.draft.target)
                case .doi: true
                }
            }
            let others = try RelationRows.ofOthers(pid, tenant: scope.tenant, db).filter { try known($0.target) }
            return (isInside ? own : own.map(\.forOutsiders), others)
        }
    }

    public func removeRelation(
        _ number: Int64, of pid: RunIdentifier, scope: ReaderScope, by: Deed, outbox: [OutboxDraft]
    ) async throws(CatalogueError) {
        try await writing { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            guard let relation = try RelationRows.all(of: run, pid, db).first(where: { $0.number == number }) else {
                throw CatalogueError(
                    .notFound, "The run has no such relation", at: "\(pid)", got: "relation \(number)",
                    remedy: "faisceau catalogue relation list names them")
            }
            try db.run("UPDATE stated_relation SET removed_at_ns = ? WHERE id = ?", by.at.unixNanoseconds, number)
            try Self.note("relation-removed", relation, of: run, scope, by, outbox, db)
        }
    }

    private static func note(
        _ action: String, _ relation: StatedRelation, of run: Int64, _ scope: ReaderScope, _ by: Deed, _ outbox: [OutboxDraft],
        _ db: Database
    ) throws {
        let change = try RunNote(db: db, tenant: scope.tenant, by: by).write(
            action, RelationDetail(relation, beside: BesideDigest.of(run, db)), on: run)
        guard let tenant = try tenantNumber(scope.tenant, db) else { return }
        try insertMessages(db, outbox, tenant: tenant, run: run, change: change, at: by.at)
    }

    /// A run replaces none that replaces it, over however many steps: of two that replace each other neither would be the one to take.
    private static func check(
        _ word: RelationWord, of run: Int64, _ pid: RunIdentifier, to other: RunIdentifier, _ scope: ReaderScope, _ db: Database
    ) throws {
        let target = try RunRows.position(of: other, scope: scope, db)
        guard target != run else {
            throw CatalogueError(.badRequest, "A run does not replace itself", at: "\(pid)", got: word.rawValue)
        }
        let isReplacedByIt = try Bool.fetchOne(
            db,
            sql: """
                WITH RECURSIVE older (id) AS (
                    SELECT ?1 UNION SELECT run.id FROM older
                        CROSS JOIN stated_relation ON stated_relation.run = older.id AND removed_at_ns IS NULL
                            AND word IN (\(RelationRows.wordsOfRuns))
                        CROSS JOIN run INDEXED BY run_by_pid ON run.pid = target
                            AND run.tenant = (SELECT tenant FROM run WHERE id = ?1)
                )
                SELECT EXISTS (SELECT 1 FROM older WHERE id = ?2)
                """, arguments: [target, run])
        guard isReplacedByIt == false else {
            throw CatalogueError(
                .badRequest, "This run is itself replaced by that one", at: "\(pid)", got: "\(word.rawValue) \(other)",
                remedy: "Take that relation back first: faisceau catalogue relation list \(other)")
        }
    }
}

/// A relation in the history of its run.
private struct RelationDetail: Encodable {
    let relation: Int64
    let word: String
    let target: String
    let beside: String

    init(_ relation: StatedRelation, beside: RecordDigest) {
        self.relation = relation.number
        word = relation.draft.word.rawValue
        target = relation.draft.target
        self.beside = "\(beside)"
    }
}

enum RelationRows {
    /// Those whose other thing is a run, as a list of SQL.
    static let wordsOfRuns = RelationWord.stated.filter { $0.inverse != nil }.map { "'\($0.rawValue)'" }.joined(separator: ", ")

    /// Those that stand, the first first.
    static func all(of run: Int64, _ pid: RunIdentifier, _ db: Database) throws -> [StatedRelation] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, word, target, person, at_ns FROM stated_relation
                    WHERE run = ? AND removed_at_ns IS NULL ORDER BY id
                    """), arguments: [run]
        ).map { row in
            StatedRelation(
                number: row[0],
                draft: try RelationDraft(RunRows.word(row[1] as String, at: "\(pid), relation \(row[0] as Int64)"), row[2]),
                person: row[3], at: Timestamp(unixNanoseconds: row[4]))
        }
    }

    /// What others say of this run, turned round.
    static func ofOthers(_ pid: RunIdentifier, tenant: String, _ db: Database) throws -> [RunRelations.Stated] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT word, other.pid FROM stated_relation INDEXED BY stated_relation_by_target
                        CROSS JOIN run AS other ON other.id = stated_relation.run
                    WHERE target = ?1 AND removed_at_ns IS NULL AND word IN (\(wordsOfRuns))
                        AND other.tenant = (SELECT id FROM tenant WHERE name = ?2)
                    ORDER BY stated_relation.id LIMIT \(RunRelations.mostOfAKind)
                    """), arguments: [pid.description, tenant]
        ).map { row in
            let word: RelationWord = try RunRows.word(row[0] as String, at: "relations to \(pid)")
            return RunRelations.Stated(word: word.inverse ?? word, target: row[1])
        }
    }

    /// Whether a reader may know of a run.
    static func known(to scope: ReaderScope, _ db: Database) throws -> (String) throws -> Bool {
        let access = try AccessCondition(scope, db).condition
        return { pid in
            try Bool.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM run INDEXED BY run_by_pid
                            WHERE run.tenant = (SELECT id FROM tenant WHERE name = ?) AND run.pid = ? AND (run.listed = 1 OR (\(access.sql))))
                        """), arguments: [scope.tenant, pid] + access.arguments) ?? false
        }
    }
}
