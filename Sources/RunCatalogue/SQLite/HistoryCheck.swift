import Diagnostics
import GRDB
import Identifiers
import RunModel

/// Compares a run, as its rows stand, with what its history says it was.
struct HistoryCheck {
    let run: Int64
    let pid: RunIdentifier
    let tenant: String
    let db: Database

    func check() throws {
        guard let row = try Row.fetchOne(db, sql: "SELECT \(RunRows.columns) FROM run WHERE id = ?", arguments: [run]) else {
            throw RunRows.notFound(pid)
        }
        let links = try Link.all(of: .run, run, db)
        try checkChain(links)
        guard let last = links.last, last.number == row["history_length"] as Int64,
            last.digest == RecordDigest(row["history_head"])
        else {
            throw broken(
                "The end of the history is missing, or another one was put in its place", got: "\(links.count) links",
                expected: "\(row["history_length"] as Int64)")
        }
        let content = try contentDigest(row)
        guard content == RecordDigest(row["content_digest"]) else {
            throw broken(
                "The record of the run, its files or its metadata values were edited behind the catalogue's back",
                got: "content \(content)", expected: "\(RecordDigest(row["content_digest"]))")
        }
        let access = try RunRows.access(row, at: "run \(pid)")
        guard stateDigest(content: content, access: access, opened: row["opened"]) == last.state else {
            throw broken(
                "The state of the run was edited behind the catalogue's back",
                got: "\(access.state), opens at \(access.opensAt.map { "\($0)" } ?? "never")",
                expected: "the state that link \(last.number), '\(last.draft.action)', left")
        }
        let isAsSaid = try FirstLink.check(run, against: links.first?.draft, db)
        guard isAsSaid.clocks else {
            throw broken(
                "What the run opens with was edited behind the catalogue's back",
                got: "\(try FollowedClocks.owners(of: run, db).count) clocks", expected: links.first?.draft.detail ?? "none")
        }
        guard isAsSaid.inputs else {
            throw broken(
                "From which runs the result was made was edited behind the catalogue's back",
                got: try DerivationRows.inputs(of: run, db).joined(separator: ", "),
                expected: links.first?.draft.detail ?? "what its metadata values name")
        }
        try BesideDigest.check(run, pid, links.map(\.draft), db)
    }

    /// Numbers without a gap, each link as it was digested, each with the digest of the one before it.
    private func checkChain(_ links: [Link]) throws {
        var previous: RecordDigest?
        for (index, link) in links.enumerated() {
            guard link.number == Int64(index) + 1 else {
                throw broken("A link of the history is missing", got: "link \(link.number)", expected: "link \(index + 1)")
            }
            let computed = linkDigest(
                record: "run \(tenant) \(pid)", number: link.number, link.draft, state: link.state, previous: previous)
            guard computed == link.digest, link.previous == previous ?? RecordDigest(bytes: []) else {
                throw broken(
                    "Link \(link.number) of the history, '\(link.draft.action)', was edited behind the catalogue's back",
                    got: "\(computed)", expected: "\(link.digest)")
            }
            previous = link.digest
        }
    }

    /// As it was computed when the run was handed over, over what the rows say now.
    func contentDigest(_ row: Row) throws -> RecordDigest {
        var bytes = RunContent(
            pid: row["pid"], kind: row["kind"], name: row["name"], title: row["title"], verdict: row["verdict"],
            origin: RunRows.origin(row), startedAt: row["started_ns"], endedAt: row["ended_ns"], folder: row["folder"],
            keywords: row["keywords"], fileCount: row["file_count"], byteCount: row["bytes"]
        ).begin()
        let files = try Row.fetchCursor(
            db, sql: "SELECT path, role, bytes, digest, changed_ns FROM file WHERE run = ? ORDER BY position", arguments: [run])
        while let file = try files.next() {
            bytes.add(file: file[0], role: file[1], bytes: file[2], digest: file[3], changed: file[4])
        }
        for value in try RunRows.values(of: run, db) { bytes.add(value) }
        return bytes.finish()
    }

    private func broken(_ what: String, got: String, expected: String) -> CatalogueError {
        CatalogueError(
            .historyBroken, what, at: "run \(pid)", got: got, expected: expected,
            remedy: "Compare with the last backup and the signed checkpoints; keep the file as it is for that")
    }
}
