import Diagnostics
import FoundationEssentials
import GRDB
import Identifiers
import RunModel
import Synchronization

extension SQLiteCatalogue {
    public func put(_ sample: SampleRecord, tenant: String, by: Deed) async throws(CatalogueError) -> ImportOutcome {
        try checkWritten(
            names: [tenant, sample.name, sample.team, sample.igsn], texts: [sample.description, sample.owner],
            at: "sample \(quoted(sample.name))")
        return try await writing { [self] db in
            var names = names.withLock { $0 }
            let number = try names.tenant(tenant, db)
            let team = try names.number(of: sample.team, in: .team, tenant: number, db)
            let row = try names.sample(sample.name, team: team, tenant: number, db)
            guard let row else { throw CatalogueError(.badRequest, "A sample without a name", at: sample.igsn) }
            var sample = sample
            let select = "SELECT document, owner FROM sample WHERE id = ? AND document IS NOT NULL"
            let known = try Row.fetchOne(db.cachedStatement(sql: select), arguments: [row]).map {
                try SampleRows.record($0[0], owner: $0[1])
            }
            // Its identifier and the day on which it was registered stay; and what was stated of it, where nothing else is.
            if let known {
                (sample.igsn, sample.registered) = (known.igsn, known.registered)
                (sample.stated, sample.owner) = (sample.stated ?? known.stated, sample.owner ?? known.owner)
            }
            if known == sample { return .unchanged }
            let taken = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM sample WHERE tenant = ? AND igsn = ? AND id <> ?"),
                arguments: [number, sample.igsn, row])
            guard taken == nil else {
                throw CatalogueError(.exists, "Another sample has this IGSN", at: quoted(sample.name), got: sample.igsn)
            }
            try db.run(
                "UPDATE sample SET igsn = ?, description = ?, document = ?, owner = ?, registered_at = ? WHERE id = ?",
                sample.igsn,
                sample.description, try RunNote.text(sample), sample.owner, by.at.unixSeconds, row)
            try RecordWriter(db: db, tenant: number, tenantName: tenant, change: try nextChange(db)).append(
                known == nil ? "registered" : "changed", to: .sample, row, by)
            return known == nil ? .new : .changed
        }
    }

    public func sample(_ text: String, scope: ReaderScope) async throws(CatalogueError) -> SampleView {
        let igsn = text.contains("/") ? (try? IGSN(text))?.description : nil
        return try await lookingUp { db in
            let rows = try SampleRows.fetch(
                igsn == nil ? "sample.name = ?" : "sample.igsn = ?", [igsn ?? text], scope, limit: 1000, db)
            let open = rows.filter { $0.sight == .all }
            guard open.count <= 1 else {
                throw CatalogueError(
                    .badRequest, "Several samples are called so", at: quoted(text),
                    got: open.map(\.record.igsn).prefix(10).joined(separator: ", "), expected: "an IGSN")
            }
            if let sample = open.first { return .all(sample.record) }
            // A name is private: only who asks by the identifier is told that it exists.
            if igsn != nil, let sample = rows.first(where: { $0.sight == .identifier }) {
                return .identifierOnly(sample.record.igsn)
            }
            throw CatalogueError(.notFound, "The catalogue has no such sample", at: quoted(text))
        }
    }

    public func sample(named name: String, team: String, tenant: String) async throws(CatalogueError) -> SampleRecord {
        try await lookingUp { db in
            let rows = try SampleRows.fetch(
                "sample.name = ? AND team.name = ?", [name, team], .everything(tenant: tenant), limit: 1, db)
            guard let sample = rows.first else {
                throw CatalogueError(.notFound, "The catalogue has no such sample", at: quoted(name))
            }
            return sample.record
        }
    }

    public func samples(scope: ReaderScope, limit: Int) async throws(CatalogueError) -> [SampleRecord] {
        try Self.check(limit, 1...10_000, "samples")
        return try await reading { db in
            try SampleRows.fetch("1", [], scope, limit: limit, onlyReadable: true, db).map(\.record)
        }
    }

    public func sampleIdentifier(of pid: RunIdentifier, tenant: String) async throws(CatalogueError) -> IGSN? {
        try await lookingUp { db in
            let text = try String.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT sample.igsn FROM run JOIN sample ON sample.id = run.sample JOIN tenant ON tenant.id = run.tenant
                        WHERE run.pid = ? AND tenant.name = ?
                        """), arguments: [pid.description, tenant])
            guard let text else { return nil }
            do { return try IGSN(text) } catch {
                throw CatalogueError(.damaged, "The catalogue holds an IGSN that is none", at: "run \(pid)", cause: error)
            }
        }
    }
}

enum SampleRows {
    enum Sight: Int { case nothing = 0, identifier, all }

    /// Samples with what this reader may see of each: the access rule, told about samples.
    ///
    /// All of it: the custodian; its team; who may read all of its runs; and, while it has none, curators, unless its team is one that pays.
    /// Its identifier: everyone, when everyone may know of one of its runs.
    static func fetch(
        _ condition: String, _ arguments: StatementArguments, _ scope: ReaderScope, limit: Int, onlyReadable: Bool = false,
        _ db: Database
    ) throws -> [(record: SampleRecord, sight: Sight)] {
        let access = try AccessCondition(scope, db).condition
        let teams = scope.teams.sorted()
        let isTeam = teams.isEmpty ? "0" : "team.name IN (\(teams.map { _ in "?" }.joined(separator: ", ")))"
        return try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT document, sight, owner FROM (
                        SELECT sample.document AS document, sample.owner AS owner, sample.name AS name, sample.id AS id,
                            CASE WHEN ? OR \(isTeam) THEN 2
                                WHEN NOT EXISTS (SELECT 1 FROM run WHERE run.sample = sample.id) THEN
                                    2 * (? AND NOT EXISTS (SELECT 1 FROM proposal WHERE proposal.team = sample.team AND kind = 'proprietary'))
                                WHEN NOT EXISTS (SELECT 1 FROM run WHERE run.sample = sample.id AND NOT (\(access.sql))) THEN 2
                                WHEN EXISTS (SELECT 1 FROM run WHERE run.sample = sample.id AND run.listed = 1) THEN 1
                                ELSE 0 END AS sight
                        FROM sample JOIN tenant ON tenant.id = sample.tenant LEFT JOIN team ON team.id = sample.team
                        WHERE tenant.name = ? AND sample.document IS NOT NULL AND \(condition))
                    \(onlyReadable ? "WHERE sight = 2" : "") ORDER BY name, id LIMIT ?
                    """),
            arguments: [scope.readsEverything] + StatementArguments(teams) + [scope.curates] + access.arguments + [scope.tenant]
                + arguments + [limit]
        ).map { row in
            guard let sight = Sight(rawValue: row[1]) else { throw CatalogueError(.damaged, "A sample has no sight") }
            return (try record(row[0], owner: row[2]), sight)
        }
    }

    static func record(_ document: String, owner: String?) throws -> SampleRecord {
        do {
            var record = try JSONDecoder().decode(SampleRecord.self, from: Data(document.utf8))
            record.owner = owner
            return record
        } catch {
            throw CatalogueError(.damaged, "The record of a sample cannot be read", cause: error)
        }
    }

    /// Takes a person out of who is said to own samples.
    static func erase(_ person: PersonTexts, tenant: Int64, _ db: Database) throws {
        let rows = try Row.fetchAll(
            db, sql: "SELECT id, owner FROM sample WHERE tenant = ? AND owner IS NOT NULL", arguments: [tenant])
        for row in rows where person.isNamed(in: row[1]) {
            try db.run("UPDATE sample SET owner = NULL WHERE id = ?", row[0] as Int64)
        }
    }
}
