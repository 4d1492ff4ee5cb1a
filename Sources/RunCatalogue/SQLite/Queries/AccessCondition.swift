import GRDB

/// What a reader may see, as a condition on the table `run`: the one place where the access rule becomes SQL.
///
/// It comes in two forms that say the same. `condition` is one expression, for lists that begin with a narrow filter. `lanes` are its parts
/// taken one by one, each of which has an index that is in the order of the list: a page of "what is open, and what is my team's" is the
/// merge of two short walks, where the one expression would walk past every run that is not this reader's.
struct AccessCondition {
    struct Part {
        let sql: String
        let arguments: StatementArguments
        /// The index in whose order the lane is walked; nil where the planner may choose.
        var index: String?
        /// Whether the lane is long: then an index of the filter is the better walk.
        var isLong = false
    }
    let lanes: [Part]
    let condition: Part

    private static let withdrawn = AccessState.withdrawn.rawValue
    private static let proprietary = AccessState.proprietary.rawValue
    /// Beyond, teams and beamlines are asked for together: each lane is a query of its own.
    private static let mostLanes = 24

    init(_ scope: ReaderScope, _ db: Database) throws {
        guard let tenant = try Int64.fetchOne(db, sql: "SELECT id FROM tenant WHERE name = ?", arguments: [scope.tenant]) else {
            // An institution that has handed nothing over: there is nothing to see.
            let nothing = Part(sql: "0", arguments: [])
            (lanes, condition) = ([], nothing)
            return
        }
        if scope.readsEverything {
            condition = Part(sql: "run.tenant = ?", arguments: [tenant], isLong: true)
            lanes = [condition]
            return
        }
        var lanes: [Part] = []
        if scope.readsOpenRuns {
            lanes.append(
                Part(sql: "run.tenant = ? AND run.opened = 1", arguments: [tenant], index: "run_by_opened", isLong: true))
            if let now = scope.trustedNow {
                // Due, and not swept yet: few. The second comparison is what the index of due runs holds only.
                lanes.append(
                    Part(
                        sql:
                            "run.opened = 0 AND run.closed_until <= ? AND run.closed_until < 9223372036854775807 AND run.tenant = ?",
                        arguments: [now, tenant], index: "run_due"))
            }
        }
        lanes += try Self.members("team", scope.teams, tenant, db, "run.access <> \(Self.withdrawn)")
        lanes += try Self.members(
            "instrument", scope.staffOf, tenant, db, "run.access NOT IN (\(Self.withdrawn), \(Self.proprietary))")
        lanes += try Self.shares(scope, tenant, db)
        self.lanes = lanes
        condition = Part(
            sql: lanes.isEmpty ? "0" : lanes.map { "(\($0.sql))" }.joined(separator: " OR "),
            arguments: lanes.reduce(into: []) { $0 += $1.arguments })
    }

    /// The runs of teams or of beamlines, whose numbers belong to one institution, so that it need not be compared.
    private static func members(
        _ column: String, _ names: Set<String>, _ tenant: Int64, _ db: Database, _ also: String
    ) throws -> [Part] {
        guard !names.isEmpty else { return [] }
        let marks = names.map { _ in "?" }.joined(separator: ", ")
        let numbers = try Int64.fetchAll(
            db, sql: "SELECT id FROM \(column) WHERE tenant = ? AND name IN (\(marks)) ORDER BY id",
            arguments: [tenant] + StatementArguments(names.sorted()))
        guard numbers.count > mostLanes else {
            return numbers.map {
                Part(
                    sql: "run.\(column) = ? AND \(also)", arguments: [$0], index: "run_by_\(column)",
                    isLong: column == "instrument")
            }
        }
        let list = numbers.map { "\($0)" }.joined(separator: ", ")
        return [Part(sql: "run.\(column) IN (\(list)) AND \(also)", arguments: [])]
    }

    /// Runs and sessions that are shared with this reader and not expired. Without a trusted time nothing is: a share ends by the clock.
    private static func shares(_ scope: ReaderScope, _ tenant: Int64, _ db: Database) throws -> [Part] {
        guard let now = scope.trustedNow, !scope.shares.isEmpty else { return [] }
        let marks = scope.shares.map { _ in "?" }.joined(separator: ", ")
        let valid = "FROM share WHERE holder IN (\(marks)) AND expires_at > ? AND share.tenant = ?"
        let arguments = StatementArguments(scope.shares.map(\.text).sorted()) + [now, tenant]
        return [
            Part(
                sql: "run.session IN (SELECT session \(valid) AND session IS NOT NULL) AND run.access <> \(withdrawn)",
                arguments: arguments),
            Part(sql: "run.id IN (SELECT run \(valid) AND run IS NOT NULL) AND run.access <> \(withdrawn)", arguments: arguments),
        ]
    }
}
