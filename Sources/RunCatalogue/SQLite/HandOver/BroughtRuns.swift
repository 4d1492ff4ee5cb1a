import Diagnostics
import EmbargoClock
import GRDB
import Identifiers
import RunModel
import Synchronization

extension SQLiteCatalogue {
    public func runs(
        naming proposal: String, team: String, others: Bool, tenant: String, after position: Int64?, limit: Int
    ) async throws(CatalogueError) -> [NamingRun] {
        try Self.check(limit, 1...100_000, "runs")
        // Of several that are named it is the first that was known: what it became then, it was told to be.
        let also =
            others
            ? """
            AND NOT EXISTS (SELECT 1 FROM proposal JOIN described_text AS other
                ON other.run = run.id AND other.field = 'proposalIds' AND other.text = proposal.name
                WHERE proposal.id = run.proposal)
            """ : "AND run.proposal IS NULL"
        return try await reading { db in
            try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT DISTINCT run.pid, run.id FROM described_text AS named INDEXED BY described_text_by_name
                            CROSS JOIN run ON run.id = named.run
                        WHERE named.field = 'proposalIds' AND named.text = ?1
                            AND run.tenant = (SELECT id FROM tenant WHERE name = ?2)
                            AND run.team = (SELECT id FROM team WHERE tenant = run.tenant AND name = ?3)
                            AND run.id > ?4 \(also) ORDER BY run.id LIMIT ?5
                        """), arguments: [proposal, tenant, team, position ?? .min, limit]
            ).map { NamingRun(pid: try RunRows.identifier($0[0]), position: $0[1]) }
        }
    }

    public func countRuns(
        ofNoProposal team: String, notNaming proposal: String, tenant: String
    ) async throws(CatalogueError) -> Int {
        try await reading { db in
            try Int.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT count(*) FROM run WHERE tenant = (SELECT id FROM tenant WHERE name = ?1)
                            AND team = (SELECT id FROM team WHERE tenant = run.tenant AND name = ?2)
                            AND proposal IS NULL AND listed = 1 AND NOT EXISTS (
                                SELECT 1 FROM described_text
                                WHERE described_text.run = run.id AND field = 'proposalIds' AND text = ?3)
                        """), arguments: [tenant, team, proposal]) ?? 0
        }
    }

    public func bring(
        _ pid: RunIdentifier, under proposal: String?, clock: BroughtClock, reason: String, outbox: [OutboxDraft], tenant: String,
        by: Deed
    ) async throws(CatalogueError) {
        try await writing { [self] db in
            let run = try RunRows.position(of: pid, scope: .everything(tenant: tenant), db)
            var names = names.withLock { $0 }
            let number = try names.tenant(tenant, db)
            if let proposal {
                var writer = RunWriter(db: db, names: names)
                try writer.link(run, pid, to: proposal, reason: reason, tenant: (number, tenant))
                names = writer.names
            }
            let detail = BroughtDetail(
                clock: clock.isOwnFromNow ? BroughtDetail.own : nil, fields: proposal == nil ? [] : ["proposal"], reason: reason)
            let change: Int64
            let clocks = ClockWriter(db: db, tenant: number, tenantName: tenant)
            switch clock {
            case .stays: change = try RunNote(db: db, tenant: tenant, by: by).write(BroughtDetail.action, detail, on: run)
            case .moves(let move):
                guard move.owner == .run(pid) else {
                    throw CatalogueError(.badRequest, "A run moves the clocks of another", at: "\(pid)", got: "\(move.owner)")
                }
                change = try RunNote(db: db, tenant: tenant, by: by).write(BroughtDetail.action, detail, on: run)
                try clocks.advance(move)
            case .begins(let record):
                guard try FollowedClocks(of: run, db) != nil else {
                    throw CatalogueError(
                        .changedMeanwhile, "The result has clocks of its own already", at: "\(pid)",
                        remedy: "Import the proposal again")
                }
                let (access, opened) = try clocks.begin(record, run: run, pid: "\(pid)", change: nextChange(db))
                try access.check(at: "\(pid)")
                let event = EventDraft(
                    action: BroughtDetail.action, at: by.at, person: by.person, detail: try RunNote.text(detail))
                let row = try Row.fetchOne(db, sql: "SELECT \(RunMover.columns) FROM run WHERE id = ?", arguments: [run])
                guard let row else { throw RunRows.notFound(pid) }
                change = try RunMover(db: db, tenantName: tenant, access: access, opened: opened, event: event).move(row)
            }
            try insertMessages(db, outbox, tenant: number, run: nil, change: change, at: by.at)
            try NumberIndex.sort(db)
            remember(names, after: db)
        }
    }
}

extension RunWriter {
    /// As a correction of the proposal does it; what stays of the names is what the run would have kept, had the proposal been known.
    fileprivate mutating func link(
        _ run: Int64, _ pid: RunIdentifier, to proposal: String, reason: String, tenant: (number: Int64, name: String)
    ) throws {
        var correction = RunCorrection(reason: reason)
        correction.proposal = proposal
        let row = try Row.fetchOne(db, sql: "SELECT \(RunRows.columns) FROM run WHERE id = ?", arguments: [run])
        guard let row else { throw RunRows.notFound(pid) }
        try amend(run, RunAmendment(correction), tenant: tenant.number, row)
        try index()
        if try DescribedRows.persons(of: run, db)[.proposalIds] == [proposal] {
            try db.run("DELETE FROM described_text WHERE run = ? AND field = 'proposalIds'", run)
        }
        let after = try Row.fetchOne(db, sql: "SELECT \(RunRows.columns) FROM run WHERE id = ?", arguments: [run])
        guard let after else { throw RunRows.notFound(pid) }
        let content = try HistoryCheck(run: run, pid: pid, tenant: tenant.name, db: db).contentDigest(after)
        try db.run("UPDATE run SET content_digest = ? WHERE id = ?", content.data, run)
    }

    /// A proposal that is imported while a run is described which names it: who describes it reads again, and knows it then.
    func checkNamed(_ run: RunHandOver, tenant: Int64) throws {
        let named = run.persons[.proposalIds]
        guard !named.isEmpty, !named.contains(where: { $0 == run.origin.proposal }) else { return }
        for name in named {
            let isKnown = try Bool.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT 1 FROM proposal JOIN team ON team.id = proposal.team
                        WHERE proposal.tenant = ? AND proposal.name = ? AND title IS NOT NULL AND team.name = ?
                        """), arguments: [tenant, name, run.origin.team])
            guard isKnown != true else {
                throw CatalogueError(
                    .changedMeanwhile, "The proposal has been imported meanwhile", at: "\(run.pid)", got: quoted(name),
                    remedy: "Describe the run again")
            }
        }
    }
}

extension BroughtClock {
    fileprivate var isOwnFromNow: Bool { if case .begins = self { true } else { false } }
}

/// What is said in a run's history of its being brought under a proposal.
struct BroughtDetail: Encodable {
    static let action = "brought-under-proposal"
    static let own = "own"

    /// `own` for a result that follows its inputs no longer.
    let clock: String?
    let fields: [String]
    let reason: String
}
