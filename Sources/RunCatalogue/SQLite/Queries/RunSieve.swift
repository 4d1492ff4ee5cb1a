import GRDB

/// What of a filter is narrower than a walk through all runs: ranges of values, words, keywords and names whose runs were counted or gathered
/// before anything is walked.
///
/// What has few runs is walked itself (`few`, and words with `searchIsNarrow`). What has many, but not all, is a set of numbers that a long walk
/// is sifted through: to ask each run of the walk takes ten times as long.
struct RunSieve {
    typealias Part = AccessCondition.Part

    /// Whether the search index has few rows for the words.
    private(set) var searchIsNarrow = false
    /// The few runs of a range or of a keyword.
    private(set) var few: Part?
    /// The sets of which a run must be in each.
    private var sets: [SortedRuns] = []
    /// Ranges of values, as questions that are put to one run; and which of them are answered by sets.
    private(set) var ranges: [Part] = []
    private var gathered: Set<Int> = []
    private let limits: QueryLimits

    init(_ limits: QueryLimits) { self.limits = limits }

    /// Whether walks are sifted.
    var sifts: Bool { !sets.isEmpty }

    /// The runs that are in every set. There is one at least.
    var siftedRuns: SortedRuns { SortedRuns(inAllOf: sets) }

    /// Ranges that no set answers.
    var askedRanges: [Part] { ranges.indices.filter { !gathered.contains($0) }.map { ranges[$0] } }

    /// - Parameter walk: gives the numbers of the rows of the search index that have the words.
    mutating func take(search walk: Part, _ db: Database) throws { searchIsNarrow = try isFew(walk, db) }

    /// - Parameter walk: gives the numbers of the runs that have the keyword.
    mutating func take(keyword walk: Part, _ db: Database) throws {
        if try isFew(walk, db) { few = Part(sql: "run.id IN (\(walk.sql))", arguments: walk.arguments) }
    }

    private func isFew(_ walk: Part, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT count(*) FROM (\(walk.sql) LIMIT \(limits.fewEnough + 1))")
        return try Int.fetchOne(statement, arguments: walk.arguments) ?? 0 <= limits.fewEnough
    }

    /// - Parameters:
    ///   - isLong: whether the walk is, so that a set of many runs is worth its gathering.
    ///   - isSearch: whether it is of the search index, in whose place nothing else is walked.
    /// - Returns: false for a key that no run has.
    mutating func take(_ ranges: [NumericRange], isLong: Bool, isSearch: Bool, _ db: Database) throws -> Bool {
        // Where something else is narrow, only a range that is narrower still is worth its gathering.
        var most = searchIsNarrow ? 0 : isLong ? limits.worthGathering : limits.fewEnough
        for (index, range) in ranges.enumerated() {
            let key = try Int64.fetchOne(
                db, sql: "SELECT id FROM metadata_key WHERE name = ? AND dimension = ?", arguments: [range.key, range.dimension])
            guard let key else { return false }
            let bounds: StatementArguments = [key, range.siRange.lowerBound, range.siRange.upperBound]
            self.ranges.append(
                Part(sql: "EXISTS (SELECT 1 FROM value WHERE run = run.id AND key = ? AND si BETWEEN ? AND ?)", arguments: bounds)
            )
            let walk = NumberIndex.walk(bounds)
            guard most > 0, let runs = try NumberWalk.all(walk, most: most, db) else { continue }
            if runs.count <= limits.fewEnough, !isSearch {
                few = Part(sql: "run.id IN (\(walk.sql))", arguments: walk.arguments)
                most = runs.count - 1
            } else if isLong {
                sets.append(SortedRuns(runs))
                gathered.insert(index)
                // What a set leaves is asked about the others, unless these are fewer still, or the set leaves many.
                most = runs.count > limits.fewToAsk ? most : min(most, runs.count)
            }
        }
        if few != nil { (sets, gathered) = ([], []) }
        return true
    }

    /// A walk of the search index meets the runs of all techniques: what it passes over is known by its number, before a row is read.
    mutating func take(names: [(column: String, number: Int64)], _ db: Database) throws {
        guard limits.worthGathering > 0 else { return }
        for (column, number) in names {
            let walk = Part(
                sql: "SELECT id FROM run INDEXED BY run_by_\(column) WHERE \(column) = ? ORDER BY id DESC", arguments: [number])
            if let runs = try NumberWalk.all(walk, most: limits.worthGathering, db) {
                sets.append(SortedRuns(largestFirst: runs))
            }
        }
    }
}
