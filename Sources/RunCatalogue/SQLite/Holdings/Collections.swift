import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func put(_ collection: RunCollection, scope: ReaderScope, by: Deed) async throws(CatalogueError) {
        try await writing { db in
            guard let tenant = try Self.tenantNumber(scope.tenant, db), let title = collection.title else {
                throw CatalogueError(.badRequest, "A collection without runs or without a title", at: "\(collection.pid)")
            }
            try db.run(
                "INSERT INTO collection (tenant, pid, title, article, person, made_at) VALUES (?, ?, ?, ?, ?, ?)", tenant,
                collection.pid.description, title, collection.article?.description, collection.person,
                collection.madeAt.unixSeconds)
            let row = db.lastInsertedRowID
            let note = RunNote(db: db, tenant: scope.tenant, by: by)
            for (position, pid) in collection.runs.enumerated() {
                try CollectionRows.add(pid, to: row, collection.pid, at: Int64(position), scope, note)
            }
            try RecordWriter(db: db, tenant: tenant, tenantName: scope.tenant, change: try nextChange(db)).append(
                "registered", to: .collection, row, by)
        }
    }

    public func change(
        collection pid: PersistentIdentifier, adding: [RunIdentifier], removing: [RunIdentifier], scope: ReaderScope, by: Deed,
        outbox: [OutboxDraft]
    ) async throws(CatalogueError) -> RunCollection {
        try await recording(tenant: scope.tenant) { db, writer in
            let row = try CollectionRows.number(of: pid, writer.tenant, db)
            let note = RunNote(db: db, tenant: scope.tenant, by: by)
            for run in removing { try CollectionRows.remove(run, from: row, pid, note) }
            for run in adding {
                let next = "SELECT coalesce(max(position), -1) + 1 FROM collection_member WHERE collection = ?"
                let position = try Int64.fetchOne(db.cachedStatement(sql: next), arguments: [row]) ?? 0
                try CollectionRows.add(run, to: row, pid, at: position, scope, note)
            }
            let count = "SELECT count(*) FROM collection_member WHERE collection = ?"
            let left = try Int.fetchOne(db.cachedStatement(sql: count), arguments: [row]) ?? 0
            guard (1...RunCollection.mostRuns).contains(left) else {
                throw CatalogueError(
                    .badRequest, "Not a number of runs for a collection", at: "\(pid)", got: "\(left)",
                    expected: "1 to \(RunCollection.mostRuns)")
            }
            try writer.append("changed", to: .collection, row, by)
            let asked = "SELECT 1 FROM registration WHERE tenant = ? AND pid = ?"
            if try Int64.fetchOne(db.cachedStatement(sql: asked), arguments: [writer.tenant, pid.description]) != nil {
                try insertMessages(db, outbox, tenant: writer.tenant, run: nil, change: writer.change, at: by.at)
            }
            return try CollectionRows.find(pid, scope, db)
        }
    }

    public func collection(_ pid: PersistentIdentifier, scope: ReaderScope) async throws(CatalogueError) -> RunCollection {
        try await lookingUp { db in try CollectionRows.find(pid, scope, db) }
    }

    public func collections(scope: ReaderScope, limit: Int) async throws(CatalogueError) -> [RunCollection] {
        try Self.check(limit, 1...10_000, "collections")
        return try await reading { db in
            let access = try AccessCondition(scope, db)
            var found: [RunCollection] = []
            let rows = try Row.fetchCursor(
                db, sql: "\(CollectionRows.select) ORDER BY collection.id DESC", arguments: [scope.tenant])
            while found.count < limit, let row = try rows.next() {
                if let collection = try CollectionRows.collection(row, access, scope, db) { found.append(collection) }
            }
            return found
        }
    }
}

enum CollectionRows {
    static let select = """
        SELECT collection.id, collection.pid, collection.title, article, person, made_at
        FROM collection JOIN tenant ON tenant.id = collection.tenant WHERE tenant.name = ?
        """

    static func notFound(_ pid: PersistentIdentifier) -> CatalogueError {
        CatalogueError(.notFound, "The catalogue has no such collection", at: "\(pid)")
    }

    static func number(of pid: PersistentIdentifier, _ tenant: Int64, _ db: Database) throws -> Int64 {
        let found = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM collection WHERE tenant = ? AND pid = ?"),
            arguments: [tenant, pid.description])
        guard let found else { throw notFound(pid) }
        return found
    }

    /// For a reader.
    static func find(_ pid: PersistentIdentifier, _ scope: ReaderScope, _ db: Database) throws -> RunCollection {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "\(select) AND collection.pid = ?"), arguments: [scope.tenant, pid.description])
        guard let row, let collection = try collection(row, AccessCondition(scope, db), scope, db) else { throw notFound(pid) }
        return collection
    }

    static func add(
        _ pid: RunIdentifier, to row: Int64, _ collection: PersistentIdentifier, at position: Int64, _ scope: ReaderScope,
        _ note: RunNote
    ) throws {
        let db = note.db
        let run = try RunRows.position(of: pid, scope: scope, db)
        guard try Bool.fetchOne(db.cachedStatement(sql: "SELECT listed FROM run WHERE id = ?"), arguments: [run]) == true else {
            throw CatalogueError(
                .badRequest, "Nobody but those who read this run may know of it: it can be no part of a collection",
                at: "\(pid)", remedy: "Close its session first; what was paid for stays the payer's")
        }
        let member = "SELECT 1 FROM collection_member WHERE collection = ? AND run = ?"
        guard try Int64.fetchOne(db.cachedStatement(sql: member), arguments: [row, run]) == nil else {
            throw CatalogueError(.exists, "The run is part of the collection already", at: "\(pid)")
        }
        try db.run("INSERT INTO collection_member (collection, run, position) VALUES (?, ?, ?)", row, run, position)
        try note.write("added-to-collection", ["collection": collection.description], on: run)
    }

    static func remove(
        _ pid: RunIdentifier, from row: Int64, _ collection: PersistentIdentifier, _ note: RunNote
    ) throws {
        let found = try Int64.fetchOne(
            note.db,
            sql: """
                SELECT run.id FROM collection_member JOIN run ON run.id = collection_member.run
                WHERE collection_member.collection = ? AND run.pid = ?
                """, arguments: [row, pid.description])
        guard let found else {
            throw CatalogueError(
                .notFound, "The collection has no such run", at: "\(collection)", got: "\(pid)",
                remedy: "faisceau catalogue collection show names them")
        }
        try note.db.run("DELETE FROM collection_member WHERE collection = ? AND run = ?", row, found)
        try note.write("removed-from-collection", ["collection": collection.description], on: found)
    }

    /// A collection for a reader: nil where it has a run that they may not know of, without its title where it has one that they may not read.
    static func collection(
        _ row: Row, _ access: AccessCondition, _ scope: ReaderScope, _ db: Database
    ) throws -> RunCollection? {
        let place = "collection \(quoted(row[1] as String))"
        let members = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT run.pid, run.listed, (\(access.condition.sql)) FROM collection_member JOIN run ON run.id = collection_member.run
                    WHERE collection_member.collection = ? ORDER BY collection_member.position
                    """), arguments: access.condition.arguments + [row[0] as Int64])
        guard members.allSatisfy({ $0[1] as Bool || $0[2] as Bool }) else { return nil }
        let isRead = members.allSatisfy { $0[2] as Bool }
        do {
            return RunCollection(
                pid: try PersistentIdentifier(row[1] as String), stored: isRead ? row[2] : nil,
                runs: try members.map { try RunRows.identifier($0[0]) },
                article: try (row[3] as String?).map { try DOI($0) },
                person: scope.readsEverything || scope.curates ? row[4] : nil,
                madeAt: Timestamp(unixSeconds: row[5] as Int64? ?? 0))
        } catch let error as IdentifierError {
            throw CatalogueError(.damaged, "The catalogue holds an identifier that is none", at: place, cause: error)
        }
    }
}
