import Diagnostics
import FoundationEssentials
import GRDB
import Identifiers
import RunModel

extension SQLiteCatalogue {
    public func attach(
        _ attachment: Attachment, to pid: RunIdentifier, scope: ReaderScope, by: Deed
    ) async throws(CatalogueError) -> ListedAttachment {
        let data = Data(attachment.bytes)
        let digest = BesideDigest.sha256(data)
        return try await writing { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let known = try AttachmentRows.all(of: run, pid, db)
            if let same = known.first(where: { ExactText($0.name) == ExactText(attachment.name) }) {
                guard same.sha256 == digest, same.type == attachment.type, same.caption == attachment.caption else {
                    throw CatalogueError(
                        .exists, "The run has another attachment of this name", at: "\(pid)", got: quoted(attachment.name),
                        remedy: "Remove that one, or give this one another name")
                }
                return same
            }
            guard known.count < Attachment.mostPerRun else {
                throw CatalogueError(
                    .badRequest, "The run has as many attachments as it may", at: "\(pid)",
                    expected: "at most \(Attachment.mostPerRun)")
            }
            try db.run(
                """
                INSERT INTO attachment (run, name, media_type, caption, bytes, digest, person, at_ns)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """, run, attachment.name, attachment.type.rawValue, attachment.caption, data, digest, by.person,
                by.at.unixNanoseconds)
            let listed = ListedAttachment(
                name: attachment.name, type: attachment.type, caption: attachment.caption, bytes: Int64(attachment.bytes.count),
                sha256: digest, person: by.person, at: by.at)
            try RunNote(db: db, tenant: scope.tenant, by: by).write(
                "attached", AttachmentDetail(listed, try BesideDigest.of(run, db)), on: run)
            return listed
        }
    }

    public func attachments(of pid: RunIdentifier, scope: ReaderScope) async throws(CatalogueError) -> [ListedAttachment] {
        try await lookingUp { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let isInside = try RunRows.isInside(run, scope: scope, db)
            return try AttachmentRows.all(of: run, pid, db).map { isInside ? $0 : $0.forOutsiders }
        }
    }

    public func attachment(
        _ name: String, of pid: RunIdentifier, scope: ReaderScope
    ) async throws(CatalogueError) -> Attachment {
        try await reading { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT name, media_type, caption, bytes FROM attachment WHERE run = ? AND name = ?"),
                arguments: [run, name])
            guard let row else { throw AttachmentRows.notFound(name, pid) }
            return try Attachment(
                name: row[0], type: try RunRows.word(row[1], at: "\(pid), \(quoted(name))"), caption: row[2],
                bytes: [UInt8](row[3] as Data))
        }
    }

    public func removeAttachment(
        _ name: String, of pid: RunIdentifier, scope: ReaderScope, by: Deed
    ) async throws(CatalogueError) {
        try await writing { db in
            let run = try RunRows.position(of: pid, scope: scope, db)
            guard let known = try AttachmentRows.all(of: run, pid, db).first(where: { ExactText($0.name) == ExactText(name) })
            else { throw AttachmentRows.notFound(name, pid) }
            try db.run("DELETE FROM attachment WHERE run = ? AND name = ?", run, name)
            try RunNote(db: db, tenant: scope.tenant, by: by).write(
                "attachment-removed", AttachmentDetail(known, try BesideDigest.of(run, db)), on: run)
        }
    }
}

/// An attachment in the history of its run.
private struct AttachmentDetail: Encodable {
    let attachment: String
    let type: String
    let sha256: String
    let beside: String

    init(_ attachment: ListedAttachment, _ beside: RecordDigest) {
        self.attachment = attachment.name
        type = attachment.type.rawValue
        sha256 = attachment.sha256
        self.beside = "\(beside)"
    }
}

enum AttachmentRows {
    /// By name; the bytes stay where they are.
    static func all(of run: Int64, _ pid: RunIdentifier, _ db: Database) throws -> [ListedAttachment] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT name, media_type, caption, length(bytes), coalesce(digest, ''), person, coalesce(at_ns, 0)
                    FROM attachment WHERE run = ? ORDER BY name
                    """), arguments: [run]
        ).map {
            ListedAttachment(
                name: $0[0], type: try RunRows.word($0[1], at: "\(pid), \(quoted($0[0] as String))"), caption: $0[2],
                bytes: $0[3], sha256: $0[4], person: $0[5], at: Timestamp(unixNanoseconds: $0[6]))
        }
    }

    static func notFound(_ name: String, _ pid: RunIdentifier) -> CatalogueError {
        CatalogueError(.notFound, "The run has no such attachment", at: "\(pid)", got: quoted(name))
    }
}
