import Diagnostics
import GRDB

extension SQLiteCatalogue {
    public func harvest(_ question: HarvestQuestion, scope: ReaderScope) async throws(CatalogueError) -> HarvestPage? {
        try Self.check(question.limit, 1...Self.longestPage, "records on a page")
        return try await reading { db in
            guard let now = scope.trustedNow, try HarvestQueue.isEmpty(now, db) else { return nil }
            guard let tenant = try Self.tenantNumber(scope.tenant, db) else { return HarvestPage() }
            let reading = try HarvestReading(db, tenant: scope.tenant, now: now, describes: question.describes)
            if let pid = question.pid {
                try reading.read(try HarvestWalk.one(pid, tenant, db))
            } else if let walk = try HarvestWalk(question, tenant, db) {
                if question.counts { reading.page.size = try walk.count(db) }
                var rows = try walk.rows(question.limit + 1, db)
                if question.endsThere {
                    rows = Array(rows.prefix(question.limit).reversed())
                } else if rows.count > question.limit {
                    rows.removeLast()
                    reading.page.next = rows.last.map { HarvestPosition(datestamp: $0.stamp, number: $0.id) }
                }
                try reading.read(rows)
            } else {
                reading.page.size = 0
            }
            reading.page.latest = try Int64.fetchOne(db.cachedStatement(sql: "SELECT stamp FROM harvest_state")) ?? 0
            reading.page.earliest = try Int64.fetchOne(
                db.cachedStatement(
                    sql: "SELECT stamp FROM harvest INDEXED BY harvest_by_stamp WHERE tenant = ? ORDER BY stamp LIMIT 1"),
                arguments: [tenant])
            return reading.page
        }
    }

    public func harvestSets(tenant: String) async throws(CatalogueError) -> [HarvestSet] {
        try await reading { db in
            guard let tenant = try Self.tenantNumber(tenant, db) else { return [] }
            func names(_ name: String, _ table: String) throws -> [String] {
                try String.fetchAll(
                    db.cachedStatement(
                        sql: """
                            SELECT DISTINCT \(name) FROM \(table) WHERE tenant = ?
                                AND EXISTS (SELECT 1 FROM harvest INDEXED BY harvest_by_\(table) WHERE harvest.\(table) = \(table).id)
                            ORDER BY 1
                            """), arguments: [tenant])
            }
            return try names("name", "instrument").map(HarvestSet.beamline)
                + names("coalesce(panet, name)", "technique").map(HarvestSet.technique)
        }
    }
}

/// One row of the table `harvest`.
struct HarvestRow {
    let id: Int64
    let kind: Int64
    let record: Int64
    let stamp: Int64
    let standing: Int
    let isDeleted: Bool
    let instrument: Int64?
    let technique: Int64?

    static let columns = "id, kind, record, stamp, standing, deleted, instrument, technique"

    init(_ row: ReadRow) {
        (id, kind, record, stamp) = (row.number(0), row.number(1), row.number(2), row.number(3))
        (standing, isDeleted) = (Int(row.number(4)), row.number(5) != 0)
        (instrument, technique) = (row.numberIfAny(6), row.numberIfAny(7))
    }
}

/// The walk along datestamps that a question asks for: each set has an index in that order.
struct HarvestWalk {
    private var index = "harvest_by_stamp"
    private let condition: String
    private let order: String
    private var arguments: StatementArguments

    /// nil for a set that nothing can be in.
    init?(_ question: HarvestQuestion, _ tenant: Int64, _ db: Database) throws {
        var also = ""
        arguments = [tenant]
        switch question.set {
        case nil: also = "tenant = ?"
        case .open:
            index = "harvest_by_standing"
            also = "tenant = ? AND standing = \(HarvestStanding.open.rawValue)"
        case .embargoed:
            index = "harvest_by_standing"
            also = "tenant = ? AND standing = \(HarvestStanding.embargoed.rawValue)"
        case .beamlines: also = "tenant = ? AND instrument IS NOT NULL"
        case .techniques: also = "tenant = ? AND technique IS NOT NULL"
        case .beamline(let name):
            let sql = "SELECT id FROM instrument WHERE tenant = ? AND name = ?"
            guard let number = try Int64.fetchOne(db.cachedStatement(sql: sql), arguments: [tenant, name]) else { return nil }
            (index, also, arguments) = ("harvest_by_instrument", "instrument = ?", [number])
        case .technique(let name):
            let sql = "SELECT id FROM technique WHERE tenant = ? AND coalesce(panet, name) = ?"
            let numbers = try Int64.fetchAll(db.cachedStatement(sql: sql), arguments: [tenant, name])
            guard !numbers.isEmpty else { return nil }
            // Two names of the facility may be one term.
            if numbers.count == 1 {
                (index, also, arguments) = ("harvest_by_technique", "technique = ?", [numbers[0]])
            } else {
                also = "tenant = ? AND technique IN (\(numbers.map { "\($0)" }.joined(separator: ", ")))"
            }
        }
        let after = question.after ?? HarvestPosition(datestamp: question.from ?? .min, number: 0)
        if question.endsThere {
            condition = also + " AND stamp >= ? AND (stamp, id) <= (?, ?) AND stamp <= ?"
            arguments += [question.from ?? .min]
            order = "stamp DESC, id DESC"
        } else {
            condition = also + " AND (stamp, id) > (?, ?) AND stamp <= ?"
            order = "stamp, id"
        }
        arguments += [after.datestamp, after.number, question.until ?? .max]
    }

    func rows(_ limit: Int, _ db: Database) throws -> [HarvestRow] {
        var rows: [HarvestRow] = []
        let walk = try RepeatedStatement(
            db, "SELECT \(HarvestRow.columns) FROM harvest INDEXED BY \(index) WHERE \(condition) ORDER BY \(order) LIMIT ?",
            arguments + [limit])
        try walk.forEach { rows.append(HarvestRow($0)) }
        return rows
    }

    func count(_ db: Database) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT count(*) FROM harvest INDEXED BY \(index) WHERE \(condition)"), arguments: arguments)
            ?? 0
    }

    /// The run or session of an identifier, if it is offered.
    static func one(_ pid: String, _ tenant: Int64, _ db: Database) throws -> [HarvestRow] {
        var rows: [HarvestRow] = []
        let walk = try RepeatedStatement(
            db,
            """
            SELECT \(HarvestRow.columns) FROM harvest
            WHERE kind = 1 AND record = (SELECT id FROM run INDEXED BY run_by_pid WHERE pid = ?1 AND tenant = ?2)
            UNION ALL SELECT \(HarvestRow.columns) FROM harvest
            WHERE kind = 0 AND record = (SELECT id FROM session WHERE pid = ?1 AND tenant = ?2) LIMIT 1
            """, [pid, tenant])
        try walk.forEach { rows.append(HarvestRow($0)) }
        return rows
    }
}
