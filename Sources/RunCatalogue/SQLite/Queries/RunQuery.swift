import GRDB
import RunModel

/// A filter and a scope, as the statement that gives the numbers of the runs, newest first.
///
/// What the statement walks is decided here and not by the planner's statistics: a catalogue answers the same way on its first day and
/// after a million runs. In order: the search index when words are given; the few runs of a narrow range of values; the index of a narrow
/// filter (session, sample, proposal); else the lanes of the scope.
struct RunQuery {
    typealias Part = AccessCondition.Part

    let access: AccessCondition
    private var conditions: [Part] = []
    private var state: AccessState?
    private let trustedNow: Int64?
    private var search: Part?
    /// The table of the search index that is walked.
    private var searchTable = ""
    private var narrowRange: Part?
    /// The runs of a range that is not narrow, as a set that a long walk looks into; and the same question put to one run, for short walks.
    private var wideRange: (set: Part, one: Part)?
    /// Of a filter that few runs pass, and of one that many do.
    private var narrowIndex: String?
    private var wideIndex: String?
    /// Techniques and instruments that are asked for; and, where words are looked for, their runs as sets that the walk of the index looks into.
    private var wideNames: [(column: String, number: Int64)] = []
    private var searchSets: [Part] = []
    private var isDerived = false
    private var lowest = Int64.min
    private var beyond = Int64.max
    /// Whether a name of the filter is not known, so that nothing fits.
    private(set) var findsNothing = false

    /// A range of values with so many runs at most is walked itself.
    private static let fewEnough = 5000
    /// A range with so many at most is gathered before a long walk: to ask each run of the walk for its value takes ten times as long as to
    /// gather one of the range, and where both are long but have little in common, the walk goes to its end.
    private static let worthGathering = 200_000

    init(_ filter: RunFilter, _ scope: ReaderScope, _ db: Database) throws {
        access = try AccessCondition(scope, db)
        trustedNow = scope.trustedNow
        findsNothing = access.lanes.isEmpty
        try addNames(filter, scope.tenant, db)
        try addKeyword(filter.keyword, scope.tenant, db)
        try addPerson(filter.person, scope.tenant, db)
        if let kind = filter.kind { add(kind) }
        if let state = filter.state {
            let shown = AccessCondition.shownState(scope)
            add("\(shown.sql) = ?", shown.arguments + [state.rawValue])
            self.state = state
        }
        if let started = filter.started {
            lowest = RunPosition.first(in: started.lowerBound)
            beyond = RunPosition.first(in: started.upperBound) + RunPosition.perSecond
            add(
                "run.started_ns >= ? AND run.started_ns < ?",
                [started.lowerBound.unixNanoseconds, started.upperBound.unixNanoseconds])
        }
        try addSearch(filter)
        if search != nil { try gatherNames(db) }
        try addRanges(filter.ranges, db)
    }

    private mutating func add(_ sql: String, _ arguments: StatementArguments) {
        conditions.append(Part(sql: sql, arguments: arguments))
    }

    /// After the names. The word stands in the statement: only so does SQLite see that an index of derived runs holds all that is asked for.
    private mutating func add(_ kind: RunKind) {
        add("run.kind = '\(kind.rawValue)'", [])
        isDerived = kind == .derived
    }

    /// A walk of the search index meets the runs of all techniques: what it passes over is known by its number, before a row is read.
    private mutating func gatherNames(_ db: Database) throws {
        for (column, number) in wideNames {
            let walk = "SELECT id FROM run INDEXED BY run_by_\(column) WHERE \(column) = ?"
            let statement = try db.cachedStatement(sql: "SELECT count(*) FROM (\(walk) LIMIT \(Self.worthGathering + 1))")
            guard try Int.fetchOne(statement, arguments: [number]) ?? 0 <= Self.worthGathering else { continue }
            searchSets.append(Part(sql: "+\(searchTable).rowid IN (\(walk))", arguments: [number]))
        }
    }

    private mutating func addNames(_ filter: RunFilter, _ tenant: String, _ db: Database) throws {
        let named: [(String, String?, isNarrow: Bool)] = [
            ("technique", filter.technique, false), ("instrument", filter.instrument, false), ("proposal", filter.proposal, true),
            ("sample", filter.sample, true), ("session", filter.session, true),
        ]
        for (column, name, isNarrow) in named {
            guard let name else { continue }
            // Sessions are named within their proposal: 'visit-0' alone may be a hundred thousand runs.
            let within = column == "session" ? filter.proposal : nil
            let also =
                within == nil ? "" : "AND session.proposal = (SELECT id FROM proposal WHERE tenant = tenant.id AND name = ?)"
            let numbers = try Int64.fetchAll(
                db,
                sql: """
                    SELECT \(column).id FROM \(column) JOIN tenant ON tenant.id = \(column).tenant
                    WHERE tenant.name = ? AND \(column).name = ? \(also)
                    """, arguments: [tenant, name] + (within.map { [$0] } ?? []))
            guard let first = numbers.first else {
                findsNothing = true
                return
            }
            // Sessions of two proposals may share a name.
            let list = numbers.map { "\($0)" }.joined(separator: ", ")
            add(numbers.count == 1 ? "run.\(column) = ?" : "run.\(column) IN (\(list))", numbers.count == 1 ? [first] : [])
            if isNarrow {
                narrowIndex = "run_by_\(column)"
            } else {
                wideIndex = "run_by_\(column)"
                wideNames.append((column, first))
            }
        }
    }

    private mutating func addKeyword(_ word: String?, _ tenant: String, _ db: Database) throws {
        guard let word else { return }
        let number = try Int64.fetchOne(
            db, sql: "SELECT id FROM keyword WHERE tenant = (SELECT id FROM tenant WHERE name = ?) AND name = ?",
            arguments: [tenant, word])
        guard let number else {
            findsNothing = true
            return
        }
        add("EXISTS (SELECT 1 FROM run_keyword WHERE keyword = ? AND run_keyword.run = run.id)", [number])
        let walk = "SELECT run FROM run_keyword WHERE keyword = ?"
        let statement = try db.cachedStatement(sql: "SELECT count(*) FROM (\(walk) LIMIT \(Self.fewEnough + 1))")
        if try Int.fetchOne(statement, arguments: [number]) ?? 0 <= Self.fewEnough {
            narrowRange = Part(sql: "run.id IN (\(walk))", arguments: [number])
        }
    }

    /// By the proposals in which somebody of that name is named: names are the public record's, and which runs are found the access rule says.
    private mutating func addPerson(_ name: String?, _ tenant: String, _ db: Database) throws {
        guard let name else { return }
        let parts = name.split(separator: ",", maxSplits: 1).map { String($0.drop(while: \.isWhitespace)) }
        let numbers = try Int64.fetchAll(
            db,
            sql: """
                SELECT DISTINCT proposal FROM person JOIN proposal_person ON proposal_person.person = person.id
                WHERE tenant = (SELECT id FROM tenant WHERE name = ?) AND family_name = ? COLLATE NOCASE
                    AND (? IS NULL OR given_name = ? COLLATE NOCASE)
                ORDER BY proposal LIMIT 10000
                """, arguments: [tenant, parts.first, parts.count == 2 ? parts[1] : nil, parts.count == 2 ? parts[1] : nil])
        guard !numbers.isEmpty else {
            findsNothing = true
            return
        }
        add("run.proposal IN (\(numbers.map { "\($0)" }.joined(separator: ", ")))", [])
        narrowIndex = "run_by_proposal"
    }

    private mutating func addSearch(_ filter: RunFilter) throws {
        if let fragment = filter.fragment {
            let term = try SearchText.fragment(fragment)
            (search, searchTable) = (Part(sql: "fragments MATCH ?", arguments: [term]), "fragments")
        }
        guard let text = filter.text else { return }
        guard let words = try SearchText.words(text) else {
            findsNothing = true
            return
        }
        if let pieces = search {
            add("run.id IN (SELECT rowid FROM fragments WHERE \(pieces.sql))", pieces.arguments)
        }
        (search, searchTable) = (Part(sql: "words MATCH ?", arguments: [words]), "words")
    }

    private mutating func addRanges(_ ranges: [NumericRange], _ db: Database) throws {
        var fewest: (count: Int, index: Int, walk: Part)?
        var questions: [Part] = []
        for (index, range) in ranges.enumerated() {
            let key = try Int64.fetchOne(
                db, sql: "SELECT id FROM metadata_key WHERE name = ? AND dimension = ?", arguments: [range.key, range.dimension])
            guard let key else {
                findsNothing = true
                return
            }
            let bounds: StatementArguments = [key, range.siRange.lowerBound, range.siRange.upperBound]
            questions.append(
                Part(sql: "EXISTS (SELECT 1 FROM value WHERE run = run.id AND key = ? AND si BETWEEN ? AND ?)", arguments: bounds)
            )
            let walk = NumberIndex.walk(bounds)
            let most = fewest?.count ?? Self.worthGathering + 1
            let statement = try db.cachedStatement(sql: "SELECT count(*) FROM (\(walk.sql) LIMIT \(most))")
            let count = try Int.fetchOne(statement, arguments: walk.arguments) ?? 0
            if count < most { fewest = (count, index, walk) }
        }
        if let fewest {
            let one = questions.remove(at: fewest.index)
            if fewest.count <= Self.fewEnough {
                narrowRange = Part(sql: "run.id IN (\(fewest.walk.sql))", arguments: fewest.walk.arguments)
            }
            // The sign keeps the planner from walking the set in place of what is walked.
            wideRange = (Part(sql: "+run.id IN (\(fewest.walk.sql))", arguments: fewest.walk.arguments), one)
        }
        conditions += questions
    }

    /// The numbers of at most `limit` runs below `position`, in one column `id`.
    func statement(below position: Int64?, limit: Int) -> Part {
        let end = min(beyond, position ?? .max)
        if let search {
            // Before a row is read: the set is looked into with the number that the search index gives.
            let range = wideRange.map {
                Part(
                    sql: $0.set.sql.replacing("+run.id", with: "+\(searchTable).rowid", maxReplacements: 1),
                    arguments: $0.set.arguments)
            }
            return walk(
                "\(searchTable) CROSS JOIN run ON run.id = \(searchTable).rowid",
                [search] + searchSets + [range].compactMap(\.self) + [access.condition],
                end, limit, order: "\(searchTable).rowid")
        }
        if let narrowRange { return walk("run NOT INDEXED", [narrowRange, access.condition], end, limit) }
        if let narrowIndex {
            return walk("run INDEXED BY \(narrowIndex)", [access.condition] + [wideRange?.one].compactMap(\.self), end, limit)
        }
        let lanes = access.lanes.flatMap(divided).map { lane in
            let index = lane.isLong ? longIndex(lane) : lane.index
            let table = index.map { "run INDEXED BY \($0)" } ?? (lane.isLong ? "run NOT INDEXED" : "run")
            let range = lane.isLong ? wideRange?.set : wideRange?.one
            return walk(table, [lane] + [range].compactMap(\.self), end, limit)
        }
        guard !lanes.isEmpty else { return Part(sql: "SELECT id FROM run WHERE 0", arguments: []) }
        guard lanes.count != 1 else { return lanes[0] }
        return Part(
            sql: lanes.map { "SELECT id FROM (\($0.sql))" }.joined(separator: " UNION ") + " ORDER BY id DESC LIMIT \(limit)",
            arguments: lanes.reduce(into: []) { $0 += $1.arguments })
    }

    /// What a long lane is walked by. Derived runs are few: each walk has one of theirs.
    private func longIndex(_ lane: Part) -> String? {
        guard isDerived else { return wideIndex ?? lane.index }
        switch wideIndex ?? lane.index {
        case "run_by_technique": return "derived_run_by_technique"
        case "run_by_instrument": return "derived_run_by_instrument"
        default: return "derived_run"
        }
    }

    /// A lane without what cannot have the filter's state. Of one that has no index of its own, a lane for each state that runs are kept under
    /// and can be shown as that one: what is open by the clock is kept as embargoed until the sweep comes.
    private func divided(_ lane: Part) -> [Part] {
        guard let state else { return [lane] }
        if let states = lane.states, !states.contains(state) { return [] }
        guard lane.isLong, lane.index == nil, wideIndex == nil, !isDerived else { return [lane] }
        let kept: [AccessState] = state == .embargoed && trustedNow != nil ? [.embargoed, .extensionPending] : [state]
        var lanes = kept.map {
            Part(
                sql: "(\(lane.sql)) AND run.access = \($0.rawValue)", arguments: lane.arguments, index: "run_by_access",
                isLong: true)
        }
        // Due before the sweep: few.
        if state == .open, let trustedNow {
            lanes.append(
                Part(sql: "\(AccessCondition.due) AND (\(lane.sql))", arguments: [trustedNow] + lane.arguments, index: "run_due"))
        }
        return lanes
    }

    private func walk(_ table: String, _ parts: [Part], _ end: Int64, _ limit: Int, order: String = "run.id") -> Part {
        var all = parts + conditions
        if end != .max { all.append(Part(sql: "\(order) < ?", arguments: [end])) }
        if lowest != .min { all.append(Part(sql: "\(order) >= ?", arguments: [lowest])) }
        return Part(
            sql: """
                SELECT run.id AS id FROM \(table) WHERE \(all.map { "(\($0.sql))" }.joined(separator: " AND "))
                ORDER BY \(order) DESC LIMIT \(limit)
                """, arguments: all.reduce(into: []) { $0 += $1.arguments })
    }
}
