import Custody
import Diagnostics
import HTTPTypes
import Hummingbird
import Identifiers
import JSON
import RunCatalogue

/// `datasets`: one, many, how many, and what belongs to one.
///
/// Who may not know of a run is told what is told of an unknown one; who may read its short record alone is told 403, and where its page is.
struct DatasetDoor {
    let custodian: Custodian

    func answer(_ call: SciCatCall) async throws -> Response? {
        guard call.method == .get else { return nil }
        guard let first = call.parts.first else { return try await list(call) }
        switch (first.lowercased(), call.parts.count) {
        case ("fullquery", 1): return try await fullQuery(call)
        case ("fullfacet", 1): return try await facets(call)
        case ("metadatakeys", 1): return try await keys(call)
        case ("findone", 1): return try await findOne(call)
        case ("count", 1): return try await count(call)
        case ("public", 2): return try await one(call.parts[1], call, .anonymous)
        case ("public", 3): return try await part(call, call.parts[1], call.parts[2], nil, .anonymous)
        case ("public", 4): return try await part(call, call.parts[1], call.parts[2], call.parts[3], .anonymous)
        case ("public", 1): return try await list(call, .anonymous)
        case (_, 1): return try await one(first, call, call.asker.reader)
        case (_, 2): return try await part(call, first, call.parts[1], nil, call.asker.reader)
        case (_, 3): return try await part(call, first, call.parts[1], call.parts[2], call.asker.reader)
        default: return nil
        }
    }

    private static func names(_ call: SciCatCall) -> SciCatDataset.Names { call.version == .v3 ? .single : .lists }

    // MARK: One

    /// A run by any spelling of its identifier, or by the name that it had in another catalogue.
    func dataset(_ text: String, _ reader: Reader) async throws -> (dataset: SciCatDataset, parts: DatasetParts) {
        let pid = try await custodian.linkedRun(text, for: reader)
        var parts = try await DatasetParts(custodian, reader)
        let run: RunRecord
        do throws(CatalogueError) { run = try await custodian.store.run(pid, scope: parts.scope) } catch {
            guard error.code == .forbidden else { throw error }
            throw HTTPError(.forbidden, message: Self.refusal(of: pid, custodian))
        }
        return (try await parts.dataset(run), parts)
    }

    /// To who may know of a run and not read it.
    static func refusal(of pid: RunIdentifier, _ custodian: Custodian) -> String {
        "The data of this dataset are not open; \(custodian.rules.page(of: "\(pid)")) says when they open"
    }

    private func one(_ text: String, _ call: SciCatCall, _ reader: Reader) async throws -> Response {
        var filter = try FilterReader(try FilterReader.json("filter", call.query), .datasets, limit: 1)
        for name in call.query.values("include") { try filter.limits.readInclude(Self.includeValue(name)) }
        let (dataset, parts) = try await dataset(text, reader)
        return SciCatAnswer.json(
            .object(try await json(dataset, parts, Self.names(call), filter.limits)))
    }

    /// A name, or a JSON text.
    private static func includeValue(_ text: String) throws -> JSONValue {
        text.hasPrefix("[") || text.hasPrefix("{") || text.hasPrefix("\"")
            ? try FilterReader.json(text, "include") : .string(text)
    }

    private func json(
        _ dataset: SciCatDataset, _ parts: DatasetParts, _ names: SciCatDataset.Names, _ limits: SciCatLimits
    ) async throws -> JSONObject {
        var object = dataset.json(names)
        if let fields = limits.fields { object = object.filter { fields.contains($0.key) } }
        let blocks = SciCatBlocks(dataset: dataset, scope: parts.scope, store: custodian.store)
        for include in SciCatLimits.Include.allCases {
            guard let scope = limits.include[include] else { continue }
            switch include {
            case .origdatablocks: object["origdatablocks"] = .array(scope.told(of: try await blocks.blocks()))
            case .attachments: object["attachments"] = .array(scope.told(of: try await blocks.attachments()))
            // What was packed for an archive: nothing is packed here.
            case .datablocks: object["datablocks"] = []
            }
        }
        return object
    }

    private func part(
        _ call: SciCatCall, _ text: String, _ name: String, _ which: String?, _ reader: Reader
    ) async throws -> Response? {
        let known = ["origdatablocks", "datablocks", "attachments", "thumbnail"]
        guard known.contains(name.lowercased()), which == nil || name.lowercased() == "attachments" else { return nil }
        let (dataset, parts) = try await dataset(text, reader)
        let blocks = SciCatBlocks(dataset: dataset, scope: parts.scope, store: custodian.store)
        switch name.lowercased() {
        case "origdatablocks": return SciCatAnswer.json(.array(try await blocks.blocks()))
        case "datablocks": return SciCatAnswer.json([])
        case "thumbnail": return SciCatAnswer.json(["thumbnail": JSONValue(try await blocks.thumbnail())])
        default:
            guard let which else { return SciCatAnswer.json(.array(try await blocks.attachments())) }
            guard let found = try await blocks.attachment(named: which) else {
                throw HTTPError(.notFound, message: "The dataset has no such attachment")
            }
            return SciCatAnswer.json(found)
        }
    }

    // MARK: Many

    private func list(_ call: SciCatCall, _ reader: Reader? = nil) async throws -> Response {
        let filter = try FilterReader(
            try FilterReader.json("filter", call.query), .datasets, limit: call.version == .v3 ? 100 : 10)
        return try await found(
            DatasetQuestion(filter.conditions, limits: filter.limits), Self.names(call), reader ?? call.asker.reader)
    }

    private func found(
        _ question: DatasetQuestion, _ names: SciCatDataset.Names, _ reader: Reader
    ) async throws -> Response {
        var lists = try await DatasetLists(custodian, reader)
        var told: [JSONValue] = []
        for dataset in try await lists.find(question) {
            told.append(.object(try await json(dataset, lists.parts, names, question.limits)))
        }
        return SciCatAnswer.json(.array(told))
    }

    private func findOne(_ call: SciCatCall) async throws -> Response {
        let filter = try FilterReader(try call.filter(), .datasets, limit: 1)
        var limits = filter.limits
        limits.limit = 1
        var lists = try await DatasetLists(custodian, call.asker.reader)
        guard let dataset = try await lists.find(DatasetQuestion(filter.conditions, limits: limits)).first else {
            return SciCatAnswer.json(.null)
        }
        return SciCatAnswer.json(.object(try await json(dataset, lists.parts, Self.names(call), limits)))
    }

    /// Of a `filter`, or of a `where` alone.
    private func count(_ call: SciCatCall) async throws -> Response {
        var filter = try FilterReader(try FilterReader.json("filter", call.query), .datasets, limit: 1)
        if let condition = try FilterReader.json("where", call.query) {
            filter.conditions.append(try WhereReader.read(condition, .datasets))
        }
        var lists = try await DatasetLists(custodian, call.asker.reader)
        let (count, isExact) = try await lists.count(DatasetQuestion(filter.conditions))
        var answer: JSONObject = ["count": .integer(Int64(count))]
        if !isExact { answer["isLowerBound"] = true }
        return SciCatAnswer.json(.object(answer))
    }

    // MARK: Full queries

    private func fields(_ call: SciCatCall, limit: Int) throws -> (FieldsReader, SciCatLimits) {
        var limits = SciCatLimits()
        limits.limit = limit
        if let value = try FilterReader.json("limits", call.query) { try limits.read(value, "limits", .datasets) }
        return (try FieldsReader(try FilterReader.json("fields", call.query)), limits)
    }

    /// Both versions' names: one client of the third reads those of the fourth.
    private func fullQuery(_ call: SciCatCall) async throws -> Response {
        let (fields, told) = try fields(call, limit: SciCatLimits.most)
        var limits = told
        // Who says no number wants all of them: a part would be taken for the whole.
        if !limits.isTold { limits.limit += 1 }
        let question = DatasetQuestion(
            fields.terms.map(\.condition), text: fields.text, ranges: fields.ranges, limits: limits)
        var lists = try await DatasetLists(custodian, call.asker.reader)
        let found = try await lists.find(question)
        guard found.count <= SciCatLimits.most else {
            throw SciCatRefusal(
                "limits: there are more than \(SciCatLimits.most) such datasets, and one answer has no more; say a limit, and skip"
            )
        }
        let names: SciCatDataset.Names = call.version == .v3 ? .both : .lists
        return SciCatAnswer.json(.array(found.map { .object($0.json(names)) }))
    }

    private func facets(_ call: SciCatCall) async throws -> Response {
        let (fields, _) = try fields(call, limit: 1)
        var lists = try await DatasetLists(custodian, call.asker.reader)
        return SciCatAnswer.json(
            try await DatasetFacets.facets(fields, try FilterReader.json("facets", call.query), &lists))
    }

    private func keys(_ call: SciCatCall) async throws -> Response {
        let (fields, limits) = try fields(call, limit: 100)
        var lists = try await DatasetLists(custodian, call.asker.reader)
        return SciCatAnswer.json(try await DatasetFacets.keys(fields, limits, &lists))
    }
}

extension SciCatCall {
    /// `?filter=JSON`; or, as one client writes it, a query that is the JSON text itself.
    func filter() throws -> JSONValue? {
        if let value = try FilterReader.json("filter", query) { return value }
        guard let bare = query.raw.split(separator: "&").first, bare.hasPrefix("{") || bare.uppercased().hasPrefix("%7B") else {
            return nil
        }
        return try FilterReader.json(try RequestedQuery.decoded(bare), "the query")
    }
}
