import Diagnostics
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    /// Beyond, who looks for them would find a table of their own.
    static let mostMarks = 10_000

    public func mark(
        _ pid: RunIdentifier, _ draft: MarkDraft, scope: ReaderScope, by: Deed
    ) async throws(CatalogueError) -> FrameMark {
        try await writing { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            try Self.check(draft, on: run, pid, db)
            try db.run(
                "INSERT INTO mark (run, word, first_frame, last_frame, reason, person, at_ns) VALUES (?, ?, ?, ?, ?, ?, ?)", run,
                draft.word.rawValue, draft.frames.lowerBound, draft.frames.upperBound, draft.reason, by.person,
                by.at.unixNanoseconds)
            let mark = FrameMark(
                number: db.lastInsertedRowID, word: draft.word, frames: draft.frames, reason: draft.reason, person: by.person,
                at: by.at)
            try RunNote(db: db, tenant: scope.tenant, by: by).write(
                "marked", MarkDetail(mark, beside: try BesideDigest.of(run, db)), on: run)
            return mark
        }
    }

    public func marks(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [FrameMark] {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let isInside = try RunRows.isInside(run, scope: scope, db)
            return try MarkRows.all(of: run, pid, db).map { isInside ? $0 : $0.forOutsiders }
        }
    }

    public func removeMark(
        _ number: Int64, of pid: RunIdentifier, scope: ReaderScope, by: Deed
    ) async throws(CatalogueError) {
        try await writing { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            guard let mark = try MarkRows.all(of: run, pid, db).first(where: { $0.number == number }) else {
                throw CatalogueError(
                    .notFound, "The run has no such mark", at: "\(pid)", got: "mark \(number)",
                    remedy: "faisceau catalogue mark list names them")
            }
            try db.run("UPDATE mark SET removed_at_ns = ? WHERE id = ?", by.at.unixNanoseconds, number)
            try RunNote(db: db, tenant: scope.tenant, by: by).write(
                "mark-removed", MarkDetail(mark, beside: try BesideDigest.of(run, db)), on: run)
        }
    }

    private static func check(_ draft: MarkDraft, on run: Int64, _ pid: RunIdentifier, _ db: Database) throws {
        // Frames that are in the files, and those that should be: frame numbers go on where some are missing.
        let count = try Double.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT sum(value.number) FROM value JOIN metadata_key ON metadata_key.id = value.key
                    WHERE value.run = ? AND metadata_key.name IN ('frames/written', 'frames/missing')
                    """), arguments: [run])
        if let count, Double(draft.frames.upperBound) >= count {
            throw CatalogueError(
                .badRequest, "The run has no such frames", at: "\(pid)",
                got: "frames \(draft.frames.lowerBound) to \(draft.frames.upperBound)", expected: "0 to \(Int64(count) - 1)")
        }
        let known = try MarkRows.all(of: run, pid, db)
        guard known.count < mostMarks else {
            throw CatalogueError(
                .badRequest, "The run has as many marks as it may", at: "\(pid)", expected: "at most \(mostMarks)")
        }
        if let contrary = known.first(where: { $0.word != draft.word && $0.frames.overlaps(draft.frames) }) {
            throw CatalogueError(
                .badRequest, "Some of these frames are marked with the contrary", at: "\(pid)",
                got: "\(draft.word.rawValue) \(draft.frames.lowerBound) to \(draft.frames.upperBound)",
                expected:
                    "nothing that meets mark \(contrary.number): \(contrary.word.rawValue) \(contrary.frames.lowerBound) to "
                    + "\(contrary.frames.upperBound)", remedy: "Remove that mark, or name other frames")
        }
    }
}

/// A mark in the history of its run.
private struct MarkDetail: Encodable {
    let mark: Int64
    let word: String
    let frames: String
    let reason: String?
    let beside: String

    init(_ mark: FrameMark, beside: RecordDigest) {
        self.mark = mark.number
        word = mark.word.rawValue
        frames = "\(mark.frames.lowerBound)-\(mark.frames.upperBound)"
        reason = mark.reason
        self.beside = "\(beside)"
    }
}

enum MarkRows {
    /// Those that stand, by their first frame.
    static func all(of run: Int64, _ pid: RunIdentifier, _ db: Database) throws -> [FrameMark] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, word, first_frame, last_frame, reason, person, at_ns FROM mark
                    WHERE run = ? AND removed_at_ns IS NULL ORDER BY first_frame, id
                    """), arguments: [run]
        ).map { row in
            let (first, last): (Int64, Int64) = (row[2], row[3])
            guard first <= last else {
                throw CatalogueError(.damaged, "A mark ends before it begins", at: "\(pid)", got: "mark \(row[0] as Int64)")
            }
            return FrameMark(
                number: row[0], word: try RunRows.word(row[1], at: "\(pid), mark \(row[0] as Int64)"), frames: first...last,
                reason: row[4], person: row[5], at: Timestamp(unixNanoseconds: row[6]))
        }
    }
}
