import Diagnostics
import EmbargoClock
import GRDB
import Identifiers

extension SQLiteCatalogue {
    public func verifyClock(of owner: ClockOwner, tenant: String) async throws(CatalogueError) {
        try await reading { db in
            guard let number = try Self.tenantNumber(tenant, db), let head = try ClockRows.head(of: owner, tenant: number, db)
            else { throw ClockRows.notFound(owner) }
            try Self.check(head, owner, tenant, db)
        }
    }

    private static func strayedFollower(of clock: Int64, _ db: Database) throws -> String? {
        for run in try FollowedClocks.runs(following: clock, db) {
            guard let followed = try FollowedClocks(of: run, db),
                let row = try Row.fetchOne(db, sql: "SELECT \(RunRows.columns) FROM run WHERE id = ?", arguments: [run])
            else { continue }
            let pid: String = row["pid"]
            let (access, opened) = try followed.access(at: pid)
            var stored = try RunRows.access(row, at: "run \(pid)")
            stored.clock = access.clock
            if access != stored || opened != row["opened"] { return pid }
        }
        return nil
    }

    private static func check(_ head: ClockRows.Head, _ owner: ClockOwner, _ tenant: String, _ db: Database) throws {
        let broken = { (what: String, got: String, expected: String) in
            CatalogueError(
                .historyBroken, what, at: "\(owner)", got: got, expected: expected,
                remedy: "Compare with the last backup and the signed checkpoints; keep the file as it is for that")
        }
        let entries = try ClockRows.entries(of: head.clock, db)
        let name = ClockRows.name(of: owner, tenant: tenant)
        var previous: RecordDigest?
        for (index, entry) in entries.enumerated() {
            let computed = entryDigest(owner: name, number: Int64(index), entry: entry.text, previous: previous)
            guard computed == entry.digest else {
                throw broken(
                    "Entry \(index) of the chain of decisions was edited behind the catalogue's back", "\(computed)",
                    "\(entry.digest)")
            }
            previous = computed
        }
        guard Int64(entries.count) == head.length, previous == head.digest else {
            throw broken("The end of the chain of decisions is missing", "\(entries.count) entries", "\(head.length)")
        }
        // Also replays the chain: an entry whose guard would have refused it is an error.
        let record = try ClockRows.record(of: head, owner, db)
        let (access, opened) = RunAccess.of(record, clock: head.text)
        let stored = try head.runAccess(at: "\(owner)")
        guard access == stored, opened == head.opened, record.openingPolicy.licence == head.licence else {
            throw broken(
                "The copy of the clocks, which lists compare, was edited behind the catalogue's back",
                "\(stored.state), closed until \(stored.closedUntil.map { "\($0)" } ?? "never")",
                "\(access.state), closed until \(access.closedUntil.map { "\($0)" } ?? "never")")
        }
        let condition: String
        switch owner {
        case .run: condition = "run.id = (SELECT run FROM clock WHERE id = ?)"
        case .session:
            condition = """
                run.session = (SELECT session FROM clock WHERE id = ?)
                AND NOT EXISTS (SELECT 1 FROM clock AS own WHERE own.run = run.id)
                """
        }
        let strayed = try String.fetchOne(
            db,
            sql:
                "SELECT pid FROM run WHERE \(condition) AND (access <> ? OR closed_until <> ? OR opens_at IS NOT ? OR readers <> ? OR listed <> ? OR opened <> ? OR for_registered <> ?) LIMIT 1",
            arguments: [
                head.clock, head.access, head.closedUntil, head.opensAt, head.readers, head.listed ? 1 : 0, head.opened ? 1 : 0,
                head.isForRegistered ? 1 : 0,
            ])
        if let strayed = try strayed ?? strayedFollower(of: head.clock, db) {
            throw broken("The access of a run was edited behind the catalogue's back", "run \(strayed)", "what its clocks say")
        }
    }
}
