import Custody
import Identifiers
import JSON
import RunCatalogue

extension Custodian {
    /// What stands beside a run, as `show` tells it: lines for people, keys for machines.
    func besideRun(_ pid: RunIdentifier, _ scope: ReaderScope) async throws -> (lines: [String], fields: JSONObject) {
        let marks = try await store.marks(of: pid, scope: scope)
        let attachments = try await store.attachments(of: pid, scope: scope)
        let copies = try await store.replicaShares(of: pid, scope: scope)
        let downloads = try await store.downloads(of: pid, scope: scope)
        var lines: [String] = []
        for mark in marks {
            let frames = "\(mark.frames.lowerBound)-\(mark.frames.upperBound)"
            lines.append("mark \(mark.number)".padding(12) + "\(mark.word.rawValue) \(frames): \(mark.reason ?? "")")
        }
        for one in attachments {
            lines.append("attached".padding(12) + one.name + (one.caption.map { ": \($0)" } ?? ""))
        }
        for share in copies { lines.append("copies".padding(12) + "\(share.files) in \(share.store), \(share.state.rawValue)") }
        var fields: JSONObject = [
            "marks": .array(marks.map { .object($0.fields) }), "attachments": .array(attachments.map { .object($0.fields) }),
            "copies": .array(copies.map { .object($0.fields) }),
        ]
        if let downloads {
            fields["downloads"] = .array(
                downloads.map {
                    .object([
                        "day": .string($0.day), "downloads": .integer($0.downloads), "bytes": .integer($0.bytes),
                    ])
                })
        }
        return (lines, fields)
    }
}
