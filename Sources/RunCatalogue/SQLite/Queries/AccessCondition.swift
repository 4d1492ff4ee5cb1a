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
        /// The states that runs of the lane can have; nil: any.
        var states: Set<AccessState>?
        /// The first and the last number, where they are known.
        var ends: ClosedRange<Int64>?
    }
    let lanes: [Part]
    let condition: Part
    /// Who reads a run for another reason than that it is open: team, staff, curators, the custodian.
    let inside: Part

    private static let staff = RunReaders.teamAndStaff.rawValue
    private static let shared = RunReaders.teamSharedAndStaff.rawValue
    /// Beyond, teams and beamlines are asked for together: each lane is a query of its own.
    private static let mostLanes = 24

    init(_ scope: ReaderScope, _ db: Database) throws {
        guard
            let tenant = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM tenant WHERE name = ?"), arguments: [scope.tenant])
        else {
            // An institution that has handed nothing over: there is nothing to see.
            let nothing = Part(sql: "0", arguments: [])
            (lanes, condition, inside) = ([], nothing, nothing)
            return
        }
        if scope.readsEverything {
            condition = Part(sql: "run.tenant = ?", arguments: [tenant], isLong: true)
            lanes = [condition]
            inside = Part(sql: "1", arguments: [])
            return
        }
        var lanes: [Part] = []
        var own: [Part] = []
        if scope.curates {
            own.append(Part(sql: "run.tenant = ? AND run.readers >= \(Self.staff)", arguments: [tenant], isLong: true))
        }
        // What is open, or due, has readers that a curator is one of: it would be walked twice.
        if scope.openRuns != .none, !scope.curates {
            let readable = try Self.readable(scope.openRuns, db)
            lanes.append(
                Part(
                    sql: "run.tenant = ? AND run.opened = 1\(readable)", arguments: [tenant], index: "run_by_opened",
                    isLong: true,
                    states: [.open, .purged]))
            if let now = scope.trustedNow {
                // Due, and not swept yet: few. The second comparison is what the index of due runs holds only.
                lanes.append(
                    Part(
                        sql: "\(Self.due) AND run.tenant = ?\(readable)",
                        arguments: [now, tenant], index: "run_due"))
            }
        }
        own += try Self.members("team", scope.teams, tenant, db, "run.readers > 0")
        own += try Self.members("instrument", scope.staffOf, tenant, db, "run.readers >= \(Self.staff)")
        lanes += try own + Self.shares(scope, tenant, db)
        self.lanes = lanes
        condition = Self.any(of: lanes)
        // Of a run without a team or a beamline a comparison is neither true nor false: it is nobody's.
        let ofReader = Self.any(of: own)
        inside = Part(sql: "(\(ofReader.sql)) IS TRUE", arguments: ofReader.arguments)
    }

    /// In most catalogues all that opens is for everyone, and the indexes of filters need not know more: it is asked for where there is something to
    /// leave out.
    private static func readable(_ openRuns: OpenRuns, _ db: Database) throws -> String {
        guard openRuns == .forEveryone else { return "" }
        let some = "SELECT EXISTS (SELECT 1 FROM run INDEXED BY run_for_registered WHERE for_registered = 1)"
        return try Bool.fetchOne(db.cachedStatement(sql: some)) == true ? " AND run.for_registered = 0" : ""
    }

    static func any(of parts: [Part], isLong: Bool = false) -> Part {
        Part(
            sql: parts.isEmpty ? "0" : parts.map { "(\($0.sql))" }.joined(separator: " OR "),
            arguments: parts.reduce(into: []) { $0 += $1.arguments }, isLong: isLong)
    }

    /// Open by the clock, and not swept yet; takes the trusted time as argument. The last comparison is what the index of due runs holds.
    static let due = "run.opened = 0 AND run.closed_until <= ? AND run.closed_until < 9223372036854775807"

    /// The state to show: what is open by the clock is open, whether it was swept or not; and a request that waits beyond the end of the embargo
    /// is no state any more, only its grace keeps the run closed.
    static func shownState(_ scope: ReaderScope) -> Part {
        guard let now = scope.trustedNow else { return Part(sql: "run.access", arguments: []) }
        return Part(
            sql: """
                CASE WHEN run.access IN (1, 2) AND \(due) THEN \(AccessState.open.rawValue)
                    WHEN run.access = 2 AND run.opens_at <= ? THEN \(AccessState.embargoed.rawValue) ELSE run.access END
                """, arguments: [now, now])
    }

    /// The runs of teams or of beamlines, whose numbers belong to one institution, so that it need not be compared.
    private static func members(
        _ column: String, _ names: Set<String>, _ tenant: Int64, _ db: Database, _ also: String
    ) throws -> [Part] {
        guard !names.isEmpty else { return [] }
        let marks = names.map { _ in "?" }.joined(separator: ", ")
        let numbers = try Int64.fetchAll(
            db.cachedStatement(sql: "SELECT id FROM \(column) WHERE tenant = ? AND name IN (\(marks)) ORDER BY id"),
            arguments: [tenant] + StatementArguments(names.sorted()))
        guard numbers.count > mostLanes else {
            return numbers.map {
                Part(
                    sql: "run.\(column) = ? AND \(also)", arguments: [$0], index: "run_by_\(column)",
                    isLong: column == "instrument")
            }
        }
        // As one argument: the statement is the same for all who are in many, and prepared once.
        return [Part(sql: "run.\(column) IN (SELECT value FROM json_each(?)) AND \(also)", arguments: [list(numbers)])]
    }

    /// Runs and sessions that are shared with this reader and not expired. Without a trusted time nothing is: a share ends by the clock.
    ///
    /// They are looked up before the list is walked: most readers hold none, and a walk that asked each run for its shares would pass all of them.
    private static func shares(_ scope: ReaderScope, _ tenant: Int64, _ db: Database) throws -> [Part] {
        guard let now = scope.trustedNow, !scope.shares.isEmpty else { return [] }
        let marks = scope.shares.map { _ in "?" }.joined(separator: ", ")
        let arguments = StatementArguments(scope.shares.map(\.text).sorted()) + [now, tenant]
        func shared(_ column: String) throws -> [Int64] {
            let select = """
                SELECT DISTINCT \(column) FROM share WHERE holder IN (\(marks)) AND expires_at > ? AND ended_at IS NULL
                    AND share.tenant = ? AND \(column) IS NOT NULL ORDER BY \(column)
                """
            return try Int64.fetchAll(db.cachedStatement(sql: select), arguments: arguments)
        }
        let readers = "run.readers = \(Self.shared)"
        let sessions = try shared("session")
        var parts: [Part] = []
        if sessions.count > mostLanes {
            parts.append(Part(sql: "run.session IN (SELECT value FROM json_each(?)) AND \(readers)", arguments: [list(sessions)]))
        } else {
            parts += sessions.map { Part(sql: "run.session = ? AND \(readers)", arguments: [$0], index: "run_by_session") }
        }
        let runs = try shared("run")
        if let first = runs.first, let last = runs.last {
            parts.append(
                Part(
                    sql: "run.id IN (SELECT value FROM json_each(?)) AND \(readers)", arguments: [list(runs)], ends: first...last)
            )
        }
        return parts
    }

    private static func list(_ numbers: [Int64]) -> String { "[\(numbers.map { "\($0)" }.joined(separator: ","))]" }
}
