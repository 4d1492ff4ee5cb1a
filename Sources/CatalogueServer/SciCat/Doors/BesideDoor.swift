import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import JSON
import RunCatalogue

/// `origdatablocks` and `attachments` by themselves: those of the dataset that a filter names, or one by its identifier.
struct BesideDoor {
    let custodian: Custodian

    func answer(_ call: SciCatCall) async throws -> Response? {
        guard call.method == .get else { return nil }
        let isBlocks = call.resource == "origdatablocks"
        guard let first = call.parts.first else { return SciCatAnswer.json(.array(try await list(call, isBlocks))) }
        switch (first.lowercased(), call.parts.count) {
        case ("findone", 1): return SciCatAnswer.json(try await list(call, isBlocks).first ?? .null)
        case (_, 1): return try await one(first, isBlocks, call.asker.reader)
        default: return nil
        }
    }

    private func list(_ call: SciCatCall, _ isBlocks: Bool) async throws -> [JSONValue] {
        guard let filter = try call.filter(), let condition = filter["where"]?.object else {
            throw SciCatRefusal("filter: expected {\"where\": {\"datasetId\": PID}}: lists are told of one dataset at a time")
        }
        let others = filter.object?.members.map(\.key).filter { $0 != "where" } ?? []
        guard others.isEmpty else {
            throw SciCatRefusal(
                others.prefix(20).map { "filter: '\($0.prefix(100).printable)' is not known here; there is where" })
        }
        let unknown = condition.members.map(\.key).filter { $0 != "datasetId" && $0 != "relationships.targetId" }
        guard unknown.isEmpty else {
            throw SciCatRefusal(unknown.map { "where: the field '\($0.prefix(100).printable)' is not known; there is datasetId" })
        }
        guard let pid = condition.members.first?.value.text, condition.members.count == 1 else {
            throw SciCatRefusal("where: expected datasetId, a text")
        }
        let blocks = try await blocks(of: pid, call.asker.reader)
        return isBlocks ? try await blocks.blocks() : try await blocks.attachments()
    }

    /// `PID/files`, `PID/NAME`.
    private func one(_ text: String, _ isBlocks: Bool, _ reader: Reader) async throws -> Response {
        let none = SciCatAnswer.refusal(.notFound, "The catalogue has no such record")
        guard let slash = text.lastIndex(of: "/"), slash != text.startIndex else { return none }
        let name = String(text[text.index(after: slash)...])
        let blocks = try await blocks(of: String(text[..<slash]), reader)
        if isBlocks {
            guard name == "files", let block = try await blocks.blocks().first else { return none }
            return SciCatAnswer.json(block)
        }
        return try await blocks.attachment(named: name).map { SciCatAnswer.json($0) } ?? none
    }

    private func blocks(of pid: String, _ reader: Reader) async throws -> SciCatBlocks {
        let (dataset, parts) = try await DatasetDoor(custodian: custodian).dataset(pid, reader)
        return SciCatBlocks(dataset: dataset, scope: parts.scope, store: custodian.store)
    }
}
