import Diagnostics
import GRDB
import RunModel

extension SQLiteCatalogue {
    public func history(of subject: HistorySubject, tenant: String) async throws(CatalogueError) -> [HistoryEvent] {
        try await reading { db in
            let (record, rows) = try Self.record(of: subject, tenant, db)
            return try Link.all(of: rows.kind, record, db).map(\.event)
        }
    }

    /// - Throws: `notFound`.
    static func record(of subject: HistorySubject, _ tenant: String, _ db: Database) throws -> (Int64, RecordRows) {
        guard let rows = RecordRows(subject.kind) else {
            throw CatalogueError(.badRequest, "A run has a history of its own", at: "\(subject)")
        }
        let unknown = CatalogueError(.notFound, "The catalogue has no such record", at: "\(subject)")
        guard let number = try tenantNumber(tenant, db) else { throw unknown }
        let found: Int64?
        let select = "SELECT record.id FROM \(rows.table) AS record WHERE record.tenant = ? AND (\(rows.condition))"
        switch subject {
        case .proposal(let name), .account(let name), .instrument(let name):
            found = try Int64.fetchOne(db, sql: select + " AND record.name = ?", arguments: [number, name])
        case .sample(let igsn):
            found = try Int64.fetchOne(db, sql: select + " AND record.igsn = ?", arguments: [number, igsn])
        case .plan(let identifier):
            found = try Int64.fetchOne(db, sql: select + " AND record.identifier = ?", arguments: [number, identifier])
        case .collection(let pid):
            found = try Int64.fetchOne(db, sql: select + " AND record.pid = ?", arguments: [number, pid])
        case .session(let session):
            found = try Int64.fetchOne(
                db,
                sql: select
                    + " AND record.name = ? AND record.proposal = (SELECT id FROM proposal WHERE tenant = ? AND name = ?)",
                arguments: [number, session.name, number, session.proposal])
        case .share(let record), .person(let record):
            found = try Int64.fetchOne(db, sql: select + " AND record.id = ?", arguments: [number, record])
        }
        guard let found else { throw unknown }
        return (found, rows)
    }
}
