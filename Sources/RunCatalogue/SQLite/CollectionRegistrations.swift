import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func askRegistration(
        ofCollection pid: PersistentIdentifier, by deed: Deed, outbox: [OutboxDraft], tenant: String
    ) async throws(CatalogueError) -> Bool {
        try await recording(tenant: tenant) { db, writer in
            let row = try CollectionRows.number(of: pid, writer.tenant, db)
            let known = "SELECT 1 FROM registration WHERE tenant = ? AND pid = ?"
            guard try Int64.fetchOne(db.cachedStatement(sql: known), arguments: [writer.tenant, pid.description]) == nil else {
                return false
            }
            try db.run(
                "INSERT INTO registration (tenant, pid, asked_at) VALUES (?, ?, ?)", writer.tenant, pid.description,
                deed.at.unixSeconds)
            try writer.append("identifier-asked", to: .collection, row, deed)
            try insertMessages(db, outbox, tenant: writer.tenant, run: nil, change: writer.change, at: deed.at)
            return true
        }
    }

    public func registration(
        ofCollection pid: PersistentIdentifier, scope: ReaderScope
    ) async throws(CatalogueError) -> RegisteredIdentifier? {
        _ = try await collection(pid, scope: scope)
        return try await registration(ofSession: pid, tenant: scope.tenant)
    }

    private static let named = """
        (SELECT session.id FROM session JOIN proposal ON proposal.id = session.proposal
            WHERE session.tenant = registration.tenant AND session.name = ? AND proposal.name = ?)
        """

    private static func follows(_ clock: String) -> String {
        """
        run.id IN (SELECT followed_clock.run FROM clock CROSS JOIN followed_clock ON followed_clock.clock = clock.id WHERE \(clock))
        """
    }

    public func registeredCollections(
        with owner: ClockOwner?, tenant: String, limit: Int
    ) async throws(CatalogueError) -> [PersistentIdentifier] {
        try Self.check(limit, 1...1_000_000, "registered collections")
        var condition = "1"
        var arguments: StatementArguments = []
        let member = "EXISTS (SELECT 1 FROM collection_member JOIN run ON run.id = collection_member.run"
        switch owner {
        case nil: break
        case .run(let pid):
            condition = """
                \(member) WHERE collection = collection.id AND (run.pid = ?
                    OR \(Self.follows("clock.run = (SELECT id FROM run WHERE pid = ? AND tenant = registration.tenant)"))))
                """
            arguments = [pid.description, pid.description]
        case .session(let session):
            condition = """
                \(member) WHERE collection = collection.id AND (run.session = \(Self.named)
                    OR \(Self.follows("clock.session = \(Self.named)"))))
                """
            arguments = [session.name, session.proposal, session.name, session.proposal]
        }
        let (sql, values) = (condition, arguments)
        return try await reading { db in
            let pids = try String.fetchAll(
                db,
                // Few selections are registered: the walk begins with the registrations.
                sql: """
                    SELECT registration.pid FROM registration
                        CROSS JOIN collection ON collection.pid = registration.pid AND collection.tenant = registration.tenant
                    WHERE registration.tenant = (SELECT id FROM tenant WHERE name = ?) AND registration.run IS NULL AND \(sql)
                    ORDER BY registration.pid LIMIT ?
                    """, arguments: [tenant] + values + [limit])
            do { return try pids.map { try PersistentIdentifier($0) } } catch let error as IdentifierError {
                throw CatalogueError(.damaged, "The catalogue holds an identifier that is none", at: "registration", cause: error)
            }
        }
    }
}
