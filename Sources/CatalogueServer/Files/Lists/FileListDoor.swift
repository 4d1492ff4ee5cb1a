import Custody
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue
import RunModel

/// `GET datasets/{pid}/files?from=0&limit=1000`: the files of a run, page after page, however many there are; `size` is that of all together.
struct FileListDoor: Sendable {
    let custodian: Custodian

    private static let most = 10_000
    private static let usual = 1000

    func answer(_ call: SciCatCall) async throws -> Response {
        let from = try Self.number("from", call.query, usual: 0, in: 0...Int64.max)
        let limit = try Self.number("limit", call.query, usual: Int64(Self.usual), in: 1...Int64(Self.most))
        let reader = call.asker.reader
        let pid = try await custodian.linkedRun(call.parts[0], for: reader)
        let scope = try await custodian.scope(of: reader)
        let run = try await custodian.store.run(pid, scope: scope)
        let page = try await custodian.store.files(of: pid, scope: scope, from: from, limit: Int(limit))
        return SciCatAnswer.json([
            "pid": .string("\(pid)"), "total": .integer(page.total), "size": .integer(run.bytes),
            "files": .array(
                page.files.map { listed in
                    [
                        "position": .integer(listed.position), "path": .string(listed.file.path),
                        "size": .integer(listed.file.bytes), "digest": listed.file.digest.map(JSONValue.string) ?? .null,
                        "role": .string(listed.file.role.rawValue),
                    ]
                }), "next": page.next.map(JSONValue.integer) ?? .null,
        ])
    }

    private static func number(
        _ name: String, _ query: RequestedQuery, usual: Int64, in range: ClosedRange<Int64>
    ) throws -> Int64 {
        let values = query.values(name)
        guard let text = values.first else { return usual }
        guard values.count == 1, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text),
            range.contains(number)
        else {
            throw SciCatRefusal(
                "\(name) is one whole number from \(range.lowerBound) to \(range.upperBound); got '\(text.prefix(40))'")
        }
        return number
    }
}
