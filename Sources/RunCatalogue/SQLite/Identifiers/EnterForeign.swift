import Diagnostics
import Foundation
import GRDB
import Identifiers
import RunModel
import Synchronization

extension SQLiteCatalogue {
    public func enter(_ foreign: ForeignHandOver) async throws(CatalogueError) -> HandOverOutcome {
        let prepared = try await prepare(foreign)
        // Without a file to write, there is nothing to be done in a write: a dump of known runs takes no turn from anybody.
        if let known = prepared.known { return known }
        return try await writing { [self] db in
            var names = names.withLock { $0 }
            let tenant = try names.tenant(foreign.run.tenant, db)
            // Somebody may have entered it since it was looked at.
            guard try Self.find(prepared, tenant: tenant, db) == nil else {
                throw CatalogueError(
                    .changedMeanwhile, "Somebody enters the same run at this moment", at: quoted(foreign.alternate.text),
                    remedy: "Once more: it will be compared")
            }
            var writer = RunWriter(db: db, names: names)
            let (outcome, position) = try writer.write(
                prepared.run, AnyRunFileSource(foreign.files), prepared.values, content: prepared.content)
            guard outcome.isNew else {
                throw CatalogueError(.exists, "A run has this identifier already", at: "\(foreign.run.pid)", remedy: "Once more")
            }
            try Self.write(foreign, run: position, tenant: tenant, db)
            if foreign.alternate.scheme == .sealed { try Self.tellTheOther(foreign, tenant: tenant, db) }
            try writer.index()
            try NumberIndex.sort(db)
            remember(writer.names, after: db)
            return outcome
        }
    }

    public func known(_ foreign: ForeignHandOver) async throws(CatalogueError) -> HandOverOutcome? {
        try await prepare(foreign).known
    }

    private struct Prepared: Sendable {
        /// With the identifier that it has here already, or will have.
        var run: RunHandOver
        let values: [StoredValue]
        let content: RecordDigest
        var known: HandOverOutcome?
    }

    /// Everything that takes long, which no other writer has to wait for.
    private func prepare(_ foreign: ForeignHandOver) async throws(CatalogueError) -> Prepared {
        try foreign.run.check()
        return try await reading { db in
            let tenant = try Self.tenantNumber(foreign.run.tenant, db)
            let values = foreign.run.sortedValues
            let named = try tenant.map { try Self.runs(named: foreign.alternate, tenant: $0, db) } ?? []
            for row in named {
                var run = foreign.run
                run.pid = try RunRows.identifier(row["pid"])
                let content = try run.contentDigest(AnyRunFileSource(foreign.files), values)
                if content == RecordDigest(row["content_digest"] as Data) {
                    let outcome = HandOverOutcome(pid: run.pid, isNew: false, change: row["change"])
                    return Prepared(run: run, values: values, content: content, known: outcome)
                }
                // Of one name elsewhere there is one run; under one sealed name there may be several.
                guard foreign.alternate.scheme == .sealed else {
                    throw CatalogueError(
                        .contentDiffers, "The catalogue has another content of this record", at: "\(run.pid)",
                        got: "content \(content) of \(quoted(foreign.alternate.text))",
                        expected: "content \(RecordDigest(row["content_digest"] as Data)), entered before")
                }
            }
            let content = try foreign.run.contentDigest(AnyRunFileSource(foreign.files), values)
            return Prepared(run: foreign.run, values: values, content: content)
        }
    }

    private static func runs(named alternate: AlternateIdentifier, tenant: Int64, _ db: Database) throws -> [Row] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT run.pid, run.content_digest, run.change
                    FROM alternate_identifier JOIN run ON run.id = alternate_identifier.run
                    WHERE alternate_identifier.text = ? AND alternate_identifier.tenant = ? AND alternate_identifier.scheme = ?
                    ORDER BY alternate_identifier.id
                    """), arguments: [alternate.text, tenant, alternate.scheme.rawValue])
    }

    private static func find(_ prepared: Prepared, tenant: Int64, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM run WHERE pid = ? AND tenant = ?"),
            arguments: [prepared.run.pid.description, tenant])
    }

    private static func write(
        _ foreign: ForeignHandOver, run: Int64, tenant: Int64, _ db: Database
    ) throws {
        do {
            try db.run(
                "INSERT INTO alternate_identifier (tenant, run, scheme, text) VALUES (?, ?, ?, ?)",
                tenant, run, foreign.alternate.scheme.rawValue, foreign.alternate.text)
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
            throw CatalogueError(
                .changedMeanwhile, "Somebody enters the same run at this moment", at: quoted(foreign.alternate.text),
                remedy: "Once more: it will be compared")
        }
    }

    /// The history of the run that has the identifier says that another one was sealed with it: who finds the file of that one comes here.
    private static func tellTheOther(_ foreign: ForeignHandOver, tenant: Int64, _ db: Database) throws {
        let row = try Row.fetchOne(
            db, sql: "SELECT \(RunMover.columns), opened FROM run WHERE pid = ? AND tenant = ?",
            arguments: [foreign.alternate.text, tenant])
        guard let row else {
            throw CatalogueError(
                .badRequest, "No run has the identifier that this one was sealed with", at: quoted(foreign.alternate.text),
                remedy: "Hand it over under its own")
        }
        let select = "SELECT \(RunRows.columns) FROM run WHERE id = ?"
        guard let full = try Row.fetchOne(db, sql: select, arguments: [row["id"] as Int64]) else { return }
        let event = EventDraft(
            action: "identifier-drawn-twice", at: foreign.run.event.at, person: foreign.run.event.person)
        let access = try RunRows.access(full, at: foreign.alternate.text)
        _ = try RunMover(db: db, tenantName: foreign.run.tenant, access: access, opened: row["opened"], event: event).move(row)
    }
}

/// One type for what is generic over it, so that a run of a million files is read by code that is compiled once.
struct AnyRunFileSource: RunFileSource {
    private let source: any RunFileSource

    init(_ source: any RunFileSource) { self.source = source }

    var count: Int64 { source.count }
    var bytes: Int64 { source.bytes }
    func forEach(_ body: (RunFile) throws -> Void) throws { try source.forEach(body) }
}
