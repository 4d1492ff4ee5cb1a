import Custody
import DataCite
import Diagnostics
import HTTPTypes
import Hummingbird
import Identifiers
import JSON
import RunCatalogue

/// `publisheddata`: selections of runs for papers, and any public record by its identifier; read only. What becomes public follows from the clocks,
/// and identifiers are registered by the catalogue itself.
///
/// It tells what public records tell everyone, whoever asks.
struct PublishedDoor {
    let custodian: Custodian
    private static let most = 1000

    func answer(_ call: SciCatCall) async throws -> Response? {
        guard call.method == .get else {
            return SciCatAnswer.refusal(
                .methodNotAllowed,
                "Published data are read here only: what opens follows from the embargo, and `faisceau catalogue collection create` selects runs for a paper",
                headers: [.allow: "GET, HEAD"])
        }
        guard call.parts.count <= 1 else { return nil }
        if RecordLists.words.contains(call.word(0)) {
            let lists = try RecordLists(call, .published)
            let scope = try await custodian.scope(of: .anonymous)
            var known: [JSONObject] = []
            for collection in try await custodian.store.collections(scope: scope, limit: Self.most) {
                let record = try await custodian.publicRecord("\(collection.pid)")
                known.append(json(record, runs: collection.runs.map { "\($0)" }))
            }
            return lists.answer(call.word(0), known).map { SciCatAnswer.json($0) }
        }
        guard let name = call.parts.first else { return nil }
        let record = try await custodian.publicRecord(name)
        let runs: [String]
        switch record.kind {
        case .collection:
            runs = record.record.relatedIdentifiers.filter { $0.relationType == .hasPart }.map(\.relatedIdentifier)
        case .run: runs = ["\(record.record.doi)"]
        case .session: runs = record.record.relatedIdentifiers.filter { $0.relationType == .hasPart }.map(\.relatedIdentifier)
        case .sample, .instrument: throw CatalogueError(.notFound, "The catalogue has no such record")
        }
        return SciCatAnswer.json(.object(json(record, runs: runs)))
    }

    private func json(_ found: PublicRecord, runs: [String]) -> JSONObject {
        let record = found.record
        let doi = "\(record.doi)"
        var object: JSONObject = [
            "doi": .string(doi), "_id": .string(doi),
            "title": .string(record.titles.first { $0.titleType == nil }?.title ?? doi),
            "creator": JSONValue(record.creators.map(\.name)), "publisher": .string(record.publisher.name),
            "publicationYear": .integer(Int64(record.publicationYear)), "resourceType": .string(record.types.resourceType),
            "url": .string(custodian.rules.page(of: doi)), "pidArray": JSONValue(runs), "datasetPids": JSONValue(runs),
            "status": "public",
        ]
        if let abstract = record.descriptions.first { object["abstract"] = .string(abstract.description) }
        return object
    }
}
