import GRDB

extension SQLiteCatalogue {
    public func told(of owner: ClockOwner, tenant: String) async throws(CatalogueError) -> Set<String> {
        try await reading { db in
            guard let number = try Self.tenantNumber(tenant, db), let head = try ClockRows.head(of: owner, tenant: number, db)
            else { throw ClockRows.notFound(owner) }
            return Set(try String.fetchAll(db, sql: "SELECT word FROM notice WHERE clock = ?", arguments: [head.clock]))
        }
    }

    public func tell(
        _ notices: [(word: String, message: OutboxDraft)], of owner: ClockOwner, at: Int64, tenant: String
    ) async throws(CatalogueError) {
        try await writing { db in
            guard let number = try Self.tenantNumber(tenant, db), let head = try ClockRows.head(of: owner, tenant: number, db)
            else { throw ClockRows.notFound(owner) }
            let change = try nextChange(db)
            for notice in notices {
                try db.run("INSERT OR IGNORE INTO notice (clock, word, at) VALUES (?, ?, ?)", head.clock, notice.word, at)
                guard db.changesCount == 1 else { continue }
                try insertMessages(
                    db, [notice.message], tenant: number, run: nil, change: change, at: .init(unixSeconds: at))
            }
        }
    }

    public func setting(_ name: String) async throws(CatalogueError) -> String? {
        try await reading { try String.fetchOne($0, sql: "SELECT text FROM setting WHERE name = ?", arguments: [name]) }
    }

    public func set(_ name: String, to text: String) async throws(CatalogueError) {
        try await writing { try $0.run("INSERT OR REPLACE INTO setting (name, text) VALUES (?, ?)", name, text) }
    }
}
