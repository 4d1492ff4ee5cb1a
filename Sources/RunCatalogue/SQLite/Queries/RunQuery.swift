import GRDB
import RunModel

/// A filter and a scope, as the walks that give the numbers of the runs, newest first.
///
/// What is walked is decided here and not by the planner's statistics: a catalogue answers the same way on its first day and after a million
/// runs. In order: the search index when words are given; the few runs of a narrow range of values; the index of a narrow filter (session,
/// sample, proposal); else the lanes of the scope. A long walk is sifted through the sets of runs that a range or a technique has.
struct RunQuery {
    typealias Part = AccessCondition.Part

    let access: AccessCondition
    private var conditions: [Part] = []
    private var state: AccessState?
    private let trustedNow: Int64?
    private var search: Part?
    /// The table of the search index that is walked.
    private var searchTable = ""
    /// What is narrower than the walk.
    private(set) var sieve: RunSieve
    /// Of a filter that few runs pass, and of one that many do.
    private var narrowIndex: String?
    private var wideIndex: String?
    /// Techniques and instruments that are asked for.
    private var wideNames: [(column: String, number: Int64)] = []
    /// Whether the conditions name a set of runs, beside which no index is needed.
    private var isNamedSet = false
    private var isDerived = false
    private var lowest = Int64.min
    private var beyond = Int64.max
    /// Whether a name of the filter is not known, so that nothing fits.
    private(set) var findsNothing = false

    private let limits: QueryLimits

    init(_ filter: RunFilter, _ scope: ReaderScope, _ limits: QueryLimits, _ db: Database) throws {
        self.limits = limits
        sieve = RunSieve(limits)
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
        try addSearch(filter, db)
        try addRanges(filter.ranges, db)
        guard !findsNothing else { return }
        if search != nil, !sieve.searchIsNarrow { try sieve.take(names: wideNames, db) }
    }

    private mutating func add(_ sql: String, _ arguments: StatementArguments) {
        conditions.append(Part(sql: sql, arguments: arguments))
    }

    /// After the names. The word stands in the statement: only so does SQLite see that an index of derived runs holds all that is asked for.
    private mutating func add(_ kind: RunKind) {
        add("run.kind = '\(kind.rawValue)'", [])
        isDerived = kind == .derived
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
            let names = column == "technique" ? [name] + filter.otherNames.sorted() : [name]
            let marks = names.map { _ in "?" }.joined(separator: ", ")
            let numbers = try Int64.fetchAll(
                db,
                sql: """
                    SELECT \(column).id FROM \(column) JOIN tenant ON tenant.id = \(column).tenant
                    WHERE tenant.name = ? AND \(column).name IN (\(marks)) \(also)
                    """, arguments: [tenant] + StatementArguments(names) + (within.map { [$0] } ?? []))
            if try isStated(name, column, numbers, db) { continue }
            guard let first = numbers.first else {
                findsNothing = true
                return
            }
            // Sessions of two proposals may share a name.
            let list = numbers.map { "\($0)" }.joined(separator: ", ")
            add(numbers.count == 1 ? "run.\(column) = ?" : "run.\(column) IN (\(list))", numbers.count == 1 ? [first] : [])
            if isNarrow {
                narrowIndex = "run_by_\(column)"
            } else if numbers.count == 1 {
                // The technique's carries the instrument.
                wideIndex = wideIndex ?? "run_by_\(column)"
                wideNames.append((column, first))
            }
        }
    }

    /// Runs of which a name was stated that they are no link to are found by it as well: these, and those of the name, are walked as a set.
    private mutating func isStated(_ name: String, _ column: String, _ numbers: [Int64], _ db: Database) throws -> Bool {
        guard let field = Self.statedFields[column] else { return false }
        let stated = "SELECT run FROM described_text INDEXED BY described_text_by_name WHERE field = '\(field)' AND text = ?"
        let isThere = try Bool.fetchOne(db.cachedStatement(sql: "SELECT EXISTS (\(stated))"), arguments: [name])
        guard isThere == true else { return false }
        let list = numbers.map { "\($0)" }.joined(separator: ", ")
        add("run.id IN (SELECT id FROM run AS linked WHERE linked.\(column) IN (\(list)) UNION \(stated))", [name])
        isNamedSet = true
        return true
    }

    private static let statedFields = ["proposal": "proposalIds", "sample": "sampleIds"]

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
        try sieve.take(keyword: Part(sql: "SELECT run FROM run_keyword WHERE keyword = ?", arguments: [number]), db)
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

    private mutating func addSearch(_ filter: RunFilter, _ db: Database) throws {
        if let fragment = filter.fragment {
            let term = try SearchText.fragment(fragment)
            (search, searchTable) = (Part(sql: "fragments MATCH ?", arguments: [term]), "fragments")
        }
        if let text = filter.text {
            guard let words = try SearchText.words(text, SearchTerms(db)) else {
                findsNothing = true
                return
            }
            if let pieces = search {
                add("run.id IN (SELECT rowid FROM fragments WHERE \(pieces.sql))", pieces.arguments)
            }
            (search, searchTable) = (Part(sql: "words MATCH ?", arguments: [words]), "words")
        }
        guard let search else { return }
        let walk = "SELECT rowid FROM \(searchTable) WHERE \(search.sql)"
        try sieve.take(search: Part(sql: walk, arguments: search.arguments), db)
    }

    private mutating func addRanges(_ ranges: [NumericRange], _ db: Database) throws {
        // A reader of a few teams' runs alone has no long walk, nor has who asks for a narrow filter.
        let isLong = narrowIndex == nil && (search != nil || access.lanes.contains { $0.isLong })
        if try !sieve.take(ranges, isLong: isLong, isSearch: search != nil, db) { findsNothing = true }
    }

    /// The walks below a position, each largest number first.
    func walks(below position: Int64?, _ db: Database) throws -> [RunWalk] {
        let end = min(beyond, position ?? .max)
        if let search { return try walks(search, end, db) }
        let ranges = sieve.ranges
        if isNamedSet { return [walk("run NOT INDEXED", [access.condition] + conditions + ranges, end)] }
        if let few = sieve.few { return [walk("run NOT INDEXED", [few, access.condition] + conditions + ranges, end)] }
        if let narrowIndex { return [walk("run INDEXED BY \(narrowIndex)", [access.condition] + conditions + ranges, end)] }
        return try joined(access.lanes.flatMap(divided)).compactMap { lane in
            let index = lane.isLong ? longIndex(lane) : lane.index
            let table = index.map { "run INDEXED BY \($0)" } ?? (lane.isLong ? "run NOT INDEXED" : "run")
            guard lane.isLong else { return walk(table, [lane] + conditions + ranges, end) }
            var (first, end) = (lowest, end)
            // Along an index of the filter a lane's runs are among others: it is walked where it has some.
            if index != lane.index {
                guard let (oldest, newest) = try ends(of: lane, db) else { return nil }
                (first, end) = (max(lowest, oldest), min(end, newest == .max ? .max : newest + 1))
            }
            guard sieve.sifts else { return walk(table, [lane] + conditions + ranges, end, from: first) }
            return walk(table, [lane] + conditions, end, from: first, questions: sieve.askedRanges)
        }
    }

    /// Long lanes that go along one index of the filter as one: what is open and what the staff of a beamline reads would be the same walk twice.
    private func joined(_ lanes: [Part]) -> [Part] {
        let long = lanes.filter { $0.isLong }
        guard wideIndex != nil, long.count > 1 else { return lanes }
        return [AccessCondition.any(of: long, isLong: true)] + lanes.filter { !$0.isLong }
    }

    /// Of the search index: a walk for each lane, between the ends of that lane. What is open are the older runs, and a walk from the newest would
    /// read every closed one before it.
    private func walks(_ search: Part, _ end: Int64, _ db: Database) throws -> [RunWalk] {
        let rows = "\(searchTable).rowid"
        // A long lane without an end is a walk through all, beside which the others would be walked again.
        let isDivided =
            !sieve.searchIsNarrow && access.lanes.count <= limits.mostSearchLanes
            && !access.lanes.contains { $0.isLong && $0.index == nil }
        return try (isDivided ? access.lanes : [access.condition]).compactMap { lane in
            guard let (oldest, newest) = try ends(of: lane, db) else { return nil }
            let (first, end) = (max(lowest, oldest), min(end, newest == .max ? .max : newest + 1))
            guard !sieve.sifts else {
                // Sets leave few runs, which are read at last.
                return walk(
                    searchTable, [search], end, from: first, order: rows, questions: [lane] + conditions + sieve.askedRanges)
            }
            return walk(
                "\(searchTable) CROSS JOIN run ON run.id = \(rows)", [search, lane] + conditions + sieve.ranges, end, from: first,
                order: rows)
        }
    }

    /// The first and the last number of a lane that has an index; nil: it has no run.
    private func ends(of lane: Part, _ db: Database) throws -> (Int64, Int64)? {
        if let ends = lane.ends { return (ends.lowerBound, ends.upperBound) }
        guard let index = lane.index else { return (.min, .max) }
        func end(_ direction: String) throws -> Int64? {
            try Int64.fetchOne(
                db.cachedStatement(
                    sql: "SELECT id FROM run INDEXED BY \(index) WHERE \(lane.sql) ORDER BY id \(direction) LIMIT 1"),
                arguments: lane.arguments)
        }
        guard let first = try end("ASC"), let last = try end("DESC") else { return nil }
        return (first, last)
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

    private func walk(
        _ table: String, _ parts: [Part], _ end: Int64, from first: Int64? = nil, order: String = "run.id",
        questions: [Part]? = nil
    ) -> RunWalk {
        var all = parts
        let first = first ?? lowest
        if end != .max { all.append(Part(sql: "\(order) < ?", arguments: [end])) }
        if first != .min { all.append(Part(sql: "\(order) >= ?", arguments: [first])) }
        let sql = """
            SELECT \(order) FROM \(table) WHERE \(all.map { "(\($0.sql))" }.joined(separator: " AND ")) ORDER BY \(order) DESC
            """
        return RunWalk(
            part: Part(sql: sql, arguments: all.reduce(into: []) { $0 += $1.arguments }), questions: questions)
    }
}
