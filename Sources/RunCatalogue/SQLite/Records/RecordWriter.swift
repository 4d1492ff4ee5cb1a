import Diagnostics
import FoundationEssentials
import GRDB
import RunModel
import Synchronization

/// Writes links into the histories of records within a transaction that someone else opened and will commit: the one that changes the record.
struct RecordWriter {
    let db: Database
    let tenant: Int64
    let tenantName: String
    /// Of the transaction, taken inside it.
    let change: Int64

    /// - Parameters:
    ///   - record: its row, which stands as it is to be from now on.
    ///   - detail: a JSON text; never a secret, nor the digest of one, nor a name.
    func append(_ action: String, to kind: RecordKind, _ record: Int64, _ deed: Deed, detail: String? = nil) throws {
        guard let rows = RecordRows(kind), let state = try rows.stateDigest(of: record, db) else {
            throw CatalogueError(.damaged, "A history has no record", at: "\(kind.rawValue) \(record)")
        }
        let known = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT length, head FROM history WHERE kind = ? AND record = ?"),
            arguments: [kind.rawValue, record])
        let number = (known.map { $0[0] as Int64 } ?? 0) + 1
        let previous = known.map { RecordDigest($0[1] as Data) }
        let draft = EventDraft(action: action, at: deed.at, person: deed.person, detail: detail)
        let head = linkDigest(
            record: try rows.name(of: record, tenant: tenantName, db), number: number, draft, state: state, previous: previous)
        try insertEvent(
            db, kind: kind, record: record, number: number, draft, state: state, previous: previous, digest: head,
            change: change)
        try db.run(
            """
            INSERT INTO history (kind, record, tenant, length, head) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (kind, record) DO UPDATE SET length = excluded.length, head = excluded.head
            """, kind.rawValue, record, tenant, number, head.data)
    }
}

extension SQLiteCatalogue {
    /// Writes in one transaction, in which records and their histories change together.
    func recording<Value: Sendable>(
        tenant: String, _ body: @escaping @Sendable (Database, RecordWriter) throws -> Value
    ) async throws(CatalogueError) -> Value {
        try await writing { [self] db in
            var met = names.withLock { $0 }
            let number = try met.tenant(tenant, db)
            let value = try body(db, RecordWriter(db: db, tenant: number, tenantName: tenant, change: try nextChange(db)))
            remember(met, after: db)
            return value
        }
    }
}
