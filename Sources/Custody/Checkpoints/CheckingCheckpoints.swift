import Diagnostics
import Digests
import RunCatalogue

/// What a comparison with checkpoints came to.
public struct CheckpointReport: Sendable {
    /// Days whose links were compared, the first and the last.
    public var days: [String] = []
    public var links = 0
    public var problems: [CatalogueError] = []
}

extension Custodian {
    /// Whether what was there when checkpoints were signed is there still.
    ///
    /// Each statement holds the digest of the one before, so the signature of the last file speaks for the days before it, whose statements are
    /// taken from the catalogue. Where a day's links are no longer what was signed, that day is named; and each record, where the day's file is given.
    /// - Parameter files: of one day or of several, in any order.
    /// - Throws: `damaged` for a file that this key did not sign.
    public func verify(
        _ files: [CheckpointFile], by key: VerifyingKey
    ) async throws(CatalogueError) -> CheckpointReport {
        let files = files.sorted { $0.change < $1.change }
        for file in files where !file.isSigned(by: key) {
            throw CatalogueError(
                .damaged, "The checkpoint was not signed by this key, or was edited", at: file.place,
                got: "key \(file.statement.key)", expected: "key \(CheckpointKeys.name(of: key))",
                remedy: "Give the public key of the day on which it was written, and an untouched copy of the file")
        }
        var report = CheckpointReport()
        guard let last = files.last else { return report }
        let statements = try await chain(endingWith: last, files, &report)
        for statement in statements {
            report.days.append(statement.day)
            let stored = try await store.links(after: statement.after, through: statement.change, withLines: false)
            report.links += stored.count
            guard Passwords.hexadecimal(stored.digest) != statement.list else { continue }
            guard let file = files.first(where: { $0.statement == statement }) else {
                report.problems.append(
                    Self.broken(
                        "Something that was written up to this day is no longer what was signed",
                        "checkpoint of \(statement.day)",
                        "\(stored.count) links", "\(statement.links) links, list \(statement.list)",
                        "Give this day's file too, and the record is named"))
                continue
            }
            report.problems += try await compare(file)
        }
        return report
    }

    /// All statements up to a file's, the first one first: each is the one whose digest the next one holds.
    private func chain(
        endingWith last: CheckpointFile, _ files: [CheckpointFile], _ report: inout CheckpointReport
    ) async throws(CatalogueError) -> [CheckpointStatement] {
        var known: [String: CheckpointStatement] = [:]
        let rows = try await store.checkpoints()
        for row in rows {
            if let statement = CheckpointStatement(row.statement) { known[Passwords.hexadecimal(statement.digest)] = statement }
        }
        for file in files { known[Passwords.hexadecimal(file.statement.digest)] = file.statement }
        for file in files where !rows.contains(where: { $0.statement == file.statement.text }) {
            report.problems.append(
                Self.broken(
                    "The catalogue does not hold this checkpoint: it was cut or edited, or an older copy was put in its place",
                    file.place, rows.last.map { "the last one is of \($0.day)" } ?? "none", "a checkpoint of \(file.day)", nil))
        }
        var chain = [last.statement]
        while let first = chain.last, let previous = first.previous {
            guard let before = known[previous], before.change == first.after else {
                report.problems.append(
                    Self.broken(
                        "A day is missing: the checkpoint before this one is not there, or was edited",
                        "checkpoint of \(first.day)", nil, "one with the digest \(previous)",
                        "Give the file of the missing day too; what was written before it was not compared"))
                break
            }
            chain.append(before)
        }
        return chain.reversed()
    }

    /// Link by link, with the file of the day.
    private func compare(_ file: CheckpointFile) async throws(CatalogueError) -> [CatalogueError] {
        let stored = try await store.links(after: file.statement.after, through: file.statement.change, withLines: true)
        let signed = try CheckpointLink.byRecord(file.lines, at: file.place)
        let now = try CheckpointLink.byRecord(stored.lines, at: "the catalogue")
        var problems: [CatalogueError] = []
        for (record, links) in signed.sorted(by: { $0.key < $1.key }) {
            let there = now[record] ?? [:]
            let gone = links.keys.filter { there[$0] == nil }.sorted()
            let rewritten = links.filter { link in there[link.key].map { $0.digest != link.value.digest } ?? false }.keys.sorted()
            let place = Self.place(of: record, pid: links.values.first?.pid)
            if gone.count == links.count {
                problems.append(
                    Self.broken(
                        "A record was deleted, or all of its history that was signed on \(file.day)", place, "nothing",
                        "\(links.count) links", nil))
            } else if let first = gone.first {
                problems.append(
                    Self.broken(
                        "The history was cut: links that were signed on \(file.day) are missing", place,
                        "\(there.count) links", "\(links.count), link \(first) among them", nil))
            }
            if let first = rewritten.first {
                problems.append(
                    Self.broken(
                        "The history was written anew after it was signed on \(file.day), from link \(first) on", place,
                        there[first]?.digest, links[first]?.digest, nil))
            }
        }
        for (record, links) in now.sorted(by: { $0.key < $1.key }) {
            let added = links.keys.filter { signed[record]?[$0] == nil }.sorted()
            guard let first = added.first else { continue }
            problems.append(
                Self.broken(
                    "A link was put into the history that was not there when it was signed on \(file.day)",
                    Self.place(of: record, pid: links[first]?.pid), "link \(first)", "none", nil))
        }
        if problems.isEmpty {
            problems.append(
                Self.broken(
                    "The order of what was written, or the identifier of a run, is no longer what was signed",
                    "checkpoint of \(file.day)", nil, nil, nil))
        }
        return problems
    }

    private static func place(of record: String, pid: String?) -> String {
        guard let pid, pid != "-" else { return record }
        return "run \(pid)"
    }

    private static func broken(
        _ what: String, _ place: String, _ got: String?, _ expected: String?, _ remedy: String?
    ) -> CatalogueError {
        CatalogueError(
            .historyBroken, what, at: place, got: got, expected: expected,
            remedy: remedy ?? "Compare with the last backup; keep the file as it is for that")
    }
}

/// One line of a list.
private struct CheckpointLink {
    let digest: String
    let pid: String

    /// The links by their number, of each record by its kind and number.
    /// - Throws: `damaged` for a line that is none.
    static func byRecord(_ lines: [UInt8], at place: String) throws(CatalogueError) -> [String: [Int64: CheckpointLink]] {
        var records: [String: [Int64: CheckpointLink]] = [:]
        for line in lines.split(separator: 0x0A) {
            let parts = line.split(separator: 0x20, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
            guard parts.count == 5, let number = Int64(parts[2]) else {
                throw CatalogueError(
                    .damaged, "A line of the checkpoint's list cannot be read", at: place,
                    got: "'\(String(decoding: line.prefix(80), as: UTF8.self).printable)'",
                    expected: "KIND RECORD NUMBER DIGEST PID")
            }
            records["\(parts[0]) \(parts[1])", default: [:]][number] = CheckpointLink(digest: parts[3], pid: parts[4])
        }
        return records
    }
}
