import Diagnostics
import EmbargoClock
import Foundation
import GRDB
import Identifiers
import Synchronization

/// Rows of the tables `clock` and `clock_entry`, read through the state machine: a chain that it would not have accepted is none.
enum ClockRows {
    struct Head {
        let clock: Int64
        let length: Int64
        let digest: RecordDigest
        let access: Int
        let readers: Int
        let listed: Bool
        let closedUntil: Int64
        let opensAt: Int64?
        let opened: Bool
        let isForRegistered: Bool
        let licence: String

        init(_ row: Row) {
            (clock, length, digest) = (row["id"], row["length"], RecordDigest(row["head"] as Data))
            (access, readers, listed) = (row["access"], row["readers"], row["listed"])
            (closedUntil, opensAt, opened) = (row["closed_until"], row["opens_at"], row["opened"])
            (isForRegistered, licence) = (row["for_registered"], row["licence"])
        }

        /// As a run names the entry that its access follows from.
        var text: String { "\(length - 1) sha256:\(digest)" }

        func runAccess(at place: String) throws(CatalogueError) -> RunAccess {
            RunAccess(
                state: try RunRows.word(access, at: place), opensAt: opensAt,
                closedUntil: closedUntil == RunAccess.never ? nil : closedUntil, readers: try RunRows.word(readers, at: place),
                isListed: listed, isForRegistered: isForRegistered, clock: text)
        }
    }

    static let columns =
        """
        clock.id AS id, clock.length, clock.head, clock.access, clock.readers, clock.listed, clock.closed_until, clock.opens_at,
        clock.opened, clock.for_registered, clock.licence
        """

    static func head(of owner: ClockOwner, tenant: Int64, _ db: Database) throws -> Head? {
        let row: Row?
        switch owner {
        case .session(let session):
            let statement = try db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM session JOIN proposal ON proposal.id = session.proposal
                        JOIN clock ON clock.session = session.id
                    WHERE session.tenant = ? AND session.name = ? AND proposal.tenant = ? AND proposal.name = ?
                    """)
            row = try Row.fetchOne(statement, arguments: [tenant, session.name, tenant, session.proposal])
        case .run(let pid):
            let statement = try db.cachedStatement(
                sql: "SELECT \(columns) FROM run JOIN clock ON clock.run = run.id WHERE run.pid = ? AND run.tenant = ?")
            row = try Row.fetchOne(statement, arguments: [pid.description, tenant])
        }
        return row.map(Head.init)
    }

    static func entries(of clock: Int64, _ db: Database) throws -> [(text: String, digest: RecordDigest)] {
        let statement = try db.cachedStatement(sql: "SELECT entry, digest FROM clock_entry WHERE clock = ? ORDER BY number")
        return try Row.fetchAll(statement, arguments: [clock]).map { ($0[0], RecordDigest($0[1] as Data)) }
    }

    /// - Parameter known: chains that were read a moment ago; their parts are not decoded again.
    static func record(
        of head: Head, _ owner: ClockOwner, _ known: borrowing Mutex<EntryTexts>, _ db: Database
    ) throws -> EmbargoRecord {
        let texts = try entries(of: head.clock, db).map(\.text)
        do {
            return try EmbargoRecord(entries: known.withLock { known in try texts.map { try known.entry($0) } })
        } catch { throw broken(owner, error) }
    }

    /// Decoded anew: of who checks.
    static func record(of head: Head, _ owner: ClockOwner, _ db: Database) throws -> EmbargoRecord {
        let texts = try entries(of: head.clock, db).map(\.text)
        do {
            let decoder = JSONDecoder()
            return try EmbargoRecord(entries: texts.map { try decoder.decode(EmbargoEntry.self, from: Data($0.utf8)) })
        } catch { throw broken(owner, error) }
    }

    static func broken(_ owner: ClockOwner, _ cause: any Error) -> CatalogueError {
        CatalogueError(
            .historyBroken, "The clocks' chain of decisions cannot have been written by this program", at: "\(owner)",
            remedy: "Restore the last backup, and look who wrote to the file", cause: cause)
    }

    /// Whose a row of `clock` is, in four columns.
    static let ownerColumns =
        """
        clock.id, (SELECT pid FROM run WHERE run.id = clock.run),
        (SELECT proposal.name FROM session JOIN proposal ON proposal.id = session.proposal WHERE session.id = clock.session),
        (SELECT name FROM session WHERE session.id = clock.session)
        """

    /// - Parameter row: `ownerColumns`.
    static func owner(_ row: Row) throws -> ClockOwner {
        if let pid = row[1] as String? { return .run(try RunRows.identifier(pid)) }
        guard let proposal = row[2] as String?, let name = row[3] as String? else {
            throw CatalogueError(.damaged, "Clocks of nobody", got: "clock \(row[0] as Int64)")
        }
        return .session(SessionName(proposal: proposal, name: name))
    }

    /// Of a run's own clocks, else of those that it follows or of its session's; nil where no decision says that the data were taken back.
    static func withdrawalReason(ofRun run: Int64, _ pid: RunIdentifier, _ db: Database) throws -> String? {
        let ruling = try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT coalesce((SELECT id FROM clock WHERE run = ?1),
                        (SELECT clock.id FROM run JOIN clock ON clock.session = run.session WHERE run.id = ?1))
                    """), arguments: [run])
        guard let clock = try ruling ?? FollowedClocks(of: run, db)?.ruling.clock else { return nil }
        for entry in try entries(of: clock, db).reversed() {
            let decoded: EmbargoEntry
            do { decoded = try JSONDecoder().decode(EmbargoEntry.self, from: Data(entry.text.utf8)) } catch {
                throw CatalogueError(
                    .historyBroken, "The clocks' chain of decisions cannot have been written by this program", at: "\(pid)",
                    remedy: "Restore the last backup, and look who wrote to the file", cause: error)
            }
            if case .withdrawn(let reason, _) = decoded.event { return reason }
        }
        return nil
    }

    /// How the digests of a chain name whose it is: a chain cannot be given to another record.
    static func name(of owner: ClockOwner, tenant: String) -> String {
        switch owner {
        // Lengths before the names: no two lists of names give the same text.
        case .session(let session):
            (["session"] + [tenant, session.proposal, session.name].map { "\($0.utf8.count):\($0)" }).joined(separator: " ")
        case .run(let pid): "run \(tenant.utf8.count):\(tenant) \(pid)"
        }
    }

    static func notFound(_ owner: ClockOwner) -> CatalogueError {
        CatalogueError(.notFound, "The catalogue has no clocks of this", at: "\(owner)")
    }
}
