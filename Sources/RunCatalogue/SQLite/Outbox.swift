import GRDB
import Synchronization

extension SQLiteCatalogue {
    /// When a message is due that waits for a person: never by itself.
    private static let never = Int64.max

    public func dueMessages(now: Int64, limit: Int) async throws(CatalogueError) -> [OutboxMessage] {
        try Self.check(limit, 1...100_000, "messages")
        return try await reading { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(Self.messageColumns) FROM outbox INDEXED BY outbox_due
                    WHERE delivered_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?
                    """, arguments: [now, limit]
            ).map(Self.message)
        }
    }

    public func undeliveredMessages(
        topic: String?, tenant: String, limit: Int
    ) async throws(CatalogueError) -> [OutboxMessage] {
        try Self.check(limit, 1...100_000, "messages")
        return try await reading { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(Self.messageColumns) FROM outbox INDEXED BY outbox_due
                    WHERE delivered_at IS NULL AND tenant = (SELECT id FROM tenant WHERE name = ?1) AND (?2 IS NULL OR topic = ?2)
                    ORDER BY due_at, id LIMIT ?3
                    """, arguments: [tenant, topic, limit]
            ).map(Self.message)
        }
    }

    private static let messageColumns = "id, topic, payload, attempts, last_error, due_at"

    private static func message(_ row: Row) -> OutboxMessage {
        let due: Int64 = row[5]
        return OutboxMessage(
            number: row[0], topic: row[1], payload: row[2], attempts: row[3], lastError: row[4], due: due == never ? nil : due)
    }

    public func delivered(_ number: Int64, at now: Int64) async throws(CatalogueError) {
        try await writing {
            try $0.run("UPDATE outbox SET delivered_at = ?, attempts = attempts + 1, last_error = NULL WHERE id = ?", now, number)
        }
    }

    public func failed(_ number: Int64, saying: String, next: Int64?) async throws(CatalogueError) {
        try await writing {
            try $0.run(
                "UPDATE outbox SET attempts = attempts + 1, last_error = ?, due_at = ? WHERE id = ? AND delivered_at IS NULL",
                String(saying.prefix(2000)), next ?? Self.never, number)
        }
    }

    public func waitingMessages() async throws(CatalogueError) -> (waiting: Int, stuck: Int) {
        try await reading { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT count(*), coalesce(sum(due_at = ?), 0) FROM outbox WHERE delivered_at IS NULL",
                arguments: [Self.never])
            return (row?[0] ?? 0, row?[1] ?? 0)
        }
    }

    public func retryStuckMessages(now: Int64) async throws(CatalogueError) -> Int {
        try await writing { db in
            try db.run("UPDATE outbox SET due_at = ? WHERE delivered_at IS NULL AND due_at = ?", now, Self.never)
            return db.changesCount
        }
    }

    public func post(_ messages: [OutboxDraft], tenant: String, at now: Int64) async throws(CatalogueError) {
        try await writing { [self] db in
            var names = names.withLock { $0 }
            let number = try names.tenant(tenant, db)
            try insertMessages(
                db, messages, tenant: number, run: nil, change: try nextChange(db), at: .init(unixSeconds: now))
        }
    }
}
