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
        let made = try await store.derivations(of: pid, scope: scope)
        let (stated, ofOthers) = try await store.statedRelations(of: pid, scope: scope)
        var lines = Self.lines("made from", made.inputs) + Self.lines("result", made.results)
        for one in stated.map({ RunRelations.Stated(word: $0.draft.word, target: $0.draft.target) }) + ofOthers {
            lines.append("related".padding(12) + "\(one.word.rawValue) \(one.target)")
        }
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
            "copies": .array(copies.map { .object($0.fields) }), "inputs": JSONValue(made.inputs.map(\.description)),
            "results": JSONValue(made.results.map(\.description)), "relations": CatalogueAnswerer.fields(stated, ofOthers),
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

    private static func lines(_ name: String, _ runs: [RunIdentifier]) -> [String] {
        // A screen is to be read; machines get all.
        runs.prefix(20).map { name.padding(12) + "\($0)" }
            + (runs.count > 20 ? ["".padding(12) + "and \(runs.count - 20) more: --json names them"] : [])
    }
}
