import Diagnostics
import GRDB
import RunModel

extension SQLiteCatalogue {
    public func told(of owner: ClockOwner, tenant: String) async throws(CatalogueError) -> Set<String> {
        try await lookingUp { db in
            guard let number = try Self.tenantNumber(tenant, db), let head = try ClockRows.head(of: owner, tenant: number, db)
            else { throw ClockRows.notFound(owner) }
            return Set(
                try String.fetchAll(db.cachedStatement(sql: "SELECT word FROM notice WHERE clock = ?"), arguments: [head.clock]))
        }
    }

    public func tell(_ tellings: [Telling], at: Int64, tenant: String) async throws(CatalogueError) {
        try await writing { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return }
            let writer = ClockWriter(db: db, tenant: number, tenantName: tenant)
            let change = try nextChange(db)
            for telling in tellings {
                guard let head = try ClockRows.head(of: telling.owner, tenant: number, db) else {
                    throw ClockRows.notFound(telling.owner)
                }
                guard head.length == telling.seen else { continue }
                try db.run("UPDATE clock SET tell_at = ? WHERE id = ?", telling.looksAgain ?? RunAccess.never, head.clock)
                try writer.tell(telling.notices, clock: head.clock, change: change, at: .init(unixSeconds: at))
            }
        }
    }

    public func setting(_ name: String) async throws(CatalogueError) -> String? {
        try await lookingUp { try String.fetchOne($0, sql: "SELECT text FROM setting WHERE name = ?", arguments: [name]) }
    }

    public func set(_ name: String, to text: String) async throws(CatalogueError) {
        try await writing { try $0.run("INSERT OR REPLACE INTO setting (name, text) VALUES (?, ?)", name, text) }
    }
}
