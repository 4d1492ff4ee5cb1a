import Diagnostics
import GRDB

extension SQLiteCatalogue {
    public func erase(person number: Int64, by deed: Deed, tenant: String) async throws(CatalogueError) {
        try await recording(tenant: tenant) { db, writer in
            let known = try Int64.fetchOne(
                db, sql: "SELECT id FROM person WHERE id = ? AND tenant = ? AND erased_at IS NULL",
                arguments: [number, writer.tenant])
            guard known != nil else {
                throw CatalogueError(.notFound, "The catalogue has no such person", at: "person \(number)")
            }
            try db.run(
                """
                UPDATE person SET orcid = NULL, family_name = NULL, given_name = NULL, email = NULL, salt = NULL, erased_at = ?
                WHERE id = ?
                """, deed.at.unixSeconds, number)
            try writer.append("erased", to: .person, number, deed)
            let accounts = try Int64.fetchAll(db, sql: "SELECT id FROM account WHERE person = ?", arguments: [number])
            for account in accounts {
                // Nobody signs in with it any more, and its name was often the person's.
                try db.run(
                    "UPDATE account SET name = 'erased-' || id, password = NULL, disabled_at = coalesce(disabled_at, ?) WHERE id = ?",
                    deed.at.unixSeconds, account)
                try db.run(
                    "UPDATE token SET label = '', revoked_at = coalesce(revoked_at, ?) WHERE account = ?", deed.at.unixSeconds,
                    account)
                try writer.append("erased", to: .account, account, deed)
            }
        }
    }
}
