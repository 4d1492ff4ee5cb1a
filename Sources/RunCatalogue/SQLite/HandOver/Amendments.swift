import Diagnostics
import GRDB
import Identifiers
import RunModel
import Synchronization

extension SQLiteCatalogue {
    public func amend(
        _ pid: RunIdentifier, _ amendment: RunAmendment, scope: ReaderScope, by: Deed
    ) async throws(CatalogueError) -> Bool {
        try amendment.check(at: "\(pid)")
        return try await writing { [self] db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let before = try Self.amendable(run, pid, db)
            guard !amendment.isEmpty else { return false }
            var names = names.withLock { $0 }
            let tenant = try names.tenant(scope.tenant, db)
            var writer = RunWriter(db: db, names: names)
            try writer.amend(run, amendment, tenant: tenant, before)
            let after = try Self.row(of: run, db)
            let content = try HistoryCheck(run: run, pid: pid, tenant: scope.tenant, db: db).contentDigest(after)
            guard content != RecordDigest(before["content_digest"]) else { return false }
            try db.run("UPDATE run SET content_digest = ? WHERE id = ?", content.data, run)
            try RunNote(db: db, tenant: scope.tenant, by: by).write("amended", AmendmentDetail(amendment), on: run)
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

    private static func amendable(_ run: Int64, _ pid: RunIdentifier, _ db: Database) throws -> Row {
        let row = try row(of: run, db)
        let first = try String.fetchOne(
            db.cachedStatement(sql: "SELECT action FROM event WHERE kind = ? AND record = ? AND number = 1"),
            arguments: [RecordKind.run.rawValue, run])
        guard first == RunAmendment.action else {
            throw CatalogueError(
                .forbidden, "What this run says of itself is sealed", at: "\(pid)", got: "a run that was handed over",
                expected: "one that was described by hand", remedy: "Marks and attachments stand beside it")
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
        if !amendment.addedFiles.isEmpty {
            let files = ListedRunFiles(amendment.addedFiles)
            try write(files, position: run, from: before["file_count"])
            try db.run(
                "UPDATE run SET file_count = file_count + ?, bytes = bytes + ? WHERE id = ?", files.count, files.bytes, run)
        }
        if let values = amendment.values {
            try NumberIndex.remove(run: run, db)
            try db.run("DELETE FROM value WHERE run = ?", run)
            try write(values.map(StoredValue.init).sorted { $0.isBefore($1) }, position: run)
        }
        try writeTextsAnew(run, amendment, before)
    }

    /// The search index refers to the texts that it was told, and must be told them again to forget them.
    private func writeTextsAnew(_ run: Int64, _ amendment: RunAmendment, _ before: Row) throws {
        let old = try Row.fetchOne(db.cachedStatement(sql: "SELECT labels, others FROM run_text WHERE run = ?"), arguments: [run])
        if let old {
            let (labels, others) = (old[0] as String, old[1] as String)
            try db.run("INSERT INTO words (words, rowid, labels, others) VALUES ('delete', ?, ?, ?)", run, labels, others)
            try db.run("INSERT INTO fragments (fragments, rowid, labels) VALUES ('delete', ?, ?)", run, labels)
            try db.run("DELETE FROM run_text WHERE run = ?", run)
        }
        let keywords = amendment.keywords ?? (before["keywords"] as String).split(separator: "\n").map(String.init)
        try writeTexts(
            name: amendment.name ?? before["name"], title: before["title"], RunRows.origin(before), keywords,
            RunRows.values(of: run, db).compactMap(\.text), position: run)
    }
}

extension RunAmendment {
    /// What the schema cannot say.
    fileprivate func check(at place: String) throws(CatalogueError) {
        if let name { try checkWritten(names: [name], at: place) }
        for word in keywords ?? [] { try checkWritten(names: [word], at: place) }
        var keys = Set<String>()
        for value in values ?? [] where !keys.insert(value.key).inserted {
            throw CatalogueError(.badRequest, "A metadata value is given twice", at: place, got: quoted(value.key))
        }
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

    init(_ amendment: RunAmendment) {
        fields = [
            amendment.name.map { _ in "name" }, amendment.keywords.map { _ in "keywords" },
            amendment.values.map { _ in "values" },
        ].compactMap(\.self)
        files = amendment.addedFiles.count
    }
}
