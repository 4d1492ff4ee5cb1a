import Diagnostics
import GRDB
import Identifiers

/// The clocks that a result follows which has none of its own, with the one that rules it first: it is as closed as the input that is closed the
/// most, opens when the last of them has opened, and moves with each. A result that was found to be paid for has been given clocks of its own: what it
/// followed stays to be read in its history, and rules it no longer.
///
/// Nothing of it is decided or stored twice: it is computed from the clocks whenever one of them moves, and `verifyClock` computes it again.
struct FollowedClocks {
    let heads: [ClockRows.Head]

    /// - Returns: nil for a run that follows no clocks.
    init?(of run: Int64, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(ClockRows.columns) FROM followed_clock JOIN clock ON clock.id = followed_clock.clock
                WHERE followed_clock.run = ? AND \(Self.ruling)
                """)
        self.init(try Row.fetchAll(statement, arguments: [run]).map(ClockRows.Head.init))
    }

    /// - Returns: nil for none.
    init?(_ heads: [ClockRows.Head]) {
        guard !heads.isEmpty else { return nil }
        self.heads = heads.sorted { $0.isCloser(than: $1) }
    }

    var ruling: ClockRows.Head { heads[0] }

    /// What everyone may know is what all of them let everyone know, who reads it reads all of them, and it opens with the last.
    func access(at place: String) throws(CatalogueError) -> (RunAccess, opened: Bool) {
        var access = try ruling.runAccess(at: place)
        let opened = heads.allSatisfy(\.opened)
        for head in heads.dropFirst() {
            let other = try head.runAccess(at: place)
            if other.readers.rawValue < access.readers.rawValue { access.readers = other.readers }
            access.isListed = access.isListed && other.isListed
            access.isForRegistered = access.isForRegistered || other.isForRegistered
            if let until = access.closedUntil { access.closedUntil = other.closedUntil.map { max(until, $0) } }
            if let opens = access.opensAt { access.opensAt = max(opens, other.opensAt ?? opens) }
            // The bytes of one input are gone; those of the result are not before all are.
            if opened, other.state != .purged { access.state = .open }
        }
        return (access, opened)
    }

    /// Its own come first.
    private static let ruling = "NOT EXISTS (SELECT 1 FROM clock AS own WHERE own.run = followed_clock.run)"

    /// As it was entered with, in the order of the clocks' numbers.
    static func owners(of run: Int64, _ db: Database) throws -> [ClockOwner] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT \(ClockRows.ownerColumns) FROM followed_clock JOIN clock ON clock.id = followed_clock.clock
                    WHERE followed_clock.run = ? ORDER BY clock.id
                    """), arguments: [run]
        ).map(ClockRows.owner)
    }

    /// Runs that follow a clock.
    static func runs(following clock: Int64, _ db: Database) throws -> [Int64] {
        var runs: [Int64] = []
        let select = try RepeatedStatement(db, "SELECT run FROM followed_clock WHERE clock = ? AND \(ruling) ORDER BY run")
        try select.bind(1, clock)
        try select.forEach { runs.append($0.number(0)) }
        return runs
    }
}

extension ClockRows.Head {
    /// Of two clocks the one that keeps a result closed: hidden before listed, closed before opened, fewer readers, then a later end.
    fileprivate func isCloser(than other: ClockRows.Head) -> Bool {
        if listed != other.listed { return !listed }
        if opened != other.opened { return !opened }
        if readers != other.readers { return readers < other.readers }
        if closedUntil != other.closedUntil { return closedUntil > other.closedUntil }
        if opensAt != other.opensAt { return opensAt ?? .min > other.opensAt ?? .min }
        return clock < other.clock
    }
}

extension ClockWriter {
    /// Enters what a run follows that was just written, or nothing.
    func follow(_ clock: HandOverClock?, run: Int64) throws {
        guard case .following(let owners) = clock else { return }
        for head in try heads(of: owners) {
            try db.run("INSERT INTO followed_clock (clock, run) VALUES (?, ?)", head.clock, run)
        }
    }

    func heads(of owners: [ClockOwner]) throws -> [ClockRows.Head] {
        try owners.map { owner in
            guard let head = try ClockRows.head(of: owner, tenant: tenant, db) else { throw ClockRows.notFound(owner) }
            return head
        }
    }

    /// Gives the runs that follow a clock, among others, the access that follows now.
    /// - Returns: the last change number that was taken.
    func moveFollowers(of clock: Int64, _ event: EventDraft) throws -> Int64? {
        var change: Int64?
        for run in try FollowedClocks.runs(following: clock, db) {
            guard let followed = try FollowedClocks(of: run, db) else { continue }
            let columns = "\(RunMover.columns), access, closed_until, opens_at, readers, listed, for_registered, clock, opened"
            guard let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT \(columns) FROM run WHERE id = ?"), arguments: [run])
            else {
                continue
            }
            let place = "run \(row["pid"] as String)"
            let (access, opened) = try followed.access(at: place)
            var stored = try RunRows.access(row, at: place)
            // Which entry it follows from is no reason for an event: where nothing else changes, none is written.
            stored.clock = access.clock
            guard access != stored || opened != row["opened"] else { continue }
            try access.check(at: place)
            if access.state == .purged { try refusePurge(of: run, pid: row["pid"], at: event.at) }
            change = try RunMover(db: db, tenantName: tenantName, access: access, opened: opened, event: event).move(row)
        }
        return change
    }
}
