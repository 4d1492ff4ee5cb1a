import Diagnostics
import FoundationEssentials
import GRDB
import RunModel

/// The histories of records that are no runs: one chain each, in the same table and digested in the same way.
struct RecordEvents {
    enum Kind: String, CaseIterable {
        case instrument, sample, plan, collection

        /// The number of each record of an institution, its key, and all that its state digest is taken of.
        fileprivate var states: String {
            switch self {
            case .instrument:
                "SELECT id, name, json_array(pid, document) FROM instrument WHERE document IS NOT NULL AND tenant = ?"
            case .sample:
                """
                SELECT id, json_array((SELECT name FROM team WHERE id = team), name), json_array(igsn, document) FROM sample
                WHERE document IS NOT NULL AND tenant = ?
                """
            case .plan:
                """
                SELECT id, identifier, json_array((SELECT name FROM proposal WHERE id = proposal), modified_at, document)
                FROM management_plan WHERE tenant = ?
                """
            case .collection:
                """
                SELECT id, pid, json_array(title, article, person, made_at, (SELECT group_concat(pid, ' ') FROM (SELECT run.pid
                    FROM collection_member JOIN run ON run.id = run WHERE collection = collection.id ORDER BY position)))
                FROM collection WHERE tenant = ?
                """
            }
        }
    }

    let db: Database
    let tenant: Int64
    let tenantName: String

    /// Writes what happened to a record, which stands in its table as it is now.
    func write(_ action: String, on kind: Kind, _ record: Int64, by: Acting) throws {
        guard let row = try Row.fetchOne(db, sql: kind.states + " AND id = ?", arguments: [tenant, record]) else {
            throw CatalogueError(.damaged, "A record is gone while it was written about", got: "\(kind.rawValue) \(record)")
        }
        let links = try links(of: kind, record)
        let event = EventDraft(action: action, at: by.at, person: by.person)
        let number = Int64(links.count) + 1
        let state = state(kind, row[2])
        let digest = linkDigest(
            record: name(kind, row[1]), number: number, event, state: state, previous: links.last?.digest)
        try db.run(
            """
            INSERT INTO event (kind, record, number, action, at_ns, person, detail, state_digest, previous, digest, change)
            VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?)
            """, kind.rawValue, record, number, action, by.at.unixNanoseconds, by.person, state.data,
            links.last?.digest.data ?? Data(), digest.data, try nextChange(db))
    }

    /// What does not fit: in words.
    func problems() throws -> [String] {
        try Kind.allCases.flatMap { kind in
            try Row.fetchAll(db, sql: kind.states, arguments: [tenant]).compactMap { row in
                let links = try links(of: kind, row[0])
                var previous: RecordDigest?
                for (index, link) in links.enumerated() {
                    let computed = linkDigest(
                        record: name(kind, row[1]), number: Int64(index) + 1, link.draft, state: link.state, previous: previous)
                    guard link.number == Int64(index) + 1, computed == link.digest,
                        link.previous == previous ?? RecordDigest(bytes: [])
                    else { return "The history of \(kind.rawValue) \(quoted(row[1] as String)) was edited, at link \(index + 1)" }
                    previous = link.digest
                }
                return links.last?.state == state(kind, row[2])
                    ? nil : "The record of \(kind.rawValue) \(quoted(row[1] as String)) was edited behind the catalogue's back"
            }
        }
    }

    private func name(_ kind: Kind, _ key: String) -> String { "\(kind.rawValue) \(tenantName) \(key)" }

    private func state(_ kind: Kind, _ text: String) -> RecordDigest {
        var bytes = CanonicalBytes("faisceau.\(kind.rawValue)-state.1")
        bytes.add(text)
        return bytes.finish()
    }

    private func links(of kind: Kind, _ record: Int64) throws -> [Link] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT number, action, at_ns, person, detail, state_digest, previous, digest FROM event
                WHERE kind = ? AND record = ? ORDER BY number
                """, arguments: [kind.rawValue, record]
        ).map { row in
            Link(
                number: row[0],
                draft: EventDraft(action: row[1], at: Timestamp(unixNanoseconds: row[2]), person: row[3], detail: row[4]),
                state: RecordDigest(row[5] as Data), previous: RecordDigest(row[6] as Data), digest: RecordDigest(row[7] as Data))
        }
    }
}

extension SQLiteCatalogue {
    public func verifyHoldings(tenant: String) async throws(CatalogueError) -> [String] {
        try await reading { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return [] }
            return try RecordEvents(db: db, tenant: number, tenantName: tenant).problems()
        }
    }
}
