import Diagnostics
import GRDB
import RunModel

extension SQLiteCatalogue {
    public func put(
        _ plan: ManagementPlan, scope: ReaderScope, by: Deed, outbox: [OutboxDraft]
    ) async throws(CatalogueError) -> ImportOutcome {
        try checkWritten(names: [plan.proposal, plan.identifier], texts: [plan.document], at: "plan \(quoted(plan.identifier))")
        return try await writing { db in
            let part = try PlanRows.part(scope, db)
            let proposal = try Row.fetchOne(
                db,
                sql: """
                    SELECT proposal.id, proposal.tenant FROM proposal JOIN tenant ON tenant.id = proposal.tenant
                    WHERE tenant.name = ? AND proposal.name = ? AND proposal.title IS NOT NULL AND (\(part.sql))
                    """, arguments: [scope.tenant, plan.proposal] + part.arguments)
            guard let proposal else {
                throw CatalogueError(
                    .notFound, "The catalogue has no such proposal", at: quoted(plan.proposal),
                    remedy: "A plan is linked to a proposal that was imported: faisceau proposal import")
            }
            let (row, tenant): (Int64, Int64) = (proposal[0], proposal[1])
            let known = try Row.fetchOne(
                db, sql: "SELECT id, proposal, modified_at, document FROM management_plan WHERE tenant = ? AND identifier = ?",
                arguments: [tenant, plan.identifier])
            if let known {
                guard (known[1] as Int64?) == row else {
                    throw CatalogueError(
                        .exists, "A plan of another proposal has this identifier", at: quoted(plan.identifier),
                        remedy: "See which proposal it belongs to")
                }
                if (known[3] as String) == plan.document { return .unchanged }
                guard (known[2] as Int64) <= plan.modified.unixSeconds else {
                    throw CatalogueError(
                        .badRequest, "The catalogue has a later version of this plan", at: quoted(plan.identifier),
                        got: "modified \(plan.modified)", expected: "later than \(Timestamp(unixSeconds: known[2]))")
                }
            }
            try db.run(
                """
                INSERT INTO management_plan (tenant, proposal, identifier, modified_at, document) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (tenant, identifier) DO UPDATE SET modified_at = excluded.modified_at, document = excluded.document
                """, tenant, row, plan.identifier, plan.modified.unixSeconds, plan.document)
            let number = try Int64.fetchOne(
                db, sql: "SELECT id FROM management_plan WHERE tenant = ? AND identifier = ?",
                arguments: [tenant, plan.identifier])
            guard let number else { throw CatalogueError(.damaged, "A new row has no number", got: "a plan") }
            let change = try nextChange(db)
            try RecordWriter(db: db, tenant: tenant, tenantName: scope.tenant, change: change).append(
                known == nil ? "registered" : "changed", to: .plan, number, by)
            try insertMessages(db, outbox, tenant: tenant, run: nil, change: change, at: by.at)
            return known == nil ? .new : .changed
        }
    }

    public func plan(_ identifier: String, scope: ReaderScope) async throws(CatalogueError) -> ManagementPlan {
        try await reading { db in
            guard let plan = try PlanRows.fetch("management_plan.identifier = ?", [identifier], scope, limit: 1, db).first else {
                throw CatalogueError(.notFound, "The catalogue has no such plan", at: quoted(identifier))
            }
            return plan
        }
    }

    public func plans(
        ofProposal proposal: String?, scope: ReaderScope, limit: Int
    ) async throws(CatalogueError) -> [ManagementPlan] {
        try Self.check(limit, 1...10_000, "plans")
        return try await reading { db in
            try PlanRows.fetch(
                proposal == nil ? "1" : "proposal.name = ?", proposal.map { [$0] } ?? [], scope, limit: limit, db)
        }
    }
}

enum PlanRows {
    /// Who has a part in a proposal, as a condition on the table `proposal`: its team; where it is not paid for, curators, and the staff of
    /// beamlines at which it has a session.
    static func part(_ scope: ReaderScope, _ db: Database) throws -> AccessCondition.Part {
        if scope.readsEverything { return AccessCondition.Part(sql: "1", arguments: []) }
        let marks = { (names: Set<String>) in names.map { _ in "?" }.joined(separator: ", ") }
        var parts: [String] = []
        var arguments: StatementArguments = []
        if !scope.teams.isEmpty {
            parts.append("(SELECT name FROM team WHERE id = proposal.team) IN (\(marks(scope.teams)))")
            arguments += StatementArguments(scope.teams.sorted())
        }
        if scope.curates { parts.append("proposal.kind <> 'proprietary'") }
        if !scope.staffOf.isEmpty {
            parts.append(
                """
                proposal.kind <> 'proprietary' AND EXISTS (SELECT 1 FROM session JOIN instrument ON instrument.id = session.instrument
                    WHERE session.proposal = proposal.id AND instrument.name IN (\(marks(scope.staffOf))))
                """)
            arguments += StatementArguments(scope.staffOf.sorted())
        }
        return AccessCondition.Part(
            sql: parts.isEmpty ? "0" : parts.map { "(\($0))" }.joined(separator: " OR "), arguments: arguments)
    }

    static func fetch(
        _ condition: String, _ arguments: StatementArguments, _ scope: ReaderScope, limit: Int, _ db: Database
    ) throws -> [ManagementPlan] {
        let part = try part(scope, db)
        return try Row.fetchAll(
            db,
            sql: """
                SELECT proposal.name, management_plan.identifier, modified_at, document FROM management_plan
                    JOIN proposal ON proposal.id = management_plan.proposal JOIN tenant ON tenant.id = management_plan.tenant
                WHERE tenant.name = ? AND \(condition) AND (\(part.sql)) ORDER BY modified_at DESC, management_plan.id DESC LIMIT ?
                """, arguments: [scope.tenant] + arguments + part.arguments + [limit]
        ).map {
            ManagementPlan(proposal: $0[0], identifier: $0[1], modified: Timestamp(unixSeconds: $0[2]), document: $0[3])
        }
    }
}
