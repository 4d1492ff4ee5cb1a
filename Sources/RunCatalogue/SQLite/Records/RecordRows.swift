import FoundationEssentials
import GRDB

/// Where the records of a kind stand, and the digest of one as its rows are now: the same for one that was just written and for one that is
/// checked years later.
///
/// What is digested never changes for what was stored: another layout takes another version in its purpose.
struct RecordRows {
    let kind: RecordKind
    let table: String
    /// On the table as `record`: which of its rows have a history.
    let condition: String
    /// Names the record in the digests of its links, where a number does not.
    private let key: String?

    /// Nil for runs, which hold their digests themselves.
    init?(_ kind: RecordKind) {
        self.kind = kind
        switch kind {
        case .instrument: key = "name"
        case .sample: key = "json_array((SELECT name FROM team WHERE team.id = sample.team), name)"
        case .plan: key = "identifier"
        case .collection: key = "pid"
        default: key = nil
        }
        switch kind {
        case .run: return nil
        // One that is only a name in some run's origin is none.
        case .proposal: (table, condition) = ("proposal", "record.title IS NOT NULL")
        case .session: (table, condition) = ("session", "EXISTS (SELECT 1 FROM clock WHERE clock.session = record.id)")
        case .account: (table, condition) = ("account", "1")
        case .share: (table, condition) = ("share", "1")
        case .person: (table, condition) = ("person", "1")
        case .instrument: (table, condition) = ("instrument", "record.document IS NOT NULL")
        case .sample: (table, condition) = ("sample", "record.document IS NOT NULL")
        case .plan: (table, condition) = ("management_plan", "1")
        case .collection: (table, condition) = ("collection", "1")
        }
    }

    /// How digests name whose history it is. By number where a name can be erased, and the chain must hold; by the key that never changes where
    /// there is one.
    func name(of record: Int64, tenant: String, _ db: Database) throws -> String {
        guard let key else { return "\(kind.rawValue) \(tenant.utf8.count):\(tenant) \(record)" }
        let statement = try db.cachedStatement(sql: "SELECT \(key) FROM \(table) WHERE id = ?")
        return "\(kind.rawValue) \(tenant) \(try String.fetchOne(statement, arguments: [record]) ?? "")"
    }

    /// - Returns: nil where there is no such record.
    func stateDigest(of record: Int64, _ db: Database) throws -> RecordDigest? {
        let exists = "SELECT 1 FROM \(table) AS record WHERE id = ? AND (\(condition))"
        guard try Int64.fetchOne(db.cachedStatement(sql: exists), arguments: [record]) != nil else { return nil }
        switch kind {
        case .run: return nil
        case .proposal: return try proposal(record, db)
        case .session:
            return try digest(
                "faisceau.session-state.1", record, db,
                """
                SELECT session.name, (SELECT name FROM proposal WHERE id = session.proposal),
                    (SELECT name FROM instrument WHERE id = session.instrument), begins_at, planned_end, pid
                FROM session WHERE id = ?
                """)
        case .account: return try account(record, db)
        case .share:
            return try digest(
                "faisceau.share-state.1", record, db,
                """
                SELECT holder, (SELECT pid FROM run WHERE id = share.run), session, expires_at, ended_at FROM share WHERE id = ?
                """)
        case .person:
            return try digest(
                "faisceau.person-state.1", record, db,
                "SELECT salt, orcid, family_name, given_name, email, erased_at FROM person WHERE id = ?")
        case .instrument: return try text(record, db, "SELECT json_array(pid, document) FROM instrument WHERE id = ?")
        case .sample: return try text(record, db, "SELECT json_array(igsn, document) FROM sample WHERE id = ?")
        case .plan:
            return try text(
                record, db,
                """
                SELECT json_array((SELECT name FROM proposal WHERE id = proposal), modified_at, document)
                FROM management_plan WHERE id = ?
                """)
        case .collection:
            return try text(
                record, db,
                """
                SELECT json_array(title, article, person, made_at, (SELECT group_concat(pid, ' ') FROM (SELECT run.pid
                    FROM collection_member JOIN run ON run.id = run WHERE collection = collection.id ORDER BY position)))
                FROM collection WHERE id = ?
                """)
        }
    }

    /// Of a record that one text holds.
    private func text(_ record: Int64, _ db: Database, _ sql: String) throws -> RecordDigest {
        var bytes = CanonicalBytes("faisceau.\(kind.rawValue)-state.1")
        bytes.add(try String.fetchOne(db.cachedStatement(sql: sql), arguments: [record]) ?? "")
        try CitationRows.add(to: &bytes, kind, record, db)
        return bytes.finish()
    }

    private func proposal(_ record: Int64, _ db: Database) throws -> RecordDigest {
        var bytes = CanonicalBytes("faisceau.proposal-state.1")
        try add(
            &bytes, record, db,
            """
            SELECT name, title, abstract, abstract_is_public, kind, (SELECT name FROM team WHERE id = proposal.team)
            FROM proposal WHERE id = ?
            """)
        try add(
            &bytes, record, db, "SELECT position, person, role FROM proposal_person WHERE proposal = ? ORDER BY position")
        for (name, sql) in try CreditRows.lists(db) + StatedRows.digested(db) {
            guard try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [record]) != nil else { continue }
            bytes.add(name)
            try add(&bytes, record, db, sql)
        }
        return bytes.finish()
    }

    /// With the digests of the password and of the tokens, so that another one in their place is found; and with the person's salt, so that
    /// the name of an erased account cannot be guessed from it.
    private func account(_ record: Int64, _ db: Database) throws -> RecordDigest {
        var bytes = CanonicalBytes("faisceau.account-state.1")
        try add(
            &bytes, record, db,
            """
            SELECT (SELECT salt FROM person WHERE id = account.person), name, person, password, made_at, disabled_at
            FROM account WHERE id = ?
            """)
        try add(&bytes, record, db, "SELECT role FROM account_role WHERE account = ? ORDER BY role")
        try add(&bytes, record, db, "SELECT kind, name FROM account_group WHERE account = ? ORDER BY kind, name")
        try add(
            &bytes, record, db,
            "SELECT id, label, digest, scopes, made_at, expires_at, revoked_at FROM token WHERE account = ? ORDER BY id")
        return bytes.finish()
    }

    private func digest(_ purpose: String, _ record: Int64, _ db: Database, _ sql: String) throws -> RecordDigest {
        var bytes = CanonicalBytes(purpose)
        try add(&bytes, record, db, sql)
        try CitationRows.add(to: &bytes, kind, record, db)
        return bytes.finish()
    }

    /// All rows, each column with its kind; how many there were ends a list, so that no row passes from one list to the next.
    private func add(_ bytes: inout CanonicalBytes, _ record: Int64, _ db: Database, _ sql: String) throws {
        let rows = try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [record])
        for row in rows {
            for column in 0..<row.count {
                switch (row[column] as DatabaseValue).storage {
                case .null: bytes.add(nil as String?)
                case .int64(let number): bytes.add(number)
                case .double(let number): bytes.add(number)
                case .string(let text): bytes.add(text)
                case .blob(let data): bytes.add([UInt8](data))
                }
            }
        }
        bytes.add(Int64(rows.count))
    }
}
