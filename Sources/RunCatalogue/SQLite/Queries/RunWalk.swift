import GRDB

/// One way through the runs that a query asks for, newest first; a query may need several, which are merged.
struct RunWalk {
    /// Gives the numbers of runs in one column, largest first; without a limit: whoever walks it stops when there are enough.
    let part: AccessCondition.Part
    /// Where what it gives is still to be looked for in the query's sets: the questions that are then put to what is left. nil: all that it gives
    /// fits.
    var questions: [AccessCondition.Part]?
}

extension RunQuery {
    /// The numbers of the newest runs that fit, largest first.
    /// - Parameter position: only runs below it.
    func positions(below position: Int64? = nil, limit: Int, _ db: Database) throws -> [Int64] {
        guard !findsNothing else { return [] }
        let walks = try walks(below: position, db)
        let sifted = sieve.siftedRuns
        var all: [Int64] = []
        for walk in walks { all += try positions(of: walk, in: sifted, limit: limit, db) }
        guard walks.count > 1 else { return all }
        // A run that is open is the team's too.
        all.sort(by: >)
        var merged: [Int64] = []
        for number in all where merged.count < limit && merged.last != number { merged.append(number) }
        return merged
    }

    /// - Parameter sifted: the runs of all sets, in which a walk with questions looks.
    private func positions(of walk: RunWalk, in sifted: SortedRuns, limit: Int, _ db: Database) throws -> [Int64] {
        let isSifted = walk.questions != nil
        var found: [Int64] = []
        guard !isSifted || !sifted.isEmpty else { return found }
        let rows = try NumberWalk(walk.part, db)
        var sifted = sifted
        let question = try walk.questions.map { try OneRun("1", that: $0, db) }
        while found.count < limit, let number = try rows.next() {
            guard !isSifted || sifted.contains(number) else { continue }
            guard try question?.fits(number) ?? true else { continue }
            found.append(number)
        }
        return found
    }
}

/// What is asked of one run after the other, by its number, in one statement.
struct OneRun {
    private let statement: RepeatedStatement
    private let place: Int32

    /// - Parameters:
    ///   - columns: of the table `run`, to be read.
    ///   - conditions: others than its number that a run must meet to be read.
    init(_ columns: String, _ arguments: StatementArguments = [], that conditions: [AccessCondition.Part] = [], _ db: Database)
        throws
    {
        let sql = conditions.map { "(\($0.sql)) AND " }.joined()
        let all = conditions.reduce(into: arguments) { $0 += $1.arguments }
        statement = try RepeatedStatement(db, "SELECT \(columns) FROM run NOT INDEXED WHERE \(sql)run.id = ?", all + [0])
        place = statement.arguments
    }

    func read(_ run: Int64, _ body: (ReadRow) throws -> Void) throws {
        try statement.bind(place, run)
        try statement.forEach(body)
    }

    func fits(_ run: Int64) throws -> Bool {
        var fits = false
        try read(run) { _ in fits = true }
        return fits
    }
}
