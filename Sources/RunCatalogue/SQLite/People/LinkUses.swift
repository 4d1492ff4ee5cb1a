import GRDB
import RunModel

extension SQLiteCatalogue {
    public func noteUse(
        ofLink digest: String, on day: String, at time: Timestamp, tenant: String
    ) async throws(CatalogueError) {
        try checkWritten(names: [digest, day], at: "the use of a link")
        let holder = ShareHolder.link(digest: digest).text
        let select = """
            SELECT share.id FROM share INDEXED BY share_by_holder WHERE holder = ? AND expires_at > ? AND ended_at IS NULL
                AND tenant = (SELECT id FROM tenant WHERE name = ?)
                AND coalesce((SELECT uses FROM share_use WHERE share = share.id AND day = ?), 0) < \(LinkUse.mostCounted)
            """
        let arguments: StatementArguments = [holder, time.unixSeconds, tenant, day]
        // Most readers hold no link, or one that was counted to its end today: they write nothing.
        let isCounted = try await lookingUp { db in
            try Int64.fetchOne(db.cachedStatement(sql: select + " LIMIT 1"), arguments: arguments) == nil
        }
        guard !isCounted else { return }
        try await recording(tenant: tenant) { db, writer in
            for share in try Int64.fetchAll(db.cachedStatement(sql: select), arguments: arguments) {
                try db.run(
                    """
                    INSERT INTO share_use (share, day, uses, first_ns, last_ns) VALUES (?1, ?2, 1, ?3, ?3)
                    ON CONFLICT (share, day) DO UPDATE SET uses = uses + 1, last_ns = excluded.last_ns
                    """, share, day, time.unixNanoseconds)
                let uses = try Int.fetchOne(
                    db.cachedStatement(sql: "SELECT uses FROM share_use WHERE share = ? AND day = ?"), arguments: [share, day])
                if uses == 1 { try writer.append("used", to: .share, share, Deed(at: time), detail: "{\"day\":\"\(day)\"}") }
            }
        }
    }

    public func uses(ofShare number: Int64, tenant: String) async throws(CatalogueError) -> [LinkUse] {
        try await lookingUp { db in
            try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT day, uses, first_ns, last_ns FROM share_use JOIN share ON share.id = share_use.share
                        WHERE share = ? AND share.tenant = (SELECT id FROM tenant WHERE name = ?) ORDER BY day DESC
                        """), arguments: [number, tenant]
            ).map {
                LinkUse(
                    day: $0[0], uses: $0[1], first: Timestamp(unixNanoseconds: $0[2]), last: Timestamp(unixNanoseconds: $0[3]))
            }
        }
    }
}
