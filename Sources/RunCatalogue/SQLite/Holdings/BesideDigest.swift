import Diagnostics
import Digests
import FoundationEssentials
import GRDB
import Identifiers

/// A digest of the marks, attachments and relations that stand beside a run. Each event about them holds it as it was then, so that one which was edited
/// behind our back is found with the run's history.
enum BesideDigest {
    static func of(_ run: Int64, rehashing: Bool = false, _ db: Database) throws -> RecordDigest {
        var bytes = CanonicalBytes("faisceau.beside.1")
        let marks = try Row.fetchAll(
            db,
            sql: """
                SELECT id, word, first_frame, last_frame, reason, person, at_ns FROM mark
                WHERE run = ? AND removed_at_ns IS NULL ORDER BY id
                """, arguments: [run])
        bytes.add(Int64(marks.count))
        for row in marks {
            bytes.add(row[0] as Int64)
            bytes.add(row[1] as String)
            bytes.add(row[2] as Int64)
            bytes.add(row[3] as Int64)
            bytes.add(row[4] as String?)
            bytes.add(row[5] as Int64?)
            bytes.add(row[6] as Int64)
        }
        let attachments = try Row.fetchCursor(
            db,
            sql: """
                SELECT name, media_type, caption, digest, person, at_ns\(rehashing ? ", bytes" : "") FROM attachment
                WHERE run = ? ORDER BY name
                """, arguments: [run])
        while let row = try attachments.next() {
            bytes.add(row[0] as String)
            bytes.add(row[1] as String)
            bytes.add(row[2] as String?)
            bytes.add(rehashing ? sha256(row[6] as Data) : row[3] as String?)
            bytes.add(row[4] as Int64?)
            bytes.add(row[5] as Int64?)
        }
        // Nothing for none: what was digested before relations were kept is as it was.
        let relations = try Row.fetchAll(
            db,
            sql: """
                SELECT id, word, target, person, at_ns FROM stated_relation WHERE run = ? AND removed_at_ns IS NULL ORDER BY id
                """, arguments: [run])
        if !relations.isEmpty { bytes.add(Int64(relations.count)) }
        for row in relations {
            bytes.add(row[0] as Int64)
            bytes.add(row[1] as String)
            bytes.add(row[2] as String)
            bytes.add(row[3] as Int64?)
            bytes.add(row[4] as Int64)
        }
        return bytes.finish()
    }

    static func sha256(_ data: Data) -> String {
        var digest = SHA256()
        data.withUnsafeBytes { digest.add($0) }
        return digest.finish()
    }

    /// Compares what stands beside a run with what the last event about it says.
    static func check(_ run: Int64, _ pid: RunIdentifier, _ events: [EventDraft], _ db: Database) throws {
        struct Said: Decodable { let beside: String? }
        // Details are others' texts too: what is no such object says nothing of it.
        let said = events.reversed().lazy.compactMap { event in
            event.detail.flatMap { try? JSONDecoder().decode(Said.self, from: Data($0.utf8)) }?.beside
        }.first
        let found = try of(run, rehashing: true, db)
        // A run beside which nothing ever stood has no such event.
        guard try "\(found)" == said ?? "\(of(.min, db))" else {
            throw CatalogueError(
                .historyBroken, "The marks or attachments of the run, or its relations, were edited behind the catalogue's back",
                at: "run \(pid)",
                got: "\(found)", expected: said ?? "no mark, no attachment and no relation",
                remedy: "Compare with the last backup and the signed checkpoints; keep the file as it is for that")
        }
    }
}
