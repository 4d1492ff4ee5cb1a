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
    /// Survivors of a walk that are asked together.
    private static let fewestTogether = 64
    private static let mostTogether = 512

    /// The numbers of the newest runs that fit, largest first.
    /// - Parameter position: only runs below it.
    func positions(below position: Int64? = nil, limit: Int, _ db: Database) throws -> [Int64] {
        guard !findsNothing else { return [] }
        let walks = try walks(below: position, db)
        var all: [Int64] = []
        for walk in walks { all += try positions(of: walk, limit: limit, db) }
        guard walks.count > 1 else { return all }
        // A run that is open is the team's too.
        all.sort(by: >)
        var merged: [Int64] = []
        for number in all where merged.count < limit && merged.last != number { merged.append(number) }
        return merged
    }

    private func positions(of walk: RunWalk, limit: Int, _ db: Database) throws -> [Int64] {
        let rows = try Int64.fetchCursor(db.cachedStatement(sql: walk.part.sql), arguments: walk.part.arguments)
        var found: [Int64] = []
        guard let questions = walk.questions else {
            while found.count < limit, let number = try rows.next() { found.append(number) }
            return found
        }
        var sets = sets
        var survivors: [Int64] = []
        var together = Self.fewestTogether
        while found.count < limit, let number = try rows.next() {
            guard sets.indices.allSatisfy({ sets[$0].contains(number) }) else { continue }
            survivors.append(number)
            guard survivors.count == together else { continue }
            found += try Self.asked(questions, of: survivors, db)
            survivors.removeAll(keepingCapacity: true)
            together = min(2 * together, Self.mostTogether)
        }
        if found.count < limit { found += try Self.asked(questions, of: survivors, db) }
        return Array(found.prefix(limit))
    }

    /// Those of some runs that the questions fit which no set answers.
    private static func asked(
        _ questions: [AccessCondition.Part], of runs: [Int64], _ db: Database
    ) throws -> [Int64] {
        guard !questions.isEmpty, !runs.isEmpty else { return runs }
        let conditions = questions.map { "(\($0.sql))" }.joined(separator: " AND ")
        return try Int64.fetchAll(
            db,
            sql: """
                SELECT run.id FROM run NOT INDEXED WHERE run.id IN (\(list(runs))) AND \(conditions) ORDER BY run.id DESC
                """, arguments: questions.reduce(into: []) { $0 += $1.arguments })
    }

    /// Numbers as they stand in a statement: they are our own, and a parameter each would be too many.
    static func list(_ numbers: some Sequence<Int64>) -> String { numbers.map { "\($0)" }.joined(separator: ", ") }
}
