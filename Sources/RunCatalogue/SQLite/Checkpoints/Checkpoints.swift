import Diagnostics
import Digests
import FoundationEssentials
import GRDB

extension SQLiteCatalogue {
    public func links(
        after change: Int64, through: Int64?, withLines: Bool
    ) async throws(CatalogueError) -> LinkList {
        try await reading { db in
            let last = try Int64.fetchOne(db, sql: "SELECT last FROM change_counter WHERE id = 1")
            guard let last else {
                throw CatalogueError(.damaged, "The catalogue has lost its change number", remedy: "Restore the last backup")
            }
            var writer = LinkListWriter(keepsLines: withLines)
            let end = through ?? last
            let events = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT kind, record, number, digest, (SELECT pid FROM run WHERE event.kind = 'run' AND run.id = event.record)
                        FROM event INDEXED BY event_by_change WHERE change > ? AND change <= ?
                        ORDER BY change, kind, record, number
                        """), arguments: [change, end])
            while let row = try events.next() { writer.add(row[0], row[1], row[2], row[3], pid: row[4]) }
            let entries = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT clock, number, digest FROM clock_entry INDEXED BY clock_entry_by_change
                        WHERE change > ? AND change <= ? ORDER BY change, clock, number
                        """), arguments: [change, end])
            while let row = try entries.next() { writer.add("clock", row[0], row[1], row[2], pid: nil) }
            return writer.finish(through: end)
        }
    }

    public func checkpoints() async throws(CatalogueError) -> [SignedCheckpoint] {
        try await reading { db in
            try Row.fetchAll(
                db, sql: "SELECT day, change, statement, digest, key, signature FROM checkpoint ORDER BY change, day"
            ).map { row in
                SignedCheckpoint(
                    day: row[0], change: row[1], statement: row[2], digest: [UInt8](row[3] as Data), key: row[4],
                    signature: [UInt8](row[5] as Data))
            }
        }
    }

    public func keep(_ checkpoint: SignedCheckpoint, after previous: [UInt8]?) async throws(CatalogueError) {
        try await writing { db in
            let last = try Row.fetchOne(db, sql: "SELECT digest FROM checkpoint ORDER BY change DESC, day DESC LIMIT 1")
            if try Int64.fetchOne(db, sql: "SELECT 1 FROM checkpoint WHERE day = ?", arguments: [checkpoint.day]) != nil {
                throw CatalogueError(.exists, "The day has its checkpoint already", at: checkpoint.day)
            }
            guard last.map({ [UInt8]($0[0] as Data) }) == previous else {
                throw CatalogueError(
                    .changedMeanwhile, "Somebody else has written a checkpoint meanwhile", at: checkpoint.day,
                    remedy: "Write it again")
            }
            try db.run(
                "INSERT INTO checkpoint (day, change, statement, digest, key, signature) VALUES (?, ?, ?, ?, ?, ?)",
                checkpoint.day, checkpoint.change, checkpoint.statement, Data(checkpoint.digest), checkpoint.key,
                Data(checkpoint.signature))
        }
    }
}

/// Writes lines and digests them on the way: a first checkpoint of a million runs is looked at without being held.
private struct LinkListWriter: ~Copyable {
    private let keepsLines: Bool
    private var digest = SHA256()
    private var lines: [UInt8] = []
    private var gathered: [UInt8] = []
    private var count = 0
    private static let piece = 1 << 16

    init(keepsLines: Bool) {
        self.keepsLines = keepsLines
        gathered.reserveCapacity(Self.piece + 1024)
    }

    mutating func add(_ kind: String, _ record: Int64, _ number: Int64, _ link: Data, pid: String?) {
        gathered.append(contentsOf: "\(kind) \(record) \(number) ".utf8)
        for byte in link {
            gathered.append(Self.digit(byte >> 4))
            gathered.append(Self.digit(byte & 15))
        }
        gathered.append(0x20)
        gathered.append(contentsOf: (pid ?? "-").utf8)
        gathered.append(0x0A)
        count += 1
        if gathered.count >= Self.piece { digestPiece() }
    }

    private static func digit(_ half: UInt8) -> UInt8 { half < 10 ? 0x30 + half : 0x57 + half }

    private mutating func digestPiece() {
        gathered.withUnsafeBytes { digest.add($0) }
        if keepsLines { lines += gathered }
        gathered.removeAll(keepingCapacity: true)
    }

    consuming func finish(through: Int64) -> LinkList {
        digestPiece()
        return LinkList(through: through, count: count, digest: digest.finishBytes(), lines: lines)
    }
}
