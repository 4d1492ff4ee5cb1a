import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func enter(
        citations: [DOI], of thing: CitedThing, by deed: Deed, outbox: [OutboxDraft], tenant: String
    ) async throws(CatalogueError) -> [DOI] {
        try await recording(tenant: tenant) { db, writer in
            let row = try CitationRows.number(of: thing, writer.tenant, db)
            var known = Set(try CitationRows.works(citing: thing, row, db))
            var new: [DOI] = []
            for work in citations {
                let text = work.description.lowercased()
                guard known.count < CitedThing.mostWorks, known.insert(text).inserted else { continue }
                try db.run(
                    "INSERT INTO citation (tenant, \(thing.column), work, found_at) VALUES (?, ?, ?, ?)", writer.tenant, row,
                    text,
                    deed.at.unixSeconds)
                new.append(work)
            }
            guard !new.isEmpty else { return [] }
            try writer.append("cited", to: thing.kind, row, deed, detail: "{\"works\":\(new.count)}")
            try insertMessages(db, outbox, tenant: writer.tenant, run: nil, change: writer.change, at: deed.at)
            return new
        }
    }

    public func citations(of thing: CitedThing, tenant: String) async throws(CatalogueError) -> [DOI] {
        try await lookingUp { db in
            guard let number = try Self.tenantNumber(tenant, db) else { throw CitationRows.notFound(thing) }
            return try CitationRows.works(citing: thing, CitationRows.number(of: thing, number, db), db).map(CitationRows.doi)
        }
    }

    public func worksCiting(_ runs: [RunIdentifier], tenant: String) async throws(CatalogueError) -> [String] {
        try await reading { db in
            var works = Set<String>()
            let select = try db.cachedStatement(
                sql: """
                    SELECT lower(target) FROM stated_relation WHERE run = ?1 AND removed_at_ns IS NULL AND word IN (?2, ?3)
                    UNION SELECT lower(article) FROM collection_member JOIN collection ON collection.id = collection
                        WHERE run = ?1 AND article IS NOT NULL
                    UNION SELECT work FROM collection_member JOIN citation ON citation.collection = collection_member.collection
                        WHERE collection_member.run = ?1
                    UNION SELECT work FROM run JOIN citation ON citation.session = run.session WHERE run.id = ?1
                    """)
            for pid in runs {
                let run = try RunRows.position(of: pid, scope: .everything(tenant: tenant), db)
                works.formUnion(
                    try String.fetchAll(
                        select,
                        arguments: [run, RelationWord.isCitedBy.rawValue, RelationWord.isSupplementTo.rawValue]))
            }
            return works.sorted()
        }
    }
}

extension CitedThing {
    fileprivate var column: String {
        switch self {
        case .session: "session"
        case .collection: "collection"
        }
    }

    fileprivate var kind: RecordKind {
        switch self {
        case .session: .session
        case .collection: .collection
        }
    }
}

enum CitationRows {
    static func number(of thing: CitedThing, _ tenant: Int64, _ db: Database) throws -> Int64 {
        let found = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM \(thing.column) WHERE tenant = ? AND pid = ?"),
            arguments: [tenant, thing.pid.description])
        guard let found else { throw notFound(thing) }
        return found
    }

    static func works(citing thing: CitedThing, _ row: Int64, _ db: Database) throws -> [String] {
        try works(thing.column, row, db)
    }

    /// - Parameter column: `session` or `collection`.
    static func works(_ column: String, _ row: Int64, _ db: Database) throws -> [String] {
        try String.fetchAll(
            db.cachedStatement(sql: "SELECT work FROM citation WHERE \(column) = ? ORDER BY work"), arguments: [row])
    }

    /// Into what a history's link is digested over: nothing where nothing cites it, as in every catalogue before.
    static func add(to bytes: inout CanonicalBytes, _ kind: RecordKind, _ row: Int64, _ db: Database) throws {
        // Of a catalogue that an earlier version has made, and that is being brought up to date.
        let isThere = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'citation')"))
        guard isThere == true, kind == .session || kind == .collection else { return }
        let works = try works(kind.rawValue, row, db)
        guard !works.isEmpty else { return }
        bytes.add("cited by")
        for work in works { bytes.add(work) }
    }

    static func doi(_ text: String) throws(CatalogueError) -> DOI {
        do { return try DOI(text) } catch {
            throw CatalogueError(.damaged, "The catalogue holds a DOI that is none", at: quoted(text), cause: error)
        }
    }

    static func notFound(_ thing: CitedThing) -> CatalogueError {
        CatalogueError(.notFound, "The catalogue has no such \(thing.column)", at: quoted("\(thing)"))
    }
}
