import Diagnostics
import GRDB
import Identifiers

extension SQLiteCatalogue {
    public func kinds(of spellings: Set<String>, tenant: String) async throws(CatalogueError) -> Set<RecordKind> {
        try await lookingUp { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return [] }
            var kinds: Set<RecordKind> = []
            for (kind, table, column) in Self.bearers {
                let select = "SELECT EXISTS (SELECT 1 FROM \(table) WHERE tenant = ? AND \(column) = ?)"
                let statement = try db.cachedStatement(sql: select)
                for spelling in spellings where try Bool.fetchOne(statement, arguments: [number, spelling]) == true {
                    kinds.insert(kind)
                }
            }
            return kinds
        }
    }

    private static let bearers: [(RecordKind, table: String, column: String)] = [
        (.collection, "collection", "pid"), (.sample, "sample", "igsn"), (.instrument, "instrument", "pid"),
        (.session, "session", "pid"),
    ]

    public func run(named text: String, scope: ReaderScope) async throws(CatalogueError) -> RunIdentifier? {
        guard !text.isEmpty, text.utf8.count <= AlternateIdentifier.longest else { return nil }
        return try await lookingUp { db in
            let access = try AccessCondition(scope, db).condition
            // As for the identifiers of runs: whoever may not see the short record is told nothing of the name. A run's own identifier goes
            // before a name that another one has.
            let own = try? RunIdentifier(text)
            let found = try String.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT run.pid FROM (
                            SELECT 0 AS rank, id AS run FROM run WHERE pid = ?
                            UNION ALL SELECT 1, run FROM alternate_identifier WHERE text IN (?, ?)
                        ) AS named
                            CROSS JOIN run ON run.id = named.run
                        WHERE run.tenant = (SELECT id FROM tenant WHERE name = ?) AND (run.listed = 1 OR (\(access.sql)))
                        ORDER BY named.rank, run.id LIMIT 1
                        """),
                arguments: [own?.description, text, own?.description, scope.tenant] + access.arguments)
            return try found.map(RunRows.identifier)
        }
    }

    public func alternates(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [AlternateIdentifier] {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let rows = try Row.fetchAll(
                db.cachedStatement(sql: "SELECT scheme, text FROM alternate_identifier WHERE run = ? ORDER BY scheme, text"),
                arguments: [run])
            return try rows.map { try AlternateIdentifier(RunRows.word($0["scheme"], at: "\(pid), another name"), $0["text"]) }
        }
    }
}
