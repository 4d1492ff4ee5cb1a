import Diagnostics
import GRDB
import Identifiers
import RunModel
import Synchronization

extension SQLiteCatalogue {
    public func amend(
        _ pid: RunIdentifier, _ amendment: RunAmendment, moving move: ClockMove?, outbox: [OutboxDraft], scope: ReaderScope,
        by: Deed
    ) async throws(CatalogueError) -> Bool {
        try amendment.check(at: "\(pid)")
        return try await writing { [self] db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let before = try Self.amendable(run, pid, db)
            guard !amendment.isEmpty else { return false }
            var names = names.withLock { $0 }
            let tenant = try names.tenant(scope.tenant, db)
            var writer = RunWriter(db: db, names: names)
            let persons = try DescribedRows.changes(amendment.persons, of: run, db)
            try DescribedRows.write(persons, of: run, db)
            try writer.amend(run, amendment, tenant: tenant, before)
            try writer.index()
            let after = try Self.row(of: run, db)
            let content = try HistoryCheck(run: run, pid: pid, tenant: scope.tenant, db: db).contentDigest(after)
            guard content != RecordDigest(before["content_digest"]) || !persons.isEmpty else { return false }
            try db.run("UPDATE run SET content_digest = ? WHERE id = ?", content.data, run)
            let action = amendment.correction == nil ? "amended" : "corrected"
            let change = try RunNote(db: db, tenant: scope.tenant, by: by).write(
                action, AmendmentDetail(amendment, persons), on: run)
            try insertMessages(db, outbox, tenant: tenant, run: nil, change: change, at: by.at)
            if let move {
                guard move.owner == .run(pid) else {
                    throw CatalogueError(.badRequest, "A run moves the clocks of another", at: "\(pid)", got: "\(move.owner)")
                }
                try ClockWriter(db: db, tenant: tenant, tenantName: scope.tenant).advance(move)
            }
            try NumberIndex.sort(db)
            remember(writer.names, after: db)
            return true
        }
    }

    private static func row(of run: Int64, _ db: Database) throws -> Row {
        let select = "SELECT \(RunRows.columns) FROM run WHERE id = ?"
        guard let row = try Row.fetchOne(db.cachedStatement(sql: select), arguments: [run]) else {
            throw CatalogueError(.damaged, "A run is gone while it was written about", got: "\(run)")
        }
        return row
    }

    public func isDescribed(_ pid: RunIdentifier, tenant: String) async throws(CatalogueError) -> Bool {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: .everything(tenant: tenant), db)
            return try Self.firstAction(of: run, db) == RunAmendment.action
        }
    }

    private static func firstAction(of run: Int64, _ db: Database) throws -> String? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT action FROM event WHERE kind = ? AND record = ? AND number = 1"),
            arguments: [RecordKind.run.rawValue, run])
    }

    private static func amendable(_ run: Int64, _ pid: RunIdentifier, _ db: Database) throws -> Row {
        let row = try row(of: run, db)
        guard try firstAction(of: run, db) == RunAmendment.action else {
            throw CatalogueError(
                .forbidden, "What this run says of itself is sealed", at: "\(pid)", got: "a run that was handed over",
                expected: "one that was described by hand",
                remedy:
                    "Marks and attachments stand beside it; a wrong end is corrected in its clocks (faisceau embargo correct-end)"
            )
        }
        let access = try RunRows.access(row, at: "\(pid)")
        guard access.state != .purged else {
            throw CatalogueError(.forbidden, "The bytes of this run are gone, and its record stays as it is", at: "\(pid)")
        }
        return row
    }

    public func teams(withRunsAround folder: String, tenant: String) async throws(CatalogueError) -> Set<String?> {
        guard folder.hasPrefix("/"), !folder.hasSuffix("/"), folder.utf8.count <= 4096, !folder.utf8.contains(0) else {
            throw CatalogueError(.badRequest, "Not an absolute folder", got: quoted(folder), expected: "/data/2026/run")
        }
        // Each folder above it; and what begins with it and a slash lies before what begins with it and the sign behind the slash.
        let folders = Self.folders(above: folder)
        return try await lookingUp { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return [] }
            let marks = folders.map { _ in "?" }.joined(separator: ", ")
            let teams = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT DISTINCT (SELECT name FROM team WHERE id = run.team) FROM run INDEXED BY run_by_folder
                        WHERE run.tenant = ? AND folder IS NOT NULL AND (folder IN (\(marks)) OR folder > ? AND folder < ?)
                        """), arguments: [number] + StatementArguments(folders) + [folder + "/", folder + "0"])
            return Set(teams.map { $0[0] as String? })
        }
    }

    public func teams(ofInnermostRunAround path: String, tenant: String) async throws(CatalogueError) -> Set<String?> {
        let folders = Self.folders(above: path).dropFirst()
        return try await reading { db in
            guard let number = try Self.tenantNumber(tenant, db) else { return [] }
            for folder in folders {
                let teams = try Row.fetchAll(
                    db.cachedStatement(
                        sql: """
                            SELECT DISTINCT (SELECT name FROM team WHERE id = run.team) FROM run INDEXED BY run_by_folder
                            WHERE run.tenant = ? AND folder IS NOT NULL AND folder = ?
                            """), arguments: [number, folder])
                if !teams.isEmpty { return Set(teams.map { $0[0] as String? }) }
            }
            return []
        }
    }

    /// An absolute path, and each folder above it: the nearest first.
    private static func folders(above path: String) -> [String] {
        var above = [path]
        while let slash = above[above.count - 1].lastIndex(of: "/"), slash != above[above.count - 1].startIndex {
            above.append(String(above[above.count - 1][..<slash]))
        }
        return above
    }
}

extension RunWriter {
    /// Everything but the digest and the event.
    mutating func amend(_ run: Int64, _ amendment: RunAmendment, tenant: Int64, _ before: Row) throws {
        if let name = amendment.name { try db.run("UPDATE run SET name = ? WHERE id = ?", name, run) }
        if let keywords = amendment.keywords {
            try db.run("UPDATE run SET keywords = ? WHERE id = ?", keywords.joined(separator: "\n"), run)
            try db.run("DELETE FROM run_keyword WHERE run = ?", run)
            try write(keywords: keywords, position: run, tenant: tenant)
        }
        if let sample = amendment.sample {
            let team = try names.number(of: RunRows.origin(before).team, in: .team, tenant: tenant, db)
            let number = try names.sample(sample, team: team, tenant: tenant, db)
            try db.run("UPDATE run SET sample = ? WHERE id = ?", number, run)
        }
        if let technique = amendment.technique {
            let number = try names.number(of: technique, in: .technique, tenant: tenant, db)
            try db.run("UPDATE run SET technique = ? WHERE id = ?", number, run)
        }
        if !amendment.addedFiles.isEmpty {
            let files = ListedRunFiles(amendment.addedFiles)
            try write(files, position: run, from: before["file_count"])
            try db.run(
                "UPDATE run SET file_count = file_count + ?, bytes = bytes + ? WHERE id = ?", files.count, files.bytes, run)
        }
        if let values = amendment.values {
            try NumberIndex.remove(run: run, db)
            try db.run("DELETE FROM value WHERE run = ?", run)
            try db.run("DELETE FROM used_detector WHERE run = ?", run)
            let stored = values.map(StoredValue.init).sorted { $0.isBefore($1) }
            try write(stored, position: run)
            // What is described by hand has no inputs but those that its values name.
            try db.run("DELETE FROM derivation WHERE run = ?", run)
            try DerivationRows.write(DerivationRows.named(in: stored), of: run, db)
        }
        if let correction = amendment.correction { try correct(run, correction, amendment.sample, tenant: tenant, before) }
        try writeTextsAnew(run, amendment, before)
    }

    private mutating func correct(
        _ run: Int64, _ correction: RunCorrection, _ sample: String?, tenant: Int64, _ before: Row
    ) throws {
        let started: Int64 = correction.startedAt?.unixNanoseconds ?? before["started_ns"]
        let ended: Int64? = correction.endedAt?.unixNanoseconds ?? before["ended_ns"]
        guard ended.map({ $0 >= started }) ?? true else {
            throw CatalogueError(
                .badRequest, "A run ends before it begins", at: before["pid"],
                got: "\(Timestamp(unixNanoseconds: started)) to \(Timestamp(unixNanoseconds: ended ?? 0))",
                remedy: "Correct its start with it: PATCH its startTime and endTime, with ?reason= in the address")
        }
        try db.run("UPDATE run SET started_ns = ?, ended_ns = ? WHERE id = ?", started, ended, run)
        if let kind = correction.kind { try db.run("UPDATE run SET kind = ? WHERE id = ?", kind.rawValue, run) }
        if let proposal = correction.proposal {
            try db.run(
                "UPDATE run SET proposal = ? WHERE id = ?",
                try names.number(of: proposal, in: .proposal, tenant: tenant, db), run)
        }
        if let team = correction.team {
            // Two teams call different samples by one name: it is the new team's from now on.
            let number = try names.number(of: team, in: .team, tenant: tenant, db)
            let sample = try names.sample(sample ?? RunRows.origin(before).sample, team: number, tenant: tenant, db)
            try db.run("UPDATE run SET team = ?, sample = ? WHERE id = ?", number, sample, run)
            // They were the other team's.
            try db.run("DELETE FROM described_text WHERE run = ? AND field IN ('accessGroups', 'instrumentGroup')", run)
        }
    }

    /// The search index refers to the texts that it was told, and must be told them again to forget them.
    private mutating func writeTextsAnew(_ run: Int64, _ amendment: RunAmendment, _ before: Row) throws {
        let old = try Row.fetchOne(db.cachedStatement(sql: "SELECT labels, others FROM run_text WHERE run = ?"), arguments: [run])
        if let old {
            let (labels, others) = (old[0] as String, old[1] as String)
            try db.run("INSERT INTO words (words, rowid, labels, others) VALUES ('delete', ?, ?, ?)", run, labels, others)
            try db.run("INSERT INTO fragments (fragments, rowid, labels) VALUES ('delete', ?, ?)", run, labels)
            try db.run("DELETE FROM run_text WHERE run = ?", run)
        }
        let keywords = amendment.keywords ?? (before["keywords"] as String).split(separator: "\n").map(String.init)
        var origin = RunRows.origin(before)
        if let proposal = amendment.correction?.proposal { origin.proposal = proposal }
        if let sample = amendment.sample { origin.sample = sample }
        if let technique = amendment.technique { origin.technique = technique }
        try writeTexts(
            name: amendment.name ?? before["name"], title: before["title"], origin, keywords,
            RunRows.values(of: run, db).compactMap(\.text), position: run)
    }
}

extension RunAmendment {
    /// What the schema cannot say.
    fileprivate func check(at place: String) throws(CatalogueError) {
        if let name { try checkWritten(names: [name], at: place) }
        try checkWritten(names: [sample, technique], at: place)
        for word in keywords ?? [] { try checkWritten(names: [word], at: place) }
        if let correction {
            try checkWritten(names: [correction.team, correction.proposal], texts: [correction.reason], at: place)
        }
        var keys = Set<String>()
        for value in values ?? [] where !keys.insert(value.key).inserted {
            throw CatalogueError(.badRequest, "A metadata value is given twice", at: place, got: quoted(value.key))
        }
        for (_, texts) in persons.texts { try checkWritten(names: texts, at: place) }
        var bytes: Int64 = 0
        for file in addedFiles {
            let (sum, overflows) = bytes.addingReportingOverflow(file.bytes)
            guard !overflows, sum < 1 << 60 else {
                throw CatalogueError(.badRequest, "Files of this size together cannot be", at: place, got: quoted(file.path))
            }
            bytes = sum
        }
    }
}

/// What was changed, in the history of the run.
private struct AmendmentDetail: Encodable {
    let fields: [String]
    let files: Int
    let reason: String?

    /// - Parameter persons: those that changed; by their fields, as their texts can be erased.
    init(_ amendment: RunAmendment, _ persons: DescribedPersons) {
        let correction = amendment.correction
        let changed: [(String, Bool)] = [
            ("name", amendment.name != nil), ("keywords", amendment.keywords != nil), ("sample", amendment.sample != nil),
            ("technique", amendment.technique != nil), ("values", amendment.values != nil),
            ("kind", correction?.kind != nil), ("team", correction?.team != nil), ("proposal", correction?.proposal != nil),
            ("start", correction?.startedAt != nil), ("end", correction?.endedAt != nil),
        ]
        fields = changed.filter { $0.1 }.map { $0.0 } + persons.texts.keys.map(\.rawValue).sorted()
        files = amendment.addedFiles.count
        reason = correction?.reason
    }
}
