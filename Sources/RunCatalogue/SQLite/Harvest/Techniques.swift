import GRDB

extension SQLiteCatalogue {
    public func techniques(tenant: String) async throws(CatalogueError) -> [(name: String, term: String?)] {
        try await lookingUp { db in
            let sql = "SELECT name, panet FROM technique WHERE tenant = (SELECT id FROM tenant WHERE name = ?) ORDER BY name"
            return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [tenant]).map { ($0[0], $0[1]) }
        }
    }

    public func setTerms(_ terms: [(name: String, term: String?)], tenant: String) async throws(CatalogueError) {
        try await writing { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return }
            for (name, term) in terms {
                try db.run("UPDATE technique SET panet = ? WHERE tenant = ? AND name = ?", term, number, name)
                try db.run(
                    """
                    INSERT OR IGNORE INTO harvest_due SELECT 1, record FROM harvest
                        WHERE kind = 1 AND technique = (SELECT id FROM technique WHERE tenant = ? AND name = ?)
                    """, number, name)
            }
        }
    }
}
